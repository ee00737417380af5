/** Refusals of orders: each names what is wrong, and nothing is written. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Comment, CommentChange, Order } from '../../../../worker/contract/sales/orders/orders';
import { cashier, COUNTER, done, makeMove, paidOrder, place, product, releaser, takeOrder } from '../shop';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';

interface Refused {
  code: string;
  detail?: string;
  issues?: { path: string; message: string }[];
}
let ana: Someone;
let ben: Someone;
let it1: Awaited<ReturnType<typeof product>>;
let gone: Awaited<ReturnType<typeof product>>;
let closed: string;
let pending: Order;
let waiting: Order;
let paid: Order;
beforeAll(async () => {
  [ana, ben, it1, gone, closed] = [
    await cashier(),
    await releaser(),
    await product(),
    await product(),
    await place(),
  ];
  await env.DB.batch([
    env.DB.prepare('UPDATE products SET active = 0 WHERE id = ?1').bind(gone.id),
    env.DB.prepare('UPDATE places SET active = 0 WHERE id = ?1').bind(closed),
  ]);
  const lines = [{ productId: it1.id, quantity: 2 }];
  pending = (await done(takeOrder(ana, lines))).order;
  const next = await done(takeOrder(ana, lines));
  waiting = (await done(makeMove(ana, next.order, { move: 'request_payment' }))).order;
  paid = (await paidOrder(ana, lines)).order;
});

const order = (json: unknown, as = () => ana) => ask('/orders', { as: as(), key: newKey(), json });
const line = (it: unknown) => () =>
  order({ id: uuidv7(), placeId: COUNTER, lines: [{ productId: it1.id, quantity: 1, ...(it as object) }] });
const oneOf = ({ id }: { id: string }) => ({ productId: id, quantity: 1 });
const pay = (payment: object) => () => makeMove(ana, waiting, { move: 'pay', ...payment });
const cash = { parts: [{ method: 'cash', received: 900 }] };

const wrong: [what: string, ask: () => Promise<Response>, status: number, code: string, words?: string][] = [
  [
    'a negative quantity',
    line({ quantity: -1 }),
    400,
    'invalid_input',
    'lines.0.quantity: must be at least 1 piece',
  ],
  ['none', line({ quantity: 0 }), 400, 'invalid_input', 'lines.0.quantity: must be at least 1 piece'],
  ['half a piece', line({ quantity: 1.5 }), 400, 'invalid_input', 'lines.0.quantity: must be whole pieces'],
  ['a quantity that is text', line({ quantity: '2' }), 400, 'invalid_input'],
  [
    'too many',
    line({ quantity: 10_000 }),
    400,
    'invalid_input',
    'lines.0.quantity: must be at most 9,999 pieces',
  ],
  ['a price of the client’s own', line({ price: 1 }), 400, 'invalid_input'],
  [
    'a total of the client’s own',
    () => order({ id: uuidv7(), placeId: COUNTER, lines: [{ productId: it1.id, quantity: 1 }], total: 1 }),
    400,
    'invalid_input',
  ],
  [
    'an unknown product',
    line({ productId: uuidv7() }),
    400,
    'invalid_input',
    'lines.0.productId: is not a product of ours',
  ],
  [
    'a product that is not sold any more',
    line({
      get productId() {
        return gone.id;
      },
    }),
    409,
    'product_inactive',
  ],
  [
    'a discount without a reason',
    () =>
      order({
        id: uuidv7(),
        placeId: COUNTER,
        lines: [{ ...oneOf(it1), discount: { by: 'amount', amount: 1 } }],
      }),
    400,
    'invalid_input',
  ],
  [
    'a discount of more than 100 %',
    () =>
      order({
        id: uuidv7(),
        placeId: COUNTER,
        lines: [oneOf(it1)],
        discount: { by: 'percent', percent: 10_001, reason: 'Staff' },
      }),
    400,
    'invalid_input',
    'discount.percent: must be at most 100 %',
  ],
  [
    'no lines',
    () => order({ id: uuidv7(), placeId: COUNTER, lines: [] }),
    400,
    'invalid_input',
    'lines: must name at least one product',
  ],
  [
    'an unknown place',
    () => order({ id: uuidv7(), placeId: uuidv7(), lines: [{ productId: it1.id, quantity: 1 }] }),
    400,
    'invalid_input',
    'placeId: is not a place of ours',
  ],
  [
    'a closed place',
    () => order({ id: uuidv7(), placeId: closed, lines: [{ productId: it1.id, quantity: 1 }] }),
    409,
    'place_closed',
  ],
  [
    'the id of another order',
    () => order({ id: pending.id, placeId: COUNTER, lines: [{ productId: it1.id, quantity: 1 }] }),
    400,
    'invalid_input',
    'id: is taken',
  ],
  [
    'an order that is none',
    () => makeMove(ana, { id: uuidv7(), version: 1 }, { move: 'request_payment' }),
    404,
    'not_found',
  ],
  [
    'no version',
    () => ask(`/orders/${pending.id}/payment-request`, { as: ana, key: newKey(), json: {} }),
    400,
    'invalid_input',
  ],
  [
    'an older version',
    () => makeMove(ana, { ...waiting, version: 1 }, { move: 'pay', ...cash }),
    409,
    'moved_meanwhile',
  ],
  [
    'a later version',
    () => makeMove(ana, { ...waiting, version: 9 }, { move: 'pay', ...cash }),
    409,
    'moved_meanwhile',
  ],
  ['a step left out', () => makeMove(ana, pending, { move: 'pay', ...cash }), 409, 'illegal_move'],
  [
    'less than is due',
    pay({ parts: [{ method: 'cash', received: 899 }] }),
    409,
    'payment_short',
    '€9.00 is due.',
  ],
  [
    'more than is due by card',
    pay({ parts: [{ method: 'card', received: 901 }] }),
    409,
    'payment_not_exact',
    '€9.00 is due.',
  ],
  [
    'half a cent',
    pay({ parts: [{ method: 'cash', received: 900.5 }] }),
    400,
    'invalid_input',
    'parts.0.received: must be a whole number of minor units',
  ],
  [
    'a negative amount',
    pay({ parts: [{ method: 'cash', received: -900 }] }),
    400,
    'invalid_input',
    'parts.0.received: must not be negative',
  ],
  ['an amount of the client’s own', pay({ ...cash, amount: 1 }), 400, 'invalid_input'],
  [
    'an unknown method of payment',
    pay({ parts: [{ method: 'shells', received: 900 }] }),
    400,
    'invalid_input',
  ],
  ['a payment without its method', pay({ parts: [{ received: 900 }] }), 400, 'invalid_input'],
  [
    'a reason of two letters',
    () => makeMove(ana, pending, { move: 'cancel', reason: 'no' }),
    400,
    'invalid_input',
    'reason: must be at least 3 characters',
  ],
  [
    'a reason too long',
    () => makeMove(ana, pending, { move: 'cancel', reason: 'x'.repeat(301) }),
    400,
    'invalid_input',
    'reason: must have at most 300 characters',
  ],
  [
    'a release without a recipient',
    () => makeMove(ben, paid, { move: 'release', receivedBy: '  ' }),
    400,
    'invalid_input',
    'receivedBy: must say who received it',
  ],
  [
    'a name too long',
    () => makeMove(ben, paid, { move: 'release', receivedBy: 'x'.repeat(121) }),
    400,
    'invalid_input',
    'receivedBy: must have at most 120 characters',
  ],
  [
    'a paid one cancelled without its money',
    () => makeMove(ana, paid, { move: 'cancel', reason: 'Broken' }),
    409,
    'illegal_move',
  ],
  [
    'a comment too long',
    () =>
      ask(`/orders/${paid.id}/comments`, {
        as: ben,
        key: newKey(),
        json: { id: uuidv7(), text: 'x'.repeat(2_001) },
      }),
    400,
    'invalid_input',
    'text: must have at most 2,000 characters',
  ],
  [
    'an empty comment',
    () =>
      ask(`/orders/${paid.id}/comments`, { as: ben, key: newKey(), json: { id: uuidv7(), text: ' \n ' } }),
    400,
    'invalid_input',
    'text: must not be empty',
  ],
  [
    'a comment on nothing',
    () =>
      ask(`/orders/${uuidv7()}/comments`, {
        as: ben,
        key: newKey(),
        json: { id: uuidv7(), text: 'Where is it?' },
      }),
    404,
    'not_found',
  ],
];

describe('invalid input', () => {
  it.each(wrong)('%s gets a precise problem and changes nothing', async (_, act, status, code, words) => {
    const before = await everything();
    const answer = await act();
    const problem = await answer.json<Refused>();
    expect([answer.status, problem.code]).toEqual([status, code]);
    if (words) expect(problem.detail).toBe(words);
    expect(await everything()).toEqual(before);
  });

  it('of a payment is refused without an open drawer', async () => {
    const before = await everything();
    const admin = await someone({ roles: ['admin'] });
    const withAdmin = await everything();
    const answer = await makeMove(admin, waiting, {
      move: 'pay',
      ...cash,
    });
    expect(await answer.json()).toMatchObject({ code: 'no_drawer' });
    expect(await everything()).toEqual(withAdmin);
    expect(before).not.toEqual(withAdmin);
  });
});

describe('a total', () => {
  it('that is too large is refused, for a new order and an edited one', async () => {
    const gold = await product({ price: 1_000_000_000, stock: 9_999 });
    const { order: one } = await done(takeOrder(ana, [{ productId: gold.id, quantity: 1 }]));
    const before = await everything();
    for (const quantity of [2, 9_998]) {
      const lines = [{ productId: gold.id, quantity }];
      for (const answer of [await takeOrder(ana, lines), await makeMove(ana, one, { move: 'edit', lines })])
        expect(await answer.json()).toMatchObject({
          status: 400,
          code: 'invalid_input',
          detail: 'lines: must total at most 10,000,000.00',
        });
    }
    expect(await everything()).toEqual(before);
  });
});

describe('a comment', () => {
  const write = (as: Someone, json: { id: string; text: string }, orderId = paid.id) =>
    ask(`/orders/${orderId}/comments`, { as, key: newKey(), json });
  const change = (as: Someone, id: string, text: string, orderId = paid.id) =>
    ask(`/orders/${orderId}/comments/${id}`, { method: 'PATCH', as, key: newKey(), json: { text } });

  it('is plain text, stored as typed, and published to people who work on orders', async () => {
    const id = uuidv7();
    const text = '<b>No sugar</b>\nplease & thank you';
    const { comment } = await (await write(ben, { id, text })).json<CommentChange>();
    expect(comment).toMatchObject({ id, orderId: paid.id, text, editedAt: null, by: { id: ben.id } });
    const list = await (await ask('/orders', { as: ana })).json<{ comments: unknown[] }>();
    expect(list.comments).toContainEqual(comment);
  });

  it('can be edited by its author for five minutes', async () => {
    const id = uuidv7();
    await write(ben, { id, text: 'Milk' });
    expect(await (await change(ana, id, 'Wine')).json()).toMatchObject({ code: 'own_comment' });
    const { comment } = await (await change(ben, id, 'Oat milk')).json<CommentChange>();
    expect(comment).toMatchObject({ text: 'Oat milk', editedAt: expect.any(Number) as number });
    expect((await change(ben, id, 'x', pending.id)).status).toBe(404);
    await env.DB.prepare('UPDATE order_comments SET at = at - 300001 WHERE id = ?1').bind(id).run();
    expect(await (await change(ben, id, 'Tea')).json()).toMatchObject({ code: 'comment_too_old' });
  });

  it('is one of at most a hundred of its order, and a list has the latest of all orders', async () => {
    const many = (orderId: string, count: number, since: number) =>
      env.DB.prepare(
        `INSERT INTO order_comments (id, sale_id, person_id, at, text)
         SELECT ?1 || '/' || value, ?1, ?2, ?3 + value, 'Milk' FROM json_each(?4)`,
      )
        .bind(orderId, ben.id, since, JSON.stringify(Array.from({ length: count }, (_, index) => index)))
        .run();
    const crowded = (await done(takeOrder(ana, [{ productId: it1.id, quantity: 1 }]))).order.id;
    await many(crowded, 99, Date.now());
    expect((await write(ben, { id: uuidv7(), text: 'The last' }, crowded)).status).toBe(200);
    const before = await everything();
    const over = await write(ben, { id: uuidv7(), text: 'One more' }, crowded);
    expect(await over.json()).toMatchObject({ status: 409, code: 'too_many_comments' });
    expect(await everything()).toEqual(before);
    await many(waiting.id, 2_100, 0);
    const { comments } = await (await ask('/orders', { as: ana })).json<{ comments: Comment[] }>();
    expect(comments).toHaveLength(2_000);
    expect(comments).toContainEqual(expect.objectContaining({ text: 'The last' }));
    expect(comments.map(({ at }) => at)).toEqual(comments.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('cannot have another comment’s id', async () => {
    const id = uuidv7();
    await write(ben, { id, text: 'Mine' });
    expect(await (await write(ana, { id, text: 'Hers' })).json()).toMatchObject({
      code: 'invalid_input',
      detail: 'id: is taken',
    });
  });
});
