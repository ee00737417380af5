/** A release desk of orders or registrations: its queue, new work, the chosen rows and the commands. */
import { type Move, type Moves, movesOpen, type SaleStatus } from '$contract/sales/moves';
import type { Me } from '$contract/people/people';
import type { ApiClient } from '$lib/api';
import { makeMove } from '$lib/sales/makeMove';
import type { SaleChange, LiveSales } from '$lib/sales/LiveSales.svelte';
import type * as v from 'valibot';
import { Chosen } from './Chosen.svelte';
import { NewWork } from './NewWork.svelte';
import { Release } from './Release.svelte';

export interface Releasable extends SaleStatus {
  id: string;
  state: string;
  number: number | string | null;
  lines: readonly { productId: string; name: string; quantity: number }[];
}

/** Where orders and registrations differ. */
export interface ReleaseKind<Row extends Releasable> {
  path: 'orders' | 'registrations';
  /** Singular and plural. */
  noun: readonly [string, string];
  moves: Moves<Row['state']>;
  /** The state that waits for its release, and the one before payment. */
  ready: Row['state'];
  unpaid: Row['state'];
  schema: v.GenericSchema<unknown, Row>;
  /** The record in the answer to a move; throws where there is none. */
  read(body: unknown): Row;
  /** The state in words: "Released". */
  stateWords(row: Row): string;
  /** What people call it: "042", "Maria Silva". */
  label(row: Row): string;
  /** The toast's words for a single new one. */
  arrival(row: Row): { text: string; description: string };
}

export type Receiver = 'none' | 'optional' | 'required';

export class ReleaseDesk<Row extends Releasable, Live extends LiveSales<Row> = LiveSales<Row>> {
  readonly live: Live;
  readonly releasing: Release<Row>;
  readonly newWork: NewWork<Row>;
  readonly chosen = new Chosen<Row>(() => this.waiting);
  readonly #me: Pick<Me, 'id' | 'name' | 'roles'>;

  /** Paid and not released, of any date, the first to pay first. */
  readonly waiting: readonly Row[] = $derived.by(() => this.#in(this.kind.ready).toSorted(byPayment));
  /** How many await payment. */
  readonly coming: number = $derived.by(() => this.#in(this.kind.unpaid).length);
  /** Released today, the latest first. */
  readonly released: readonly Row[] = $derived.by(() => {
    const { all, date: today } = this.live;
    return all
      .filter((row) => row.release && this.live.dateOf(row.release.at) === today && this.isHere(row))
      .toSorted((a, b) => (b.release?.at ?? 0) - (a.release?.at ?? 0));
  });

  /** @param follow makes the live list */
  constructor(
    readonly kind: ReleaseKind<Row>,
    { api, me }: { api: ApiClient; me: Pick<Me, 'id' | 'name' | 'roles'> },
    follow: (changed: (change: SaleChange<Row>) => void) => Live,
  ) {
    this.#me = me;
    // The person's own actions and other places' work are not new here.
    this.live = follow(({ row, by }) => {
      if (by !== me.id && this.isHere(row)) this.newWork.hear(row);
    });
    this.newWork = new NewWork<Row>({
      known: (id) => this.live.get(id),
      waits: ({ state }) => state === kind.ready,
      words: (first, others) => this.#newWords(first, others),
    });
    const sales = api[kind.path];
    this.releasing = new Release<Row>({
      clock: this.live.clock,
      schema: kind.schema,
      label: (row) => kind.label(row),
      move: (id, input, how) => makeMove<unknown>(sales[':id'], id, input, how),
      releaseMany: (json, how) => sales.release.$post({ json }, how),
      read: (body) => kind.read(body),
      known: (id) => this.live.get(id),
      take: (row) => this.live.take(row),
      guess: (row, move, at) => this.#guess(row, move, at),
    });
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const stops = [this.live.start(), () => this.newWork.stop()];
    return () => stops.forEach((stop) => stop());
  }

  /** The moves possible now. */
  moves(row: Row): Move[] {
    return movesOpen<Row['state']>(this.kind.moves, row, this.#me, this.live.clock.now);
  }

  /** @returns whether the server decided on them; the selection is then empty */
  async releaseChosen(receivedBy: string | null): Promise<boolean> {
    const done = await this.releasing.releaseMany(this.chosen.rows, receivedBy, this.kind.noun[1]);
    if (done) this.chosen.clear();
    return done;
  }

  /** Whether the desk asks who receives it. */
  receiverOf(_row: Row): Receiver {
    return 'optional';
  }

  /** Whether the desk asks who receives the chosen ones. */
  get chosenReceiver(): Receiver {
    const all = this.chosen.rows.map((row) => this.receiverOf(row));
    return (['required', 'optional'] as const).find((it) => all.includes(it)) ?? 'none';
  }

  /** Whether this desk releases it. */
  protected isHere(_row: Row): boolean {
    return true;
  }

  #in(state: Row['state']): Row[] {
    return this.live.all.filter((row) => row.state === state && this.isHere(row));
  }

  /** Guesses claims and calls only: a release shows when the server confirms it. */
  #guess(row: Row, move: Move, at: number) {
    const { id, name } = this.#me;
    if (move === 'claim' || move === 'take_over')
      return this.live.guess({ ...row, claim: { by: { id, name }, at } });
    if (move === 'put_back') return this.live.guess({ ...row, claim: null });
    if (move === 'ready') return this.live.guess({ ...row, ready: { by: { id, name }, at } });
    return move === 'unready' ? this.live.guess({ ...row, ready: null }) : undefined;
  }

  #newWords(first: Row, others: readonly Row[]): { text: string; description: string } {
    const { kind } = this;
    if (others.length === 0) return kind.arrival(first);
    const fresh = [first, ...others];
    return {
      text: `${fresh.length} new ${kind.noun[1]} to release`,
      description: fresh.map((row) => kind.label(row)).join(', '),
    };
  }
}

const byPayment = (a: Releasable, b: Releasable): number =>
  (a.paidAt ?? 0) - (b.paidAt ?? 0) || (a.id < b.id ? -1 : 1);
