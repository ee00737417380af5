import type { OrderList } from '$contract/sales/orders/orders';
import { answerOf } from '$lib/live/network';
import { LiveOrders } from './LiveOrders.svelte';

/** Orders for the release desk, without their money. */
export class DeskOrders extends LiveOrders {
  protected load(): Promise<OrderList> {
    return answerOf(this.it.api.orders.$get());
  }
}
