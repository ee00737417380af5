/** Money in and out of the open drawer of whoever takes it. How much is due only the server says. */
import type { Payment, TakePayment, TakeRefund } from '../../contract/sales/payments/payments';
import { type Query, query } from '../../db/client';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Sold } from '../rows';

/** SQL: the drawer ?n is open: a guard for the write that comes with a payment. */
export const drawerIsOpen = (value: string): string =>
  `(${value} IS NULL OR EXISTS (SELECT 1 FROM drawers WHERE id = ${value} AND closed_at IS NULL))`;

/**
 * The payment of all that is due.
 * @throws Refusal `payment_short`, `payment_not_exact`, `no_drawer`
 */
export async function paymentOf(
  scope: Scope,
  { total, currency }: Pick<Sold, 'total' | 'currency'>,
  { method, received, reference }: TakePayment,
  at: number,
): Promise<Payment> {
  if (received < total) throw new Refusal('payment_short', { detail: due(total, currency) });
  if (method !== 'cash' && received > total)
    throw new Refusal('payment_not_exact', { detail: due(total, currency) });
  return {
    ...{
      id: scope.newId(),
      kind: 'payment',
      method,
      amount: total,
      received,
      change: received - total,
      reference,
      at,
    },
    by: { id: scope.me.id, name: scope.me.name },
    drawerId: await drawerOf(scope),
  };
}

/** All of a payment given back. @throws Refusal `no_drawer` */
export async function refundOf(
  scope: Scope,
  { amount }: Payment,
  { method }: TakeRefund,
  at: number,
): Promise<Payment> {
  return {
    ...{
      id: scope.newId(),
      kind: 'refund',
      method,
      amount,
      received: amount,
      change: 0,
      reference: null,
      at,
    },
    by: { id: scope.me.id, name: scope.me.name },
    drawerId: await drawerOf(scope),
  };
}

/** The write of a payment; its drawer must be guarded by what it comes with. */
export const paymentRow = (saleId: string, it: Payment): Query =>
  query(
    `INSERT INTO payments (id, sale_id, kind, method, amount, received, change, reference, at, by, drawer_id)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    ...[it.id, saleId, it.kind, it.method, it.amount, it.received, it.change, it.reference, it.at, it.by.id],
    it.drawerId,
  );

async function drawerOf({ d1, me }: Scope): Promise<string> {
  const id = await d1
    .prepare('SELECT id FROM drawers WHERE person_id = ?1 AND closed_at IS NULL')
    .bind(me.id)
    .first<string>('id');
  if (id === null) throw new Refusal('no_drawer');
  return id;
}

const due = (total: number, currency: string): string => {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return `${format.format(total / 10 ** digits)} is due.`;
};
