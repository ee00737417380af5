/** Orders from the till to the release: who may make which move, who gets which events, and that nothing is sold twice. */
import { allOf } from '../../../moves';
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { guards, Move, type Step } from '../../../../worker/contract/sales/moves';
import {
  type OrderChange,
  type OrderList,
  orderMoves,
  OrderState,
} from '../../../../worker/contract/sales/orders/orders';
import { can } from '../../../../worker/contract/roles';
import { runJobs } from '../../../../worker/jobs';
import { orders } from '../../../../worker/sales/orders/orders';
import { expireUnpaid } from '../../../../worker/sales/due';
import { Scope } from '../../../../worker/scope';
import { cashier, done, makeMove, paidOrder, place, product, releaser, shelves, takeOrder } from '../shop';
import { ask, edged, newKey, type Someone, someone } from '../../workplace';

const problem = async (answer: Promise<Response>) => {
  const response = await answer;
  const { code, detail } = await response.json<{ code: string; detail?: string }>();
  return { status: response.status, code, detail };
};
const code = async (answer: Promise<Response>) => (await problem(answer)).code;

/** The events of a channel after a head. */
const eventsSince = async (channel: string, since: number) => {
  const { results } = await env.DB.prepare(
    'SELECT type, data FROM events WHERE channel = ?1 AND seq > ?2 ORDER BY seq',
  )
    .bind(channel, since)
    .all<{ type: string; data: string }>();
  return results.map(({ type, data }) => ({ type, data: JSON.parse(data) as Record<string, unknown> }));
};
const headOf = async (channel: string) =>
  (await env.DB.prepare('SELECT seq FROM heads WHERE channel = ?1').bind(channel).first<number>('seq')) ?? 0;

describe('a person who may no longer take money', () => {
  it('gets no repeated answers of earlier requests', async () => {
    const [ana, soap] = [await cashier(), await product()];
    const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
    const keys = [newKey(), newKey()];
    const lines = [{ productId: soap.id, quantity: 2 }];
    const edit = () => makeMove(ana, order, { move: 'edit', lines }, { key: keys[0] ?? '' });
    const edited = await done(edit());
    const due = await done(makeMove(ana, edited.order, { move: 'request_payment' }));
    const payment = { parts: [{ method: 'card', received: 900 }] };
    const pay = () => makeMove(ana, due.order, { move: 'pay', ...payment }, { key: keys[1] ?? '' });
    expect(await done(pay())).toEqual(await done(pay()));
    await env.DB.prepare(`UPDATE people SET roles = '["releasing"]' WHERE id = ?1`).bind(ana.id).run();
    for (const again of [edit, pay]) expect(await code(again())).toBe('not_allowed');
  });
});

describe('a list of orders', () => {
  it('has paid orders, however many unpaid ones exist', async () => {
    const [ana, ben, soap, placeId] = [await cashier(), await releaser(), await product(), await place()];
    const many = JSON.stringify(Array.from({ length: 501 }, (_, index) => index + 1));
    await env.DB.prepare(
      `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, expires_at, changed_at, changed_by)
       SELECT ?1 || '/' || value, 'order', ?1, '2026-01-01', value, 'pending', 1, 0, 0, 0, 0, 1, 'EUR', value, ?2, 9e12, value, ?2
       FROM json_each(?3)`,
    )
      .bind(placeId, ana.id, many)
      .run();
    const { order } = await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
    const list = await (await ask('/orders', { as: ben })).json<OrderList>();
    await env.DB.prepare('DELETE FROM sales WHERE place_id = ?1').bind(placeId).run();
    expect(list.truncated).toBe(true);
    expect(list.orders.map(({ id }) => id)).toContain(order.id);
    expect(list.orders.filter(({ state }) => state === 'pending').map(({ createdAt }) => createdAt)[0]).toBe(
      1,
    );
  });
});

