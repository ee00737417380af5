import { Hono } from 'hono';
import * as v from 'valibot';
import { MakeMove, ReleaseMany } from '../../contract/sales/moves';
import {
  CommentChange,
  EditComment,
  NewComment,
  NewOrder,
  OneOrder,
  OrderChange,
  OrderList,
  OrdersReleased,
  Till,
} from '../../contract/sales/orders/orders';
import { Id } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { move } from '../move';
import { releaseMany } from '../release';
import { comment, commentChange, editComment } from './comments';
import { editOrder } from './edit';
import { orderNow, ordersNow, tillNow } from './list';
import { orderChange, orders } from './orders';
import { takeOrder } from './take';

const tag = 'Orders';
const OfId = v.strictObject({ id: Id });
const OfComment = v.strictObject({ id: Id, comment: Id });
const goods = ['product_inactive', 'out_of_stock', 'changed_meanwhile'] as const;

export const orderRoutes = new Hono<Http>()
  .get(
    '/orders',
    route({
      summary: 'Open orders, and those closed today',
      description: 'With comments, places and the cursor of `orders`. No money.',
      tag,
      may: 'orders.see',
      answers: { 200: OrderList },
    }),
    async (c) => c.json((await ordersNow(c.var.scope)) satisfies OrderList),
  )
  .get(
    '/till',
    route({
      summary: 'All that a till needs',
      description:
        'Orders with their money, products with their stock, and the cursors of `orders`, `tills` and one’s own channel.',
      tag,
      may: 'orders.sell',
      answers: { 200: Till },
    }),
    async (c) => c.json((await tillNow(c.var.scope)) satisfies Till),
  )
  .get(
    '/orders/:id',
    route({
      summary: 'One order with its money',
      tag,
      may: 'orders.sell',
      answers: { 200: OneOrder },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await orderNow(c.var.scope, c.req.valid('param').id)) satisfies OneOrder),
  )
  .post(
    '/orders',
    route({
      summary: 'Take an order',
      description:
        'Its goods are held. Prices and tax are the server’s; the queue number counts by place and day.',
      tag,
      may: 'orders.sell',
      answers: { 200: OrderChange },
      problems: [...written, ...goods, 'place_closed'],
    }),
    jsonOnly,
    keyed,
    input('json', NewOrder),
    async (c) => c.json(orderChange(await takeOrder(c.var.scope, c.req.valid('json')))),
  )
  .post(
    '/orders/release',
    route({
      summary: 'Release up to 50 orders',
      description: 'Those that can be, in one commit; each of the others says why not.',
      tag,
      may: 'orders.release',
      answers: { 200: OrdersReleased },
      problems: [...written, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', ReleaseMany),
    async (c) => {
      return c.json((await releaseMany(c.var.scope, orders, c.req.valid('json'))) satisfies OrdersReleased);
    },
  )
  .post(
    '/orders/:id/moves',
    route({
      summary: 'Move an order',
      description:
        'What is possible from where, who may, and what must come with it, stands in one table: edit (lines), request_payment, pay (payment), claim, take_over, put_back, release (receivedBy), undo (within 8 seconds), cancel (reason; a paid one also refund). `version` is the one that was seen.',
      tag,
      may: 'orders.see',
      answers: { 200: OrderChange },
      problems: [
        ...[...written, ...goods, 'not_found', 'moved_meanwhile', 'illegal_move', 'claimed', 'undo_too_late'],
        ...['payment_short', 'payment_not_exact', 'no_drawer'],
      ] as const,
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', MakeMove),
    async (c) => {
      const { id } = c.req.valid('param');
      const made = c.req.valid('json');
      const { scope } = c.var;
      return c.json(
        orderChange(
          await (made.move === 'edit' ? editOrder(scope, id, made) : move(scope, orders, id, made)),
        ),
      );
    },
  )
  .post(
    '/orders/:id/comments',
    route({
      summary: 'Comment on an order',
      tag,
      may: 'orders.see',
      answers: { 200: CommentChange },
      problems: [...written, 'not_found', 'too_many_comments'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', NewComment),
    async (c) =>
      c.json(commentChange(await comment(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .patch(
    '/orders/:id/comments/:comment',
    route({
      summary: 'Change one’s own comment',
      description: 'Within five minutes.',
      tag,
      may: 'orders.see',
      answers: { 200: CommentChange },
      problems: [...written, 'not_found', 'own_comment', 'comment_too_old', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfComment),
    input('json', EditComment),
    async (c) => {
      const { id: orderId, comment: id } = c.req.valid('param');
      return c.json(commentChange(await editComment(c.var.scope, { orderId, id }, c.req.valid('json'))));
    },
  );
