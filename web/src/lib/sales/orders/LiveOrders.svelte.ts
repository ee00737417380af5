import type { Comment, Order, OrderList } from '$contract/sales/orders/orders';
import type { Place } from '$contract/products/products';
import type { Named } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import type { Told } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';

/** An order that has just changed before somebody's eyes. */
export interface Heard {
  order: Order;
  /** As it was on this screen until now. */
  before: Order | undefined;
  type: string;
  /** Who did it, by id; null for the clock. */
  by: string | null;
}

export interface OrdersDependencies extends PageDependencies {
  /** The workplace's. */
  zone: string;
  /** Replayed events and a first load make no sound. */
  heard?(what: Heard): void;
}

/** Orders and what is said of them, live: for tills and for the desk that hands them over. */
export abstract class LiveOrders<
  S extends OrderList = OrderList,
  D extends OrdersDependencies = OrdersDependencies,
> extends LiveView<S, D> {
  readonly times = new Times(this.it.zone);
  readonly #orders = this.collect<Order>(
    ({ orders }) => orders,
    ({ version }) => version,
  );
  readonly #comments = this.collect<Comment>(
    ({ comments }) => comments,
    ({ editedAt }) => editedAt ?? 0,
  );
  readonly #places = this.collect<Place>(({ places }) => places);
  readonly channel = this.follow(
    'orders',
    {
      'order.created': (order, told) => this.#put(order, told),
      'order.updated': (order, told) => this.#put(order, told),
      'order.claimed': (order, told) => this.#put(order, told),
      'order.status_changed': (order, told) => this.#put(order, told),
      'order.cancelled': (order, told) => this.#put(order, told),
      'order.commented': (comment) => this.takeComment(comment),
      'place.updated': (place) => this.#places.upsert(place),
    },
    { watches: true },
  );

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

  /** Everyone who may be online with orders, by name. */
  get staff(): readonly Named[] {
    return this.latest.staff;
  }

  /** Whether there are more open ones than fit. */
  get truncated(): boolean {
    return this.latest.truncated;
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
    return this.#orders.touchedAt(id);
  }

  /** The answer to what somebody did here, or to what a loser was shown. */
  take(order: Order): void {
    this.#orders.upsert(order);
  }

  takeComment(comment: Comment): void {
    this.#comments.upsert(comment);
  }

  /** Shows an order as it will be, until the truth arrives. @returns how to take it back */
  guess(order: Order): { rollback(): void } {
    return this.#orders.guess(order);
  }

  isGuess(id: string): boolean {
    return this.#orders.isGuess(id);
  }

  #put(order: Order, told: Told): void {
    const before = this.#orders.get(order.id);
    this.#orders.upsert(order, told);
    if (!told.replayed) this.it.heard?.({ order, before, type: told.type, by: told.by });
  }
}

const byAge = (a: Order, b: Order): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
