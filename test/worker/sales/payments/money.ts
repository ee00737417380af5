/** The workplace's rules of money, and orders that a cashier takes and is paid for, through the routes. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { expect } from 'vitest';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import type { Sale } from '../../../../worker/contract/sales/payments/payments';
import { defaultSettings, type Settings } from '../../../../worker/contract/settings/settings';
import { ask, newKey, type Someone } from '../../workplace';
import { COUNTER, done, makeMove, product } from '../shop';

export const rules = (some: Partial<Settings>) =>
  env.DB.prepare(
    `INSERT OR REPLACE INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?1)`,
  )
    .bind(JSON.stringify({ ...defaultSettings('Europe/Berlin'), ...some }))
    .run();

export const taxed = async (price: number, taxRate: number | null, stock = 100) => {
  const it = await product({ price, stock });
  await env.DB.prepare('UPDATE products SET tax_rate = ?2 WHERE id = ?1').bind(it.id, taxRate).run();
  return it;
};

export const lineOf = ({ id }: { id: string }, quantity = 1, discount: object | null = null) => ({
  productId: id,
  quantity,
  discount,
});

export const staff = { by: 'percent', percent: 1_000, reason: 'Staff' };

/** @param cashier who does it, if nobody else is named */
export function tillOf(cashier: () => Someone) {
  const order = (lines: object[], more: object = {}, as = cashier()) =>
    ask('/orders', { as, key: newKey(), json: { id: uuidv7(), placeId: COUNTER, lines, ...more } });
  return {
    order,
    /** An order for payment. */
    due: async (lines: object[], more: object = {}, as = cashier()) => {
      const taken = await done(order(lines, more, as));
      return done(makeMove(as, taken.order, { move: 'request_payment' }));
    },
    pay: (it: OrderChange, parts: object[], as = cashier()) => makeMove(as, it.order, { move: 'pay', parts }),
  };
}

export const saleIn = ({ sale }: OrderChange): Sale => {
  if (!sale) throw new Error('no money');
  return sale;
};

export const codeOf = async (answer: Promise<Response>) => {
  const { code, detail } = await (await answer).json<{ code: string; detail?: string }>();
  return [code, detail];
};

/** payments - refunds = total - returned + rounding, in the database. */
export async function balanced(id: string): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT total, refunded,
       (SELECT coalesce(sum(iif(kind = 'payment', amount, -amount)), 0) FROM payments WHERE sale_id = sales.id) AS paid,
       (SELECT coalesce(sum(iif(kind = 'payment', rounding, -rounding)), 0) FROM payments WHERE sale_id = sales.id) AS rounding,
       (SELECT coalesce(sum(amount), 0) FROM refunds WHERE sale_id = sales.id) AS returned
     FROM sales WHERE id = ?1`,
  )
    .bind(id)
    .first<{ total: number; refunded: number; paid: number; rounding: number; returned: number }>();
  expect(row?.refunded).toBe(row?.returned);
  expect(row?.paid).toBe((row?.total ?? 0) - (row?.returned ?? 0) + (row?.rounding ?? 0));
}
