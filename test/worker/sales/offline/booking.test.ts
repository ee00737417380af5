/** Sales that tills made without network: each is booked once, as it was charged, with its money, goods and receipt. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { DrawerList } from '../../../../worker/contract/sales/drawers/drawers';
import type { OrderList, Till as TillPage } from '../../../../worker/contract/sales/orders/orders';
import type { ReceiptList } from '../../../../worker/contract/sales/receipts/receipts';
import type { SalesReport } from '../../../../worker/contract/sales/report/report';
import { allOf } from '../../../moves';
import { ask, everything, listening, newKey, type Someone, someone } from '../../workplace';
import { withoutAnswer } from '../just-before';
import { done, makeMove, product, releaser } from '../shop';
import { act, booked, line, pieces, refusal, send, shelvesOf, till, type Till, unbalanced } from './offline';

const MINUTE = 60_000;
let ana: Till;
let admin: Someone;
let tea: Awaited<ReturnType<typeof product>>;
beforeEach(async () => {
  [ana, admin, tea] = [
    await till('Ana Weber'),
    await someone({ roles: ['admin'] }),
    await product({ price: 250, stock: 10 }),
  ];
});
const count = (table: string, where: string, id: string) =>
  env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where} = ?1`).bind(id).first<number>('n');

describe('a sale without network', () => {
  it('is released, without a number, at the moment of the tap', async () => {
    const sold = act(ana, [line(tea, 2)], { received: 1000, change: 450, tip: 50 });
    const at = Date.now();
    const { order, sale, differences, receipt } = await booked(send(ana, sold, { ago: 10 * MINUTE }));
    expect(order).toMatchObject({ id: sold.id, state: 'released', number: null, createdBy: { id: ana.id } });
    expect(order.release).toMatchObject({ by: { id: ana.id }, receivedBy: null });
    expect(Math.abs((order.paidAt ?? 0) - (at - 10 * MINUTE))).toBeLessThan(MINUTE);
    expect(order.arrivedAt).toBeGreaterThanOrEqual(at);
    expect(receipt.at).toBeGreaterThanOrEqual(at);
    expect(sale).toMatchObject({ label: sold.receipt, total: 500, currency: 'EUR', refunds: [] });
    expect(sale.lines).toMatchObject([{ line: 1, productId: tea.id, quantity: 2, price: 250 }]);
    expect(sale.payments).toMatchObject([
      {
        method: 'cash',
        amount: 500,
        rounding: 0,
        tip: 50,
        received: 1000,
        change: 450,
        drawerId: ana.drawer,
      },
    ]);
    expect(differences).toEqual([]);
    expect(await shelvesOf(tea.id)).toEqual({ stock: 8, held: 0, sold: 2, short: 0 });
    expect(await unbalanced(sold.id)).toBe(0);
  });

  it('is booked once, however often it is sent, and repeats its first answer', async () => {
    const sold = act(ana, [line(tea)]);
    const key = newKey();
    const first = await booked(send(ana, sold, { key, ago: 2 * MINUTE }));
    expect(await booked(send(ana, sold, { key, ago: 3 * MINUTE }))).toEqual(first);
    expect(await booked(send(ana, sold, { ago: 4 * MINUTE })), 'with another key').toEqual(first);
    expect(await count('payments', 'sale_id', sold.id)).toBe(1);
    expect(await shelvesOf(tea.id)).toMatchObject({ stock: 9, sold: 1 });
  });

  it('is booked once when its requests race', async () => {
    const sold = act(ana, [line(tea)]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => booked(send(ana, sold, { ago: MINUTE * 2 }))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await count('receipts', 'sale_id', sold.id)).toBe(1);
  });

  it('is known after an answer that was lost', async () => {
    const sold = act(ana, [line(tea)]);
    const key = newKey();
    const { sale } = await booked(send(ana, sold, { key, ago: MINUTE, ...withoutAnswer() }));
    expect((await booked(send(ana, sold, { key, ago: MINUTE }))).sale).toEqual(sale);
    expect(await count('payments', 'sale_id', sold.id)).toBe(1);
  });

  it('counts in its drawer and in the report of its drawer’s day', async () => {
    const before = await (await ask('/sales/report', { as: admin })).json<SalesReport>();
    await env.DB.prepare('UPDATE drawers SET date = ?2 WHERE id = ?1').bind(ana.drawer, before.date).run();
    await booked(send(ana, act(ana, [line(tea, 2)], { tip: 20, received: 520 }), { ago: MINUTE }));
    const { drawers } = await (await ask('/drawers', { as: ana })).json<DrawerList>();
    expect(drawers).toMatchObject([{ id: ana.drawer, expected: { cash: 10_520 }, late: [] }]);
    const report = await (await ask('/sales/report', { as: admin })).json<SalesReport>();
    expect(report.revenue - before.revenue).toBe(500);
    expect(report.byProduct).toContainEqual({ productId: tea.id, name: tea.name, quantity: 2, amount: 500 });
  });

  it('has its receipt, and a copy names it', async () => {
    const sold = act(ana, [line(tea)]);
    await booked(send(ana, sold));
    await ask(`/sales/${sold.id}/receipts`, { as: ana, key: newKey(), json: {} });
    const { receipts } = await (await ask(`/sales/${sold.id}/receipts`, { as: ana })).json<ReceiptList>();
    expect(receipts).toMatchObject([
      { label: sold.receipt, copyOf: null, sale: sold.receipt, total: 250 },
      { copyOf: sold.receipt, sale: sold.receipt },
    ]);
    expect(receipts[1]?.label).toMatch(/-001$/);
  });

  it('can be refunded, and its goods are free again', async () => {
    const before = await pieces(tea.id);
    const { order, sale } = await booked(send(ana, act(ana, [line(tea, 2)])));
    const refunded = await done(makeMove(ana, order, allOf(sale, true)));
    expect(refunded).toMatchObject({ order: { state: 'released' }, sale: { refunds: [{ amount: 500 }] } });
    expect(await shelvesOf(tea.id)).toEqual({ stock: 10, held: 0, sold: 0, short: 0 });
    expect(await pieces(tea.id)).toBe(before);
    expect(await unbalanced(order.id)).toBe(0);
  });
});

describe('who hears of it', () => {
  it('are tills, and no desk or screen', async () => {
    const ben = await releaser();
    const [desk, tills, screen] = [
      await listening(ben, 'orders'),
      await listening(ana, 'tills'),
      await listening(ben, 'display'),
    ];
    const { order, sale } = await booked(send(ana, act(ana, [line(tea)])));
    await tills.until(() => tills.events.some(({ type }) => type === 'sale.paid'));
    expect(tills.events.map(({ type, data }) => [type, data])).toEqual([
      ['order.updated', order],
      ['sale.created', sale],
      ['sale.paid', sale],
    ]);
    await desk.until(() => desk.events.length > 0);
    await done(makeMove(ana, order, allOf(sale, false)));
    await tills.until(() => tills.events.some(({ type }) => type === 'sale.refunded'));
    expect(desk.events.map(({ type }) => type)).toEqual(['stock.changed']);
    expect(screen.events).toEqual([]);
    const { orders } = await (await ask('/orders', { as: ben })).json<OrderList>();
    expect(orders.some(({ id }) => id === order.id)).toBe(false);
    const page = await (await ask('/till', { as: ana })).json<TillPage>();
    expect(page.orders.find(({ id }) => id === order.id)).toMatchObject({ state: 'released', number: null });
    expect(page.sales.find(({ id }) => id === order.id)?.label).toBe(sale.label);
  });

  it('can’t bring it to a desk by undoing its release', async () => {
    const both = { ...ana };
    await env.DB.prepare(`UPDATE people SET roles = '["cashier","releasing"]' WHERE id = ?1`)
      .bind(ana.id)
      .run();
    const { order } = await booked(send(both, act(ana, [line(tea)])));
    expect(await refusal(makeMove(both, order, { move: 'undo' }))).toEqual([409, 'undo_too_late']);
  });
});

describe('a sale is refused, and nothing changes,', () => {
  const refused = async (answer: () => Promise<Response>, status: number, code: string) => {
    const before = await everything();
    expect(await refusal(answer())).toEqual([status, code]);
    expect(await everything()).toEqual(before);
  };

  it('if another person is signed in', async () => {
    const ben = await till();
    await refused(() => send(ben, act(ana, [line(tea)])), 409, 'another_person');
  });

  it('for another person’s drawer', async () => {
    const ben = await till();
    const sold = act(ana, [line(tea)], { drawerId: ben.drawer });
    await refused(() => send(ana, sold), 403, 'not_your_drawer');
  });

  it('by a person who may not sell', async () => {
    const ben = { ...(await releaser()), drawer: ana.drawer, number: ana.number, device: ana.device };
    await refused(() => send(ben, act(ben, [line(tea)])), 403, 'not_allowed');
  });

  it('if its id is another sale’s', async () => {
    const ben = await till();
    const { order } = await booked(send(ben, act(ben, [line(tea)])));
    await refused(() => send(ana, act(ana, [line(tea)], { id: order.id })), 400, 'invalid_input');
  });

  it('if more was given back than was received', async () => {
    await refused(() => send(ana, act(ana, [line(tea)], { change: 251 })), 400, 'invalid_input');
  });

  it('if its drawer is unknown and the person never had one', async () => {
    const ben = { ...ana, ...(await someone({ roles: ['cashier'] })) };
    const sold = act(ben, [line(tea)], { drawerId: uuidv7() });
    await refused(() => send(ben, sold), 409, 'no_drawer');
  });

  it('in a currency that the workplace had before its first payment', async () => {
    await refused(() => send(ana, act(ana, [line(tea)], { currency: 'JPY' })), 409, 'currency_changed');
  });
});
