/** Payments in the open drawer of the person who takes them. The server computes what is due. */
import { inCoins, minorDigits, sum } from '../../contract/money';
import type { Payment, PaymentPart, TakePayment } from '../../contract/sales/payments/payments';
import type { Named } from '../../contract/sessions/sessions';
import { type Fact, map, type Query, query, row } from '../../db/queries';
import { Refusal } from '../../refusal';
import { type OwnNumber, receiptRow } from '../receipts/rows';
import { settingsAt } from '../../settings/settings';
import type { Sold } from '../rows';

/** SQL: that drawer is open, or null. It guards the write that a payment comes with. */
export const drawerIsOpen = (value: string): string =>
  `(${value} IS NULL OR EXISTS (SELECT 1 FROM drawers WHERE id = ${value} AND closed_at IS NULL))`;

/** SQL: a payment's currency is the workplace's at that instant, so that sums never mix. @param at with its table, as settings have a `value` */
export const isCurrency = (currency: string, at: string): string =>
  `${currency} = coalesce(${settingsAt(at)} ->> 'currency', 'EUR')`;

/** The person at the till, the time, their open drawer, and the smallest coin. */
export interface AtTill {
  /** Makes the ids of payments and refunds. */
  newId: () => string;
  at: number;
  by: Named;
  drawerId: string | undefined;
  /** In minor units. */
  coin: number;
  /** The workplace's. */
  currency: string;
}

export const openDrawerId = (d1: D1Database, who: string): Fact<string | undefined> =>
  map(
    row<{ id: string }>(d1, 'SELECT id FROM drawers WHERE person_id = ?1 AND closed_at IS NULL', [who]),
    (drawer) => drawer?.id,
  );

/**
 * The parts of a payment of the whole total: cash pays what the others leave, in coins, and only cash gives change.
 * @throws Refusal `payment_short`, `payment_not_exact`, `no_drawer`
 */
export function paymentsOf(
  { total, currency }: Pick<Sold, 'total' | 'currency'>,
  { parts }: TakePayment,
  till: AtTill,
): Payment[] {
  if (currency !== till.currency) throw new Refusal('currency_changed');
  const exact = sum(parts.filter(({ method }) => method !== 'cash').map(forGoods));
  const cash = parts.find(({ method }) => method === 'cash');
  const left = total - exact;
  if (left < 0 || parts.some((part) => forGoods(part) < 0) || (cash && left === 0 && total > 0))
    throw new Refusal('payment_not_exact', { detail: dueWords(total, currency) });
  const due = cash ? inCoins(left, till.coin) : 0;
  if (cash ? forGoods(cash) < due : left > 0)
    throw new Refusal('payment_short', { detail: dueWords(total, currency) });
  return parts.map(({ method, received, tip, reference }) => {
    const amount = method === 'cash' ? due : received - tip;
    const rounding = method === 'cash' ? due - left : 0;
    const change = received - amount - tip;
    return { ...placed(till), kind: 'payment', method, amount, rounding, tip, received, change, reference };
  });
}

const forGoods = ({ received, tip }: PaymentPart): number => received - tip;

/** The fields that every payment and refund has. @throws Refusal `no_drawer` */
export function placed({ newId, at, by, drawerId }: AtTill) {
  if (drawerId === undefined) throw new Refusal('no_drawer');
  return { id: newId(), at, by, drawerId };
}

/**
 * Inserts the parts of a payment, or of a refund, with its receipt; the write before it must check `drawerIsOpen`.
 * @param offline of a sale without network: the number on its paper, and whether its drawer was closed before it arrived
 */
export const paymentRows = (
  saleId: string,
  payments: readonly Payment[],
  refundId: string | null = null,
  offline?: OwnNumber & { late: boolean },
): Query[] => [
  query(
    `INSERT INTO payments (id, sale_id, refund_id, kind, method, amount, rounding, tip, received, change, reference, at, by, drawer_id, late)
     SELECT value ->> 'id', ?1, ?3, value ->> 'kind', value ->> 'method', value ->> 'amount', value ->> 'rounding', value ->> 'tip',
       value ->> 'received', value ->> 'change', value ->> 'reference', value ->> 'at', value ->> '$.by.id', value ->> 'drawerId', ?4
     FROM json_each(?2) WHERE true`,
    [saleId, JSON.stringify(payments), refundId, offline?.late ? 1 : 0],
  ),
  receiptRow(saleId, refundId, offline),
];

const dueWords = (total: number, currency: string): string => `${amountWords(total, currency)} is due.`;

/** "€10.00" */
export const amountWords = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(
    amount / 10 ** minorDigits(currency),
  );
