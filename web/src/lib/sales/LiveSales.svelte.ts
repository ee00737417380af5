import { businessDate } from '$contract/business-day';
import type { Receipt } from '$contract/receipts';
import type { Sale } from '$contract/sales/payments/payments';
import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView, type Snapshot } from '$lib/live/LiveView.svelte';
import type { Times } from '$lib/times';

/** By how much the clocks of two of the server's computers may differ. */
const SKEW_MS = 5_000;

/** A sale that changed while this page was open. */
export interface SaleChange<Row> {
  row: Row;
  /** As this page showed it before. */
  before: Row | undefined;
  type: string;
  /** The id of the person who did it; null for the clock. */
  by: string | null;
}

export interface SalesDependencies<Row> extends PageDependencies {
  /** Replayed events and a first load make no sound. */
  changed?(change: SaleChange<Row>): void;
}

interface SalesSnapshot extends Snapshot {
  readonly staff: readonly Named[];
  readonly truncated: boolean;
  readonly dayStart: string;
  /** For people who may see money. */
  readonly sales?: readonly Sale[];
}

/** Orders or registrations, live, for tills and release desks. */
export abstract class LiveSales<
  Row extends { id: string; version: number; createdAt: number },
  S extends SalesSnapshot = SalesSnapshot,
  D extends SalesDependencies<Row> = SalesDependencies<Row>,
> extends LiveView<S, D> {
  abstract readonly times: Times;
  readonly #rows = this.collect<Row>(
    (snapshot) => this.rowsOf(snapshot),
    ({ version }) => version,
  );
  readonly #sales = this.collect<Sale>(({ sales }) => sales ?? [], 'entry');

  readonly all: readonly Row[] = $derived.by(() =>
    this.#rows.rows
      .filter((row) => this.isListed(row))
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
  );

  /** Everyone who may be online here, by name. */
  get staff(): readonly Named[] {
    return this.latest.staff;
  }

  /** The business day at present. */
  get date(): string {
    return this.dateOf(this.clock.minute);
  }

  /** The workplace's date by the calendar. */
  get today(): string {
    return this.times.date(this.clock.minute);
  }

  /** The business day of a moment. */
  dateOf(at: number): string {
    return businessDate({ zone: this.times.zone, dayStart: this.latest.dayStart }, at);
  }

  /** Whether the list is cut short. */
  get truncated(): boolean {
    return this.latest.truncated;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** The money of a row. */
  sale(id: string): Sale | undefined {
    return this.#sales.get(id);
  }

  /** When it last changed while this page was open; 0 for never. */
  touchedAt(id: string): number {
    return this.#rows.touchedAt(id);
  }

  /** Shows the record of an answer, or of a refusal. */
  take(row: Row): void {
    this.#upsert(row);
  }

  /** @param entry the number of its journal entry */
  takeSale(sale: Sale, entry: number): void {
    this.#sales.upsert(sale, { entry });
  }

  /**
   * Shows the answer to a command. One that comes after a newer snapshot, as after a sleep, is older than what is shown, or of a row
   * that is listed no more.
   */
  takeAnswer(row: Row, { sale, receipt }: { sale: Sale | null; receipt: Receipt }): void {
    const shown = this.get(row.id);
    if (!shown && receipt.at < this.latest.now - SKEW_MS) return;
    const isOlder = shown && !this.isGuess(row.id) && shown.version > row.version;
    this.take(row);
    if (sale && !isOlder) this.takeSale(sale, receipt.entry);
  }

  /** Shows the expected record until the answer arrives. */
  guess(row: Row): { rollback(): void } {
    return this.#rows.guess(row);
  }

  isGuess(id: string): boolean {
    return this.#rows.isGuess(id);
  }

  /** An order that went back into the cart is listed nowhere. */
  protected isListed(_row: Row): boolean {
    return true;
  }

  protected abstract rowsOf(snapshot: S): readonly Row[];

  protected readonly putSale = (sale: Sale, event: EventMeta): void => this.#sales.upsert(sale, event);

  protected readonly put = (row: Row, event: EventMeta): void => {
    const before = this.#rows.get(row.id);
    this.#upsert(row, event);
    if (!event.replayed) this.it.changed?.({ row, before, type: event.type, by: event.by });
  };

  /** The event of a change may come after its answer: then it must not end the guess of the next change. */
  #upsert(row: Row, event?: EventMeta): void {
    const guess = this.isGuess(row.id) && this.get(row.id);
    if (!guess || row.version > guess.version) this.#rows.upsert(row, event);
  }
}