describe('an order', () => {
  it('goes from the till over payment to the desk and is released; its goods are held, then sold', async () => {
    const [ana, ben, soap] = [await cashier(), await releaser(), await product({ price: 450, stock: 10 })];
    const taken = await done(takeOrder(ana, [{ productId: soap.id, quantity: 3 }]));
    expect(taken.order).toMatchObject({ state: 'pending', version: 1, createdBy: { id: ana.id } });
    expect(taken.sale).toMatchObject({ total: 1350, payments: [], currency: 'EUR' });
    expect(await shelves(soap.id)).toEqual({ stock: 7, held: 3, sold: 0 });
    const due = await done(makeMove(ana, taken.order, { move: 'request_payment' }));
    expect(due.order).toMatchObject({ state: 'for_payment', version: 2 });
    const payment = { parts: [{ method: 'cash', received: 2000 }] };
    const paid = await done(makeMove(ana, due.order, { move: 'pay', ...payment }));
    expect(paid.order).toMatchObject({ state: 'for_release', version: 3, expiresAt: null });
    expect(paid.sale?.payments).toMatchObject([
      { amount: 1350, received: 2000, change: 650, by: { id: ana.id } },
    ]);
    expect(await shelves(soap.id)).toEqual({ stock: 7, held: 0, sold: 3 });
    const released = await done(makeMove(ben, paid.order, { move: 'release', receivedBy: 'Mrs Lang' }));
    expect(released.order).toMatchObject({
      state: 'released',
      release: { by: { id: ben.id }, receivedBy: 'Mrs Lang' },
    });
    expect(released.sale).toBeNull();
    expect(await shelves(soap.id)).toEqual({ stock: 7, held: 0, sold: 3 });
  });

  it('is published without money to the desk, with money to tills, and as a number to customers’ screens', async () => {
    const [ana, ben, soap] = [await cashier(), await releaser(), await product()];
    const heads = await Promise.all(['orders', 'tills', 'display'].map(headOf));
    const paid = await paidOrder(ana, [{ productId: soap.id, quantity: 2 }]);
    const claimed = await done(makeMove(ben, paid.order, { move: 'claim' }));
    await done(makeMove(ben, claimed.order, { move: 'ready' }));
    const [orders, tills, display] = await Promise.all(
      ['orders', 'tills', 'display'].map((channel, index) => eventsSince(channel, heads[index] ?? 0)),
    );
    expect(orders?.map(({ type }) => type)).toEqual([
      'order.created',
      'stock.changed',
      'order.status_changed',
      'order.status_changed',
      'stock.changed',
      'order.claimed',
      'order.status_changed',
    ]);
    expect(orders?.[1]?.data).toEqual({ changes: [{ id: soap.id, stock: -2, held: 2, sold: 0, short: 0 }] });
    expect(orders?.[4]?.data).toEqual({ changes: [{ id: soap.id, stock: 0, held: -2, sold: 2, short: 0 }] });
    expect(JSON.stringify(orders)).not.toMatch(/"(total|subtotal|tax|price|payment|refund|amount|method)"/);
    expect(tills?.map(({ type }) => type)).toEqual(['sale.created', 'sale.paid']);
    expect(tills?.[1]?.data).toEqual(paid.sale);
    expect(display?.map(({ data }) => data)).toEqual([
      expect.objectContaining({ number: paid.order.number, state: 'preparing' }),
      expect.objectContaining({ number: paid.order.number, state: 'ready' }),
    ]);
    expect(Object.keys(display?.[0]?.data ?? {}).sort()).toEqual([
      'at',
      'date',
      'number',
      'placeId',
      'state',
    ]);
  });

  it('has its money in answers to the till, and in none to the desk', async () => {
    const [ana, ben, soap] = [await cashier(), await releaser(), await product()];
    const paid = await paidOrder(ana, [{ productId: soap.id, quantity: 2 }]);
    const claimed = await done(makeMove(ben, paid.order, { move: 'claim' }));
    const lost = await makeMove(ben, paid.order, { move: 'claim' });
    const money = /"(total|subtotal|tax|taxRate|price|payment|refund|amount|method|received|change|drawer)":/;
    const list = await (await ask('/orders', { as: ben })).text();
    expect(list).toContain(paid.order.id);
    for (const answer of [list, JSON.stringify({ ...claimed, sale: undefined }), await lost.text()])
      expect(answer).not.toMatch(money);
    expect(claimed.sale).toBeNull();
    expect(await (await ask('/till', { as: ana })).text()).toMatch(money);
  });

  it('has prices and tax from the server, with half a cent rounded up', async () => {
    const ana = await cashier();
    const it = await product({ price: 333 });
    const { sale } = await done(takeOrder(ana, [{ productId: it.id, quantity: 3 }]));
    expect(sale).toMatchObject({ subtotal: 999, tax: 0, total: 999 });
  });

  it('has the same answer to a repeated request at every step, also after later moves', async () => {
    const [ana, ben, soap] = [await cashier(), await releaser(), await product({ stock: 5 })];
    const [key, id] = [newKey(), uuidv7()];
    const lines = [{ productId: soap.id, quantity: 1 }];
    const first = await done(takeOrder(ana, lines, { key, id }));
    const pay = { key: newKey() };
    const due = await done(makeMove(ana, first.order, { move: 'request_payment' }));
    const payment = { parts: [{ method: 'card', received: 450 }] };
    const paid = await done(makeMove(ana, due.order, { move: 'pay', ...payment }, pay));
    await done(makeMove(ben, paid.order, { move: 'claim' }));
    expect(await done(takeOrder(ana, lines, { key, id }))).toEqual(first);
    expect(await done(makeMove(ana, due.order, { move: 'pay', ...payment }, pay))).toEqual(paid);
    expect(await code(takeOrder(ana, [{ productId: soap.id, quantity: 2 }], { key, id }))).toBe('key_reused');
    expect(await shelves(soap.id)).toEqual({ stock: 4, held: 0, sold: 1 });
  });

  it('is one order after a lost answer or a double tap', async () => {
    const [ana, soap] = [await cashier(), await product({ stock: 5 })];
    const [key, id] = [newKey(), uuidv7()];
    const lines = [{ productId: soap.id, quantity: 1 }];
    const both = await Promise.all([takeOrder(ana, lines, { key, id }), takeOrder(ana, lines, { key, id })]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const [one, other] = await Promise.all(both.map((answer) => answer.json<OrderChange>()));
    expect(one).toEqual(other);
    expect(await shelves(soap.id)).toEqual({ stock: 4, held: 1, sold: 0 });
  });
});

describe('the table of moves', () => {
  /** A new order in that state. */
  async function orderIn(state: OrderState, ana: Someone, ben: Someone): Promise<OrderChange> {
    const soap = await product();
    const lines = [{ productId: soap.id, quantity: 1 }];
    const taken = await done(takeOrder(ana, lines));
    if (state === 'pending') return taken;
    if (state === 'cancelled')
      return done(makeMove(ana, taken.order, { move: 'cancel', reason: 'Changed mind' }));
    const due = await done(makeMove(ana, taken.order, { move: 'request_payment' }));
    if (state === 'for_payment') return due;
    const payment = { parts: [{ method: 'cash', received: 450 }] };
    const paid = await done(makeMove(ana, due.order, { move: 'pay', ...payment }));
    if (state === 'for_release') return paid;
    return done(makeMove(ben, paid.order, { move: 'release', receivedBy: 'Mr Okafor' }));
  }

  /** The fields of a move's body, beside the version. */
  const broughtTo = (move: Move, productId: string): object => {
    const fields: Partial<Record<Move, object>> = {
      edit: { lines: [{ productId, quantity: 1 }] },
      pay: { parts: [{ method: 'cash', received: 450 }] },
      release: { receivedBy: 'Mrs Lang' },
      cancel: { reason: 'Spilled' },
      refund: {
        reason: 'Spilled',
        restock: true,
        lines: [{ line: 1, quantity: 1 }],
        parts: [{ method: 'cash', amount: 450 }],
      },
    };
    return fields[move] ?? {};
  };

  it.each(OrderState.options)('allows from %s exactly its moves, for every role', async (state) => {
    const all = { cashier: await cashier(), releasing: await releaser() };
    const outsider = await someone();
    const moves: Partial<Record<Move, Step<OrderState>>> = orderMoves[state];
    for (const move of Move.options) {
      const step = moves[move];
      for (const role of ['cashier', 'releasing'] as const) {
        const { order } = await orderIn(state, all.cashier, all.releasing);
        const claimed =
          move === 'put_back' && role === 'releasing' && state === 'for_release'
            ? (await done(makeMove(all.releasing, order, { move: 'claim' }))).order
            : order;
        const input = { move, ...broughtTo(move, order.lines[0]?.productId ?? '') };
        const answer = await makeMove(all[role], claimed, input);
        const unmet = step?.guard !== undefined && !guards[step.guard](claimed, all[role].id, Date.now());
        const allowed = step !== undefined && can({ roles: [role] }, step.may) && !unmet;
        expect([state, move, role, answer.status === 200]).toEqual([state, move, role, allowed]);
      }
    }
    const { order } = await orderIn(state, all.cashier, all.releasing);
    expect(await code(makeMove(outsider, order, { move: 'claim' }))).toBe('not_allowed');
  });

  it('requires exactly the fields of a move', async () => {
    const ana = await cashier();
    const { order } = await orderIn('for_release', ana, ana);
    const invalid = { status: 400, code: 'invalid_input' };
    const { reason: _reason, ...refund } = broughtTo('refund', '') as { reason: string };
    expect(await problem(makeMove(ana, order, { move: 'refund', ...refund }))).toMatchObject(invalid);
    const surplus = makeMove(ana, order, { move: 'cancel', reason: 'Broken', ...refund });
    expect(await problem(surplus)).toMatchObject(invalid);
  });

  it('refunds no unpaid order, and cancels no paid one without its refund', async () => {
    const ana = await cashier();
    const { order: paid } = await orderIn('for_release', ana, ana);
    expect(await code(makeMove(ana, paid, { move: 'cancel', reason: 'Broken' }))).toBe('illegal_move');
    const { order: pending } = await orderIn('pending', ana, ana);
    const refund = { move: 'refund' as const, ...broughtTo('refund', '') };
    expect(await code(makeMove(ana, pending, refund))).toBe('illegal_move');
  });

  it('lets one of two people claim, and tells the other who and when', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser('Ben Yilmaz'), await releaser('Eva Novak')];
    const { order } = await orderIn('for_release', ana, ben);
    const answers = await Promise.all([ben, eva].map((who) => makeMove(who, order, { move: 'claim' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    const {
      detail,
      current,
      code: why,
    } = await (lost as Response).json<{
      code: string;
      detail: string;
      current: OrderChange['order'];
    }>();
    expect(why).toBe('moved_meanwhile');
    expect(detail).toMatch(/^(Ben Yilmaz|Eva Novak) has been releasing \d{3} since \d\d:\d\d\.$/);
    expect(current.claim).not.toBeNull();
    const loser = current.claim?.by.id === ben.id ? eva : ben;
    expect(await code(makeMove(loser, current, { move: 'release', receivedBy: 'X' }))).toBe('claimed');
    expect(await code(makeMove(loser, current, { move: 'put_back' }))).toBe('claimed');
    const gone = makeMove(ana, current, { move: 'refund', ...broughtTo('refund', '') });
    expect(await code(gone)).toBe('claimed');
    const taken = await done(makeMove(loser, current, { move: 'take_over' }));
    expect(taken.order.claim?.by.id).toBe(loser.id);
  });

  it('lets the person who released an order undo it for a few seconds', async () => {
    const [ana, ben, eva] = [await cashier(), await releaser(), await releaser()];
    const { order } = await orderIn('released', ana, ben);
    expect(await code(makeMove(eva, order, { move: 'undo' }))).toBe('undo_too_late');
    const back = await done(makeMove(ben, order, { move: 'undo' }));
    expect(back.order).toMatchObject({ state: 'for_release', release: null });
    const again = await done(makeMove(ben, back.order, { move: 'release', receivedBy: 'Mr Okafor' }));
    await env.DB.prepare('UPDATE sales SET released_at = released_at - 11000 WHERE id = ?1')
      .bind(order.id)
      .run();
    expect(await code(makeMove(ben, again.order, { move: 'undo' }))).toBe('undo_too_late');
  });
});

describe('a cancellation', () => {
  it('frees the goods of an unpaid order, and refunds a paid one, whose goods are restocked or not', async () => {
    const [ana, soap] = [await cashier(), await product({ stock: 10 })];
    const lines = [{ productId: soap.id, quantity: 2 }];
    const unpaid = await done(takeOrder(ana, lines));
    await done(makeMove(ana, unpaid.order, { move: 'cancel', reason: 'Changed mind' }));
    expect(await shelves(soap.id)).toEqual({ stock: 10, held: 0, sold: 0 });
    const head = await headOf('tills');
    for (const [restock, left] of [
      [true, { stock: 10, held: 0, sold: 0 }],
      [false, { stock: 8, held: 0, sold: 2 }],
    ] as const) {
      const { order, sale } = await paidOrder(ana, lines);
      const back = await done(makeMove(ana, order, allOf(sale, restock)));
      expect(back.order.state).toBe('cancelled');
      expect(back.order.cancellation).toMatchObject({
        reason: 'Broken',
        restocked: restock,
        by: { id: ana.id },
      });
      expect(back.sale?.refunds).toMatchObject([
        {
          amount: 900,
          restocked: restock,
          payments: [{ kind: 'refund', method: 'cash', amount: 900, drawerId: ana.drawer }],
        },
      ]);
      expect(await shelves(soap.id)).toEqual(left);
    }
    const types = (await eventsSince('tills', head)).map(({ type }) => type);
    expect(types.filter((type) => type === 'sale.refunded')).toHaveLength(2);
  });

  it('comes from the clock for an order that is not paid in time, with the usual events', async () => {
    const [ana, soap] = [await cashier(), await product({ stock: 3 })];
    const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 3 }]));
    const head = await headOf('orders');
    const due = order.expiresAt ?? 0;
    await runJobs(edged(), createExecutionContext(), due - 1);
    expect(await shelves(soap.id)).toEqual({ stock: 0, held: 3, sold: 0 });
    await runJobs(edged(), createExecutionContext(), due);
    await runJobs(edged(), createExecutionContext(), due + 86_400_000);
    expect(await shelves(soap.id)).toEqual({ stock: 3, held: 0, sold: 0 });
    const mine = (await eventsSince('orders', head)).filter(({ data }) => data.id === order.id);
    expect(mine.map(({ type, data }) => [type, data.state])).toEqual([['order.cancelled', 'cancelled']]);
    expect(await problem(makeMove(ana, order, { move: 'request_payment' }))).toMatchObject({
      code: 'moved_meanwhile',
      detail: expect.stringMatching(/^Not paid in time: \d{3} is “Cancelled” now\.$/) as string,
    });
  });

  it('by the clock goes on when one order cannot be cancelled', async () => {
    const [ana, soap] = [await cashier(), await product()];
    const lines = [{ productId: soap.id, quantity: 1 }];
    const two = [await done(takeOrder(ana, lines)), await done(takeOrder(ana, lines))];
    const due = Math.max(...two.map(({ order }) => order.expiresAt ?? 0));
    let failed = false;
    const batch: D1Database['batch'] = (statements) => {
      if (failed) return env.DB.batch(statements);
      failed = true;
      return Promise.reject(new Error('D1_ERROR: Network connection lost'));
    };
    const DB = new Proxy(env.DB, {
      get: (db, name) => (name === 'batch' ? batch : (Reflect.get(db, name) as () => unknown).bind(db)),
    });
    const clock = new Scope({ ...env, DB }, createExecutionContext(), { now: () => due });
    await expireUnpaid(clock, orders);
    expect(failed).toBe(true);
    expect(await shelves(soap.id)).toEqual({ stock: 99, held: 1, sold: 0 });
    await expireUnpaid(clock, orders);
    expect(await shelves(soap.id)).toEqual({ stock: 100, held: 0, sold: 0 });
  });
});
