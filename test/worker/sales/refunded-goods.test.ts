/** What came back of an order is handed over no more, and its tax is in the sums of the drawer that gave the money. */
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { OwnDrawer } from '../../../worker/contract/sales/drawers/drawers';
import type { OrderList } from '../../../worker/contract/sales/orders/orders';
import { ask, newKey } from '../workplace';
import { cashier, done, makeMove, paidOrder, product, releaser } from './shop';

const refund = (line: number, amount: number) => ({
  ...{ move: 'refund' as const, reason: 'Cold', restock: false },
  lines: [{ line, quantity: 1 }],
  parts: [{ method: 'cash', amount }],
});

it('the release desk shows an order without the pieces that were refunded before, and its release with all', async () => {
  const [ana, rosa, soup, tea] = [await cashier(), await releaser(), await product(), await product()];
  const { order } = await paidOrder(ana, [
    { productId: soup.id, quantity: 2 },
    { productId: tea.id, quantity: 1 },
  ]);
  await done(makeMove(ana, order, refund(1, 450)));
  const { order: left } = await done(makeMove(ana, { ...order, version: order.version + 1 }, refund(2, 450)));
  const goods = [{ productId: soup.id, quantity: 1 }];
  expect(left.lines).toMatchObject(goods);
  const list = await (await ask('/orders', { as: rosa })).json<OrderList>();
  expect(list.orders.find(({ id }) => id === order.id)?.lines).toHaveLength(1);
  const event = await env.DB.prepare(
    `SELECT data ->> '$.lines' AS lines FROM events WHERE channel = 'orders' ORDER BY seq DESC`,
  ).first<string>('lines');
  expect(JSON.parse(event ?? '')).toMatchObject(goods);
  const { order: gone } = await done(makeMove(rosa, left, { move: 'release' }));
  expect(gone.lines.map(({ quantity }) => quantity)).toEqual([2, 1]);
});

it('a drawer shows the tax of its sales less its refunds by rate, and keeps it once it is closed', async () => {
  const [ana, cup, bread] = [
    await cashier(),
    await product({ price: 1_190 }),
    await product({ price: 1_070 }),
  ];
  await env.DB.batch([
    env.DB.prepare('UPDATE products SET tax_rate = 1900 WHERE id = ?1').bind(cup.id),
    env.DB.prepare('UPDATE products SET tax_rate = 700 WHERE id = ?1').bind(bread.id),
  ]);
  const { order } = await paidOrder(ana, [
    { productId: cup.id, quantity: 2 },
    { productId: bread.id, quantity: 1 },
  ]);
  await done(makeMove(ana, order, refund(1, 1_190)));
  const taxes = [
    { rate: 1_900, net: 1_000, tax: 190 },
    { rate: 700, net: 1_000, tax: 70 },
  ];
  const { drawer } = await (await ask('/drawers/mine', { as: ana })).json<OwnDrawer>();
  expect(drawer?.taxes).toEqual(taxes);
  const counted = { cash: 0, card: 0, transfer: 0 };
  const closed = await ask(`/drawers/${ana.drawer}/close`, {
    ...{ as: ana, key: newKey(), json: { counted, note: null } },
  });
  expect(await closed.json()).toMatchObject({ drawer: { taxes } });
  await env.DB.prepare(`UPDATE sales SET taxes = '[]' WHERE id = ?1`).bind(order.id).run();
  const day = await ask('/drawers', { as: ana });
  const { drawers } = await day.json<{ drawers: { id: string; taxes: unknown }[] }>();
  expect(drawers.find(({ id }) => id === ana.drawer)?.taxes).toEqual(taxes);
});
