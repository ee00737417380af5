import { events } from '$contract/events';
import type { Comment, Order, OrderList } from '$contract/sales/orders/orders';
import type { Place } from '$contract/products/products';
import type { Named } from '$contract/sessions/sessions';
import type { Cursor, Envelope } from '$contract/wire';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { Times } from '$lib/times';
import * as v from 'valibot';

/** An order that has just changed before somebody's eyes. */
export interface Heard {
  order: Order;
  /** As it was on this screen until now. */
  before: Order | undefined;
  type: string;
  /** Who did it, by id; null for the clock. */
  by: string | null;
}

interface Surroundings {
  network: Network;
  /** Asks for the snapshot anew, puts it in place with `put`, and says where `orders` stands then. @throws Denied */
  reload(): Promise<Cursor>;
  /** The session or the right has ended. */
  ended(): void;
  /** Of what is told again, and of a first load, nobody hears. */
  heard?(what: Heard): void;
  /** What else the channel tells: products and their stock. */
  also?(event: Envelope, replayed: boolean): void;
}

const told = events.orders;

/** Orders and what is said of them, live: for tills and for the desk that hands them over. */
export class LiveOrders {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly #it: Surroundings;
  readonly #orders: LiveCollection<Order>;
  readonly #comments: LiveCollection<Comment>;
  readonly #places: LiveCollection<Place>;
  #staff = $state.raw<readonly Named[]>([]);
  #truncated = $state(false);
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  /** The oldest first. */
  readonly all: readonly Order[] = $derived.by(() => this.#orders.rows.toSorted(byAge));
  /** Neither released nor cancelled, the oldest first. */
  readonly open: readonly Order[] = $derived.by(() =>
    this.all.filter(({ state }) => state !== 'released' && state !== 'cancelled'),
  );
  readonly places: readonly Place[] = $derived.by(() =>
    this.#places.rows.toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
  );
  readonly #byOrder = $derived.by(() =>
    Map.groupBy(
      this.#comments.rows.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
      ({ orderId }) => orderId,
    ),
  );

  /** @param zone the workplace's */
  constructor(snapshot: OrderList, zone: string, it: Surroundings) {
    this.#it = it;
    this.times = new Times(zone);
    this.clock = new Clock(snapshot.now);
    this.#orders = new LiveCollection(snapshot.orders);
    this.#comments = new LiveCollection(snapshot.comments);
    this.#places = new LiveCollection(snapshot.places);
    this.#staff = snapshot.staff;
    this.#truncated = snapshot.truncated;
    this.channel = new LiveChannel({
      name: 'orders',
      watches: true,
      cursor: cursorIn(snapshot.at, 'orders'),
      network: it.network,
      now: () => this.clock.read(),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => it.reload(),
      ended: () => it.ended(),
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  /** Everyone who may be online with orders, by name. */
  get staff(): readonly Named[] {
    return this.#staff;
  }

  /** Whether there are more open ones than fit. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** The workplace's date. */
  get date(): string {
    return this.times.date(this.clock.minute);
  }

  get(id: string): Order | undefined {
    return this.#orders.get(id);
  }

  /** What was said of an order, the earliest first. */
  comments(orderId: string): readonly Comment[] {
    return this.#byOrder.get(orderId) ?? [];
  }

  /** When this order last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** The answer to what somebody did here, or to what a loser was shown; its event may have come before, or a later one. */
  take(order: Order): void {
    const known = this.#orders.get(order.id);
    if (!known || order.version >= known.version) this.#orders.upsert(order);
  }

  takeComment(comment: Comment): void {
    const known = this.#comments.get(comment.id);
    if (!known || (comment.editedAt ?? 0) >= (known.editedAt ?? 0)) this.#comments.upsert(comment);
  }

  /** Shows an order as it will be, until the truth arrives. @returns how to take it back */
  guess(order: Order): { rollback(): void } {
    return this.#orders.guess(order);
  }

  isGuess(id: string): boolean {
    return this.#orders.isGuess(id);
  }

  /** A new snapshot. @returns where `orders` stands in it */
  put(snapshot: OrderList): Cursor {
    this.clock.hear(snapshot.now);
    this.#orders.replace(snapshot.orders);
    this.#comments.replace(snapshot.comments);
    this.#places.replace(snapshot.places);
    this.#staff = snapshot.staff;
    this.#truncated = snapshot.truncated;
    return cursorIn(snapshot.at, 'orders');
  }

  #apply(event: Envelope, replayed: boolean): void {
    const { type, data, at } = event;
    if (!replayed) this.clock.hear(at);
    if (type === 'order.commented') this.takeComment(v.parse(told[type], data));
    else if (type === 'place.updated') this.#places.upsert(v.parse(told[type], data));
    else if (type.startsWith('order.')) this.#order(v.parse(told['order.created'], data), event, replayed);
    else this.#it.also?.(event, replayed);
  }

  #order(order: Order, { type, by }: Envelope, replayed: boolean): void {
    const before = this.#orders.get(order.id);
    this.take(order);
    if (replayed) return;
    this.#touched = new Map(this.#touched).set(order.id, performance.now());
    this.#it.heard?.({ order, before, type, by });
  }
}

const byAge = (a: Order, b: Order): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
