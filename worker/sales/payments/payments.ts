/** Payments and refunds in the open drawer of the person who makes them. The server computes what is due. */
import type { Payment, TakePayment, TakeRefund } from '../../contract/sales/payments/payments';
import type { Named } from '../../contract/sessions/sessions';
import { type Fact, map, type Query, query, row } from '../../db/queries';
import { Refusal } from '../../refusal';
import { receiptRow } from '../receipts/rows';
import type { Sold } from '../rows';

/** SQL: that drawer is open, or null. It guards the write that a payment comes with. */
export const drawerIsOpen = (value: string): string =>
  `(${value} IS NULL OR EXISTS (SELECT 1 FROM drawers WHERE id = ${value} AND closed_at IS NULL))`;

/** The person at the till, the time, and their open drawer. */
export interface AtTill {
  /** For a payment or refund, if the move has one. */
  paymentId: string;
  at: number;
  by: Named;
  drawerId: string | undefined;
}

export const openDrawerId = (d1: D1Database, who: string): Fact<string | undefined> =>
  map(
    row<{ id: string }>(d1, 'SELECT id FROM drawers WHERE person_id = ?1 AND closed_at IS NULL', [who]),
    (drawer) => drawer?.id,
  );

/** A payment of the whole total. @throws Refusal `payment_short`, `payment_not_exact`, `no_drawer` */
export function paymentOf(
  { total, currency }: Pick<Sold, 'total' | 'currency'>,
  { method, received, reference }: TakePayment,
  till: AtTill,
): Payment {
  if (received < total) throw new Refusal('payment_short', { detail: due(total, currency) });
  if (method !== 'cash' && received > total)
    throw new Refusal('payment_not_exact', { detail: due(total, currency) });
  const change = received - total;
  return { ...placed(till), kind: 'payment', method, amount: total, received, change, reference };
}

/** A refund of the whole payment. @throws Refusal `no_drawer` */
export const refundOf = ({ amount }: Payment, { method }: TakeRefund, till: AtTill): Payment => ({
  ...placed(till),
  kind: 'refund',
  method,
  amount,
  received: amount,
  change: 0,
  reference: null,
});

function placed({ paymentId: id, at, by, drawerId }: AtTill) {
  if (drawerId === undefined) throw new Refusal('no_drawer');
  return { id, at, by, drawerId };
}

/** Inserts a payment or refund with its receipt; the write before it must check `drawerIsOpen`. */
export const paymentRows = (saleId: string, payment: Payment): Query[] => [
  ...(payment.kind === 'refund'
    ? [
        query(
          `INSERT INTO refunds (id, sale_id, amount, taxes, reason, restocked, at, by)
           SELECT ?2 ->> 'id', id, ?2 ->> 'amount', taxes, coalesce(cancel_reason, ''), coalesce(restocked, 1), ?2 ->> 'at', ?2 ->> '$.by.id'
           FROM sales WHERE id = ?1`,
          [saleId, JSON.stringify(payment)],
        ),
        query(
          `INSERT INTO refund_lines (refund_id, position, quantity, amount)
           SELECT ?2, position, quantity, quantity * price - discount - share FROM sale_lines WHERE sale_id = ?1`,
          [saleId, payment.id],
        ),
      ]
    : []),
  query(
    `INSERT INTO payments (id, sale_id, refund_id, kind, method, amount, received, change, reference, at, by, drawer_id)
     SELECT ?2 ->> 'id', ?1, iif(?2 ->> 'kind' = 'refund', ?2 ->> 'id', NULL), ?2 ->> 'kind', ?2 ->> 'method', ?2 ->> 'amount',
       ?2 ->> 'received', ?2 ->> 'change', ?2 ->> 'reference', ?2 ->> 'at', ?2 ->> '$.by.id', ?2 ->> 'drawerId'`,
    [saleId, JSON.stringify(payment)],
  ),
  receiptRow(saleId, payment.kind === 'refund' ? payment.id : null),
];

const due = (total: number, currency: string): string => {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return `${format.format(total / 10 ** digits)} is due.`;
};
