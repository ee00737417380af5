/** Writes sales and payments straight into the database, for tests of the money. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { PaymentMethod } from '../../../worker/contract/sales/payments/payments';
import { COUNTER } from './shop';
import type { Someone } from '../workplace';

export interface Sold {
  id: string;
  label: string;
  total: number;
}

export interface SoldLine {
  productId: string;
  name: string;
  quantity: number;
  price: number;
}

let numbers = 0;

/** An order of that total, for payment. */
export async function sold(total: number, lines: SoldLine[] = []): Promise<Sold> {
  const id = uuidv7();
  const number = (numbers += 1);
  const by = await env.DB.prepare('SELECT id FROM people LIMIT 1').first<string>('id');
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, changed_at) VALUES (?1, 'order', ?2, '2020-01-01', ?3, 'for_payment', 1, ?4, 0, ?4, 0, 1, 'EUR', 0, ?5, 0)`,
    ).bind(id, COUNTER, number, total, by),
    ...lines.map((line, position) =>
      env.DB.prepare(
        'INSERT INTO sale_lines (sale_id, product_id, position, name, quantity, price) VALUES (?1, ?2, ?3, ?4, ?5, ?6)',
      ).bind(id, line.productId, position, line.name, line.quantity, line.price),
    ),
  ]);
  return { id, label: String(number).padStart(3, '0'), total };
}

/** A payment into that drawer. @returns the payment's id */
export const pay = (by: Someone, drawer: string, sale: Sold, method: PaymentMethod, at = Date.now()) =>
  moved('payment', by, drawer, sale, method, at);

/** A refund from that drawer. @returns the refund's id */
export const refund = (by: Someone, drawer: string, sale: Sold, method: PaymentMethod, at = Date.now()) =>
  moved('refund', by, drawer, sale, method, at);

async function moved(
  kind: 'payment' | 'refund',
  by: Someone,
  drawer: string,
  sale: Sold,
  method: PaymentMethod,
  at: number,
): Promise<string> {
  const id = uuidv7();
  const refundId = kind === 'refund' ? id : null;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO refunds (id, sale_id, amount, taxes, reason, restocked, at, by)
       SELECT ?1, ?2, ?3, '[]', '', 1, ?4, ?5 WHERE ?1 IS NOT NULL`,
    ).bind(refundId, sale.id, sale.total, at, by.id),
    env.DB.prepare(
      `INSERT INTO refund_lines (refund_id, position, quantity, amount)
       SELECT ?1, position, quantity, quantity * price FROM sale_lines WHERE sale_id = ?2 AND ?1 IS NOT NULL`,
    ).bind(refundId, sale.id),
    env.DB.prepare(
      `INSERT INTO payments (id, sale_id, refund_id, kind, method, amount, received, change, at, by, drawer_id)
       VALUES (?1, ?2, ?9, ?3, ?4, ?5, ?5, 0, ?6, ?7, ?8)`,
    ).bind(id, sale.id, kind, method, sale.total, at, by.id, drawer, refundId),
  ]);
  return id;
}
