/** The releasing desk of orders: what waits there, what is new, what is chosen, and what is done with it. */
import { type MakeMove, type Move, movesOpen } from '$contract/moves';
import { Order, OrderChange, orderMoves, queueNumber } from '$contract/orders';
import type { Me } from '$contract/people';
import type { Cursor } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { answerOf } from '$lib/live/answer';
import type { Network } from '$lib/live/network';
import { say } from '$lib/ui/toast';
import * as v from 'valibot';
import { BULK_MOST } from './bulk';
import { Chime } from './Chime.svelte';
import { Commenting } from './Commenting.svelte';
import { HandOver } from './HandOver.svelte';
import { type Heard, LiveOrders } from './LiveOrders.svelte';

interface Surroundings {
  api: ApiClient;
  network: Network;
  me: Pick<Me, 'id' | 'name' | 'roles' | 'zone'>;
  /** The place that this device was left at, by id; empty for all of them. */
  place: string;
  /** The device remembers the place. */
  keep(place: string): void;
  /** The session or the right has ended. */
  ended(): void;
}

/** What comes within this time is said together. */
const TOGETHER_MS = 300;
const EVERYWHERE = '';

export class OrderDesk {
  readonly live: LiveOrders;
  readonly hands: HandOver<Order>;
  readonly said: Commenting;
  readonly chime = new Chime();
  readonly #it: Surroundings;
  #place: string;
  #chosen = $state.raw<ReadonlySet<string>>(new Set());
  #saying: ReturnType<typeof setTimeout> | undefined;

  /** What is to be handed over, whatever its date, the first to pay first. */
  readonly waiting: readonly Order[] = $derived.by(() =>
    this.live.open
      .filter((order) => order.state === 'for_release' && this.#isHere(order))
      .toSorted(byPayment),
  );
  /** How many may come next. */
  readonly coming: number = $derived.by(
    () => this.live.open.filter((order) => order.state === 'for_payment' && this.#isHere(order)).length,
  );
  /** What was handed over today, the latest first. */
  readonly released: readonly Order[] = $derived.by(() =>
    this.live.all
      .filter((order) => order.release && this.live.times.date(order.release.at) === this.live.date)
      .filter((order) => this.#isHere(order))
      .toSorted((a, b) => (b.release?.at ?? 0) - (a.release?.at ?? 0)),
  );
  /** Those chosen that are still there, in the list's order. */
  readonly chosen: readonly Order[] = $derived.by(() =>
    this.waiting.filter(({ id }) => this.#chosen.has(id)),
  );

  constructor(snapshot: ConstructorParameters<typeof LiveOrders>[0], it: Surroundings) {
    this.#it = it;
    this.#place = $state(it.place);
    this.live = new LiveOrders(snapshot, it.me.zone, {
      network: it.network,
      reload: () => this.#reload(),
      ended: () => it.ended(),
      heard: (what) => this.#hear(what),
    });
    this.said = new Commenting(it.api, () => this.live);
    const { orders } = it.api;
    this.hands = new HandOver<Order>({
      clock: this.live.clock,
      label: ({ number }) => queueNumber(number),
      move: (id, json, how) => orders[':id'].moves.$post({ param: { id }, json }, how),
      releaseMany: (json, how) => orders.release.$post({ json }, how),
      read: (body) => v.parse(OrderChange, body).order,
      current: (shown) => {
        const order = v.safeParse(Order, shown);
        return order.success ? order.output : undefined;
      },
      known: (id) => this.live.get(id),
      take: (order) => this.live.take(order),
      guess: (order, move, at) => this.#guess(order, move, at),
    });
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    const stops = [this.live.start(), () => clearTimeout(this.#saying)];
    return () => stops.forEach((stop) => stop());
  }

  /** The place whose orders are shown; empty for all of them, also where the remembered one is no more. */
  get place(): string {
    return this.live.places.some(({ id }) => id === this.#place) ? this.#place : EVERYWHERE;
  }

  set place(id: string) {
    this.#place = id;
    this.#it.keep(id);
  }

  /** The buttons of an order. */
  moves(order: Order): Move[] {
    return movesOpen(orderMoves, order, this.#it.me, this.live.clock.now);
  }

  isChosen(id: string): boolean {
    return this.#chosen.has(id);
  }

  /** Whether another one can be chosen. */
  get full(): boolean {
    return this.chosen.length >= BULK_MOST;
  }

  choose(id: string, on: boolean): void {
    if (on && this.full) return;
    const others = this.chosen.map((order) => order.id).filter((one) => one !== id);
    this.#chosen = new Set(on ? [...others, id] : others);
  }

  clearChosen(): void {
    this.#chosen = new Set();
  }

  /** @returns whether the server decided on them: those that it released are not chosen any more */
  async releaseChosen(receivedBy: string): Promise<boolean> {
    const done = await this.hands.releaseMany(this.chosen, receivedBy, 'orders');
    if (done) this.clearChosen();
    return done;
  }

  /** What is new and has been taken in hand, or is gone, needs no sound. Call it in an effect. */
  settle(): void {
    for (const id of this.chime.unseen) {
      const order = this.live.get(id);
      if (order?.state !== 'for_release' || order.claim) this.chime.settle(id);
    }
  }

  #isHere({ place }: Order): boolean {
    return this.place === EVERYWHERE || place.id === this.place;
  }

  /** Told of what is live only, so nothing rings that is told again. */
  #hear({ order, by }: Heard): void {
    const paidNow = order.state === 'for_release' && order.paidAt === order.changed.at;
    if (!paidNow || by === this.#it.me.id || !this.#isHere(order)) return;
    this.chime.hear(order.id);
    this.#saying ??= setTimeout(() => this.#say(), TOGETHER_MS);
  }

  #say(): void {
    this.#saying = undefined;
    const fresh = [...this.chime.unseen].flatMap((id) => this.live.get(id) ?? []);
    const [first, ...others] = fresh;
    if (!first) return;
    const numbers = fresh.map(({ number }) => queueNumber(number));
    void say(
      others.length === 0
        ? `${numbers[0] ?? ''} is ready to hand over`
        : `${fresh.length} new orders to hand over`,
      {
        id: 'new-work',
        description: others.length === 0 ? goodsWords(first) : numbers.join(', '),
        action: { label: 'I’ve seen it', act: () => this.chime.acknowledge() },
        above: true,
      },
    );
  }

  /** Who claims it sees so at once; a hand-over is shown when it is true. */
  #guess(order: Order, move: MakeMove['move'], at: number) {
    const { id, name } = this.#it.me;
    if (move === 'claim' || move === 'take_over')
      return this.live.guess({ ...order, claim: { by: { id, name }, at } });
    return move === 'put_back' ? this.live.guess({ ...order, claim: null }) : undefined;
  }

  async #reload(): Promise<Cursor> {
    return this.live.put(await answerOf(this.#it.api.orders.$get()));
  }
}

const byPayment = (a: Order, b: Order): number => (a.paidAt ?? 0) - (b.paidAt ?? 0) || (a.id < b.id ? -1 : 1);

/** "2 × Cappuccino, 1 × Croissant" */
export const goodsWords = ({ lines }: Pick<Order, 'lines'>): string =>
  lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');
