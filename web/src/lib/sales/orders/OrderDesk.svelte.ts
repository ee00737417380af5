/** The releasing desk of orders: what waits there, what is new, what is chosen, and what is done with it. */
import { type MakeMove, type Move, movesOpen } from '$contract/sales/moves';
import { Order, OrderChange, type OrderList, orderMoves, queueNumber } from '$contract/sales/orders/orders';
import type { Me } from '$contract/people/people';
import type { PageDependencies } from '$lib/api';
import * as v from 'valibot';
import { Chosen } from '$lib/sales/Chosen.svelte';
import { Commenting } from '$lib/sales/Commenting.svelte';
import { HandOver } from '$lib/sales/HandOver.svelte';
import { DeskOrders } from './DeskOrders';
import { NewWork } from '$lib/sales/NewWork.svelte';
import { goodsWords } from '$lib/sales/words';

interface Surroundings extends PageDependencies {
  me: Pick<Me, 'id' | 'name' | 'roles' | 'zone'>;
  /** The place that this device was left at, by id; empty for all of them. */
  place: string;
  /** The device remembers the place. */
  keep(place: string): void;
}

const EVERYWHERE = '';

export class OrderDesk {
  readonly live: DeskOrders;
  readonly hands: HandOver<Order>;
  readonly said: Commenting;
  readonly news: NewWork<Order>;
  /** Of those that wait. */
  readonly chosen = new Chosen<Order>(() => this.waiting);
  readonly #it: Surroundings;
  #place: string;

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

  constructor(snapshot: OrderList, it: Surroundings) {
    this.#it = it;
    this.#place = $state(it.place);
    this.live = new DeskOrders(snapshot, {
      api: it.api,
      network: it.network,
      zone: it.me.zone,
      ended: () => it.ended(),
      // One's own acts are no news, nor is what another place hands over.
      heard: ({ order, by }) => by !== it.me.id && this.#isHere(order) && this.news.hear(order),
    });
    this.news = new NewWork<Order>({
      known: (id) => this.live.get(id),
      waits: ({ state }) => state === 'for_release',
      words: newWords,
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
    const stops = [this.live.start(), () => this.news.stop()];
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

  /** @returns whether the server decided on them: those that it released are not chosen any more */
  async releaseChosen(receivedBy: string): Promise<boolean> {
    const done = await this.hands.releaseMany(this.chosen.rows, receivedBy, 'orders');
    if (done) this.chosen.clear();
    return done;
  }

  #isHere({ place }: Order): boolean {
    return this.place === EVERYWHERE || place.id === this.place;
  }

  /** Who claims it sees so at once; a hand-over is shown when it is true. */
  #guess(order: Order, move: MakeMove['move'], at: number) {
    const { id, name } = this.#it.me;
    if (move === 'claim' || move === 'take_over')
      return this.live.guess({ ...order, claim: { by: { id, name }, at } });
    return move === 'put_back' ? this.live.guess({ ...order, claim: null }) : undefined;
  }
}

function newWords(first: Order, others: readonly Order[]): { text: string; description: string } {
  if (others.length === 0)
    return {
      text: `${queueNumber(first.number)} is ready to release`,
      description: goodsWords(first.lines),
    };
  const fresh = [first, ...others];
  return {
    text: `${fresh.length} new orders to release`,
    description: fresh.map(({ number }) => queueNumber(number)).join(', '),
  };
}

const byPayment = (a: Order, b: Order): number => (a.paidAt ?? 0) - (b.paidAt ?? 0) || (a.id < b.id ? -1 : 1);
