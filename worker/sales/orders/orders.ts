/** Maps sales to orders, and defines the kind `order`. */
import * as v from 'valibot';
import type { Publication } from '../../contract/events';
import type { Move } from '../../contract/sales/moves';
import {
  Order,
  type OrderChange,
  orderMoves,
  orderShelf,
  OrderState,
  orderWords,
} from '../../contract/sales/orders/orders';
import { displayChange } from '../displays/numbers';
import type { Answer } from '../../live/commit';
import { changeIn, type SaleKind } from '../kind';
import { drawNumber } from './numbers';
import { goodsToRelease, type Sold, statusOf } from '../rows';

export function orderOf(sold: Sold): Order {
  const { id, number, place, date, state, arrivedAt } = sold;
  if (!place) throw new Error(`order ${id} has no place`);
  return {
    id,
    number,
    place,
    date,
    state: v.parse(OrderState, state),
    lines: goodsToRelease(sold),
    ...statusOf(sold),
    arrivedAt,
  };
}

const typeOf = {
  edit: 'order.updated',
  claim: 'order.claimed',
  take_over: 'order.claimed',
  put_back: 'order.claimed',
  ready: 'order.status_changed',
  unready: 'order.status_changed',
  save: 'order.status_changed',
  to_cart: 'order.cancelled',
  cancel: 'order.cancelled',
  refund: 'order.updated',
  request_payment: 'order.status_changed',
  pay: 'order.status_changed',
  release: 'order.status_changed',
  undo: 'order.status_changed',
} as const satisfies Record<Move, string>;

export const orders: SaleKind = {
  name: 'order',
  moves: orderMoves,
  shelf: orderShelf,
  stateWords: (sold) => orderWords(orderOf(sold)),
  draw: (d1, { place }, on) => drawNumber(d1, place, on),
  recordOf: orderOf,
  events: (before, after, move) =>
    // No desk and no screen has one that was sold without network.
    after.arrivedAt === null ? orderEvents(before, after, move) : [changedAtTills(after)],
};

const orderEvents = (before: Sold, after: Sold, move: Move): Publication[] => [
  { channel: 'orders', type: typeOf[after.cancellation ? 'cancel' : move], data: orderOf(after) },
  ...displayChange(orderOf(before), orderOf(after)),
];

export const changedAtTills = (sold: Sold): Publication => ({
  channel: 'tills',
  type: 'order.updated',
  data: orderOf(sold),
});

export async function orderChange(answer: Promise<Answer>): Promise<OrderChange> {
  const { record, sale, receipt } = await changeIn(Order, answer);
  return { order: record, sale, receipt };
}
