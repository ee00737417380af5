/** A release desk: it calls orders and hands them over, and shows no money. */
import { DeskOrders } from '../../../../web/src/lib/sales/orders/DeskOrders';
import { UNDO_MS } from '../../../../worker/contract/sales/moves';
import type { Order, OrderList } from '../../../../worker/contract/sales/orders/orders';
import { ordersNow } from '../../../../worker/sales/orders/list';
import { Counter, type Surroundings } from './Counter';

export class Desk extends Counter<OrderList, DeskOrders> {
  readonly load = ordersNow;

  protected viewOf = (snapshot: OrderList, it: Surroundings): DeskOrders => new DeskOrders(snapshot, it);

  protected channelsOf = ({ channel }: DeskOrders) => [channel];

  work(): void {
    const { view, world, command } = this;
    if (!view || !command.ready) return;
    const { now } = world.scheduler;
    const isNew = ({ release }: Order) => release !== null && now - release.at < UNDO_MS;
    const order = world.any(view.all.filter((it) => it.state === 'for_release' || isNew(it)));
    if (!order) return;
    const { version, ready } = order;
    if (order.state === 'released') void this.move(order, { version, move: 'undo' });
    else if (world.random() < 0.3) void this.move(order, { version, move: ready ? 'unready' : 'ready' });
    else void this.move(order, { version, move: 'release', receivedBy: 'the guest' });
  }
}
