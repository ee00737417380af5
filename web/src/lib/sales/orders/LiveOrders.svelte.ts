import { type OrderList, Comment, Order } from '$contract/sales/orders/orders';
import { Place } from '$contract/products/products';
import { Presence } from '$lib/live/Presence.svelte';
import { LiveSales, type SalesDependencies } from '$lib/sales/LiveSales.svelte';
import { Times } from '$lib/times';

export interface OrdersDependencies extends SalesDependencies<Order> {
  /** The workplace's time zone. */
  zone: string;
}

/** Orders and their comments, live. */
export abstract class LiveOrders<
  S extends OrderList = OrderList,
  D extends OrdersDependencies = OrdersDependencies,
> extends LiveSales<Order, S, D> {
  readonly times = new Times(this.it.zone);
  readonly #comments = this.collect<Comment>(
    ({ comments }) => comments,
    ({ editedAt }) => editedAt ?? 0,
  );
  readonly #places = this.collect<Place>(({ places }) => places);
  readonly channel = this.follow(
    'orders',
    {
      'order.created': [Order, this.put],
      'order.updated': [Order, this.put],
      'order.claimed': [Order, this.put],
      'order.status_changed': [Order, this.put],
      'order.cancelled': [Order, this.put],
      'order.commented': [Comment, (comment) => this.takeComment(comment)],
      'place.updated': [Place, (place) => this.#places.upsert(place)],
    },
    { watches: new Presence() },
  );

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

  /** The comments on an order, the earliest first. */
  comments(orderId: string): readonly Comment[] {
    return this.#byOrder.get(orderId) ?? [];
  }

  takeComment(comment: Comment): void {
    this.#comments.upsert(comment);
  }

  protected override isListed({ state, number }: Order): boolean {
    return state !== 'cancelled' || number !== null;
  }

  protected rowsOf({ orders }: S): readonly Order[] {
    return orders;
  }
}
