import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import type { EventMeta } from '$lib/live/handlers';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView, type Snapshot } from '$lib/live/LiveView.svelte';
import type { Times } from '$lib/times';

/** A sale that has just changed before somebody's eyes. */
export interface Heard<Row> {
  row: Row;
  /** As it was on this screen until now. */
  before: Row | undefined;
  type: string;
  /** Who did it, by id; null for the clock. */
  by: string | null;
}

export interface SalesDependencies<Row> extends PageDependencies {
  /** Replayed events and a first load make no sound. */
  heard?(what: Heard<Row>): void;
}

interface SalesSnapshot extends Snapshot {
  readonly staff: readonly Named[];
  readonly truncated: boolean;
}

/** Orders or registrations, live: for tills and for the desks that hand them over. */
export abstract class LiveSales<
  Row extends { id: string; version: number; createdAt: number },
  S extends SalesSnapshot = SalesSnapshot,
  D extends SalesDependencies<Row> = SalesDependencies<Row>,
> extends LiveView<S, D> {
  abstract readonly times: Times;
  abstract readonly channel: LiveChannel;
  readonly #rows = this.collect<Row>(
    (snapshot) => this.rowsOf(snapshot),
    ({ version }) => version,
  );

  /** The oldest first. */
  readonly all: readonly Row[] = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
  );

  /** Everyone who may be online with them, by name. */
  get staff(): readonly Named[] {
    return this.latest.staff;
  }

  /** Whether there are more open ones than fit. */
  get truncated(): boolean {
    return this.latest.truncated;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** When this one last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#rows.touchedAt(id);
  }

  /** The answer to what somebody did here, or to what a loser was shown. */
  take(row: Row): void {
    this.#rows.upsert(row);
  }

  /** Shows one as it will be, until the truth arrives. @returns how to take it back */
  guess(row: Row): { rollback(): void } {
    return this.#rows.guess(row);
  }

  isGuess(id: string): boolean {
    return this.#rows.isGuess(id);
  }

  protected abstract rowsOf(snapshot: S): readonly Row[];

  /** What the channel says of one. */
  protected readonly put = (row: Row, told: EventMeta): void => {
    const before = this.#rows.get(row.id);
    this.#rows.upsert(row, told);
    if (!told.replayed) this.it.heard?.({ row, before, type: told.type, by: told.by });
  };
}
