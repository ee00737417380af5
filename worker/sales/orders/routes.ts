import * as v from 'valibot';
import { Released, ReleaseMany } from '../../contract/sales/moves';
import {
  CommentChange,
  EditComment,
  NewComment,
  NewOrder,
  OneOrder,
  OrderChange,
  OrderList,
  orderMoves,
  Till,
} from '../../contract/sales/orders/orders';
import { Id } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { move } from '../move';
import { moveRoutes } from '../resources';
import { releaseMany } from '../release';
import { comment, commentChange, editComment } from './comments';
import { editOrder } from './edit';
import { orderNow, ordersNow, tillNow } from './list';
import { orderChange, orders } from './orders';
import { takeOrder } from './take';

const param = v.strictObject({ id: Id });

export const orderRoutes = mount('Orders', [
  read({
    path: '/orders',
    summary: 'Open orders, and those closed today',
    description: 'With comments, places and the cursor of `orders`. No money.',
    may: 'orders.see',
    answer: OrderList,
    handle: ordersNow,
  }),
  read({
    path: '/till',
    summary: 'The data of a till',
    description:
      'Orders with their money, products with their stock, and the cursors of `orders`, `tills` and your own channel.',
    may: 'orders.sell',
    answer: Till,
    handle: tillNow,
  }),
  read({
    path: '/orders/:id',
    summary: 'One order with its money',
    may: 'orders.sell',
    param,
    answer: OneOrder,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => orderNow(scope, id),
  }),
  write({
    method: 'post',
    path: '/orders',
    summary: 'Take an order',
    description:
      'Its goods are held. Prices and tax are the server’s. Saved for later (`pending`), it gets the next queue number of its place and day; taken for payment (`for_payment`), it gets it when it is paid or saved.',
    may: 'orders.sell',
    body: NewOrder,
    answer: OrderChange,
    problems: ['product_inactive', 'out_of_stock', 'changed_meanwhile', 'place_closed', 'discount_too_large'],
    handle: (scope, { body }) => orderChange(takeOrder(scope, body)),
  }),
  write({
    method: 'post',
    path: '/orders/release',
    summary: 'Release up to 50 orders',
    description: 'All possible ones in one commit; each of the others has its reason.',
    may: 'orders.release',
    body: ReleaseMany,
    answer: Released,
    problems: ['changed_meanwhile'],
    handle: (scope, { body }) => releaseMany(scope, orders, body),
  }),
  ...moveRoutes('order', orderMoves, OrderChange, (scope, id, input) =>
    orderChange(input.move === 'edit' ? editOrder(scope, id, input) : move(scope, orders, id, input)),
  ),
  write({
    method: 'post',
    path: '/orders/:id/comments',
    summary: 'Comment on an order',
    may: 'orders.see',
    param,
    body: NewComment,
    answer: CommentChange,
    problems: ['not_found', 'too_many_comments'],
    handle: (scope, { param: { id }, body }) => commentChange(comment(scope, id, body)),
  }),
  write({
    method: 'patch',
    path: '/orders/:id/comments/:comment',
    summary: 'Change your own comment',
    description: 'Within five minutes.',
    may: 'orders.see',
    param: v.strictObject({ id: Id, comment: Id }),
    body: EditComment,
    answer: CommentChange,
    problems: ['not_found', 'own_comment', 'comment_too_old', 'changed_meanwhile'],
    handle: (scope, { param: { id: orderId, comment: id }, body }) =>
      commentChange(editComment(scope, { orderId, id }, body)),
  }),
]);
