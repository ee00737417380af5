/** One order of the café: its lines, payment and moves. */
import { type TaxPart, totalsOf } from '../../worker/contract/money.ts';
import type { OrderState } from '../../worker/contract/sales/orders/orders.ts';
import type { Product } from '../../worker/contract/products/products.ts';
import type { Chance } from './chance.ts';
import type { Drawer } from './drawers.ts';
import { idAt } from './ids.ts';
import type { Act } from './journal.ts';
import { cafe } from './products.ts';
import { type Discount, type Line, linesOf, type Returned, returnedOf, TAX } from './sale-lines.ts';
import { givenBack, type Payment, paymentsOf } from './sale-payments.ts';

const MINUTE = 60_000;
const receivers = [
  'Mrs Lang',
  'Mr Okafor',
  'Ward 3',
  'Ms Ito',
  'Mr Brandt',
  'Radiology',
  'Mrs Yilmaz',
  'Mr Novak',
];

/** An order's time, drawer and state. */
export type Order = {
  at: number;
  /** Whether what is left from the kitchen is cheaper. */
  evening: boolean;
  state: OrderState;
  claimed: boolean;
  ready: boolean;
  drawer: Drawer;
};

export interface Sale {
  id: string;
  number: number;
  date: string;
  drawer: Drawer;
  state: OrderState;
  lines: Line[];
  discount: Discount | null;
  createdAt: number;
  paidAt: number | null;
  claimedAt: number | null;
  readyAt: number | null;
  releasedAt: number | null;
  receivedBy: string | null;
  subtotal: number;
  tax: number;
  total: number;
  taxes: TaxPart[];
  /** Payments, and the parts of its refund. */
  payments: Payment[];
  refund: (Returned & { id: string; at: number }) | null;
}

export function saleOf(
  date: string,
  number: number,
  { at, evening, state, claimed, ready, drawer }: Order,
  products: readonly Product[],
  chance: Chance,
): Sale {
  const id = idAt(at, 'order', `${date}/${number}`);
  const { lines, discount } = linesOf(products, evening, chance);
  const totals = totalsOf(lines, TAX.taxIncluded);
  const isPaid = state === 'released' || state === 'for_release';
  const paidAt = isPaid ? at + Math.round(chance.around(55, 15)) * 1_000 : null;
  const releasedAt =
    state === 'released' && paidAt !== null ? paidAt + Math.round(chance.around(240, 80)) * 1_000 : null;
  const paid = paidAt === null ? [] : paymentsOf(totals.total, paidAt, id, chance);
  const backAt = releasedAt === null ? Infinity : releasedAt + 4 * MINUTE;
  const returned =
    backAt < drawer.to && backAt < at + 15 * MINUTE && chance.happens(0.025)
      ? returnedOf(lines, chance)
      : null;
  const refund = returned && { ...returned, id: idAt(backAt, 'refund', id), at: backAt };
  return {
    ...{ id, number, date, drawer, state, lines, discount, ...totals },
    createdAt: at,
    paidAt,
    claimedAt: claimed && paidAt !== null ? paidAt + 2 * MINUTE : null,
    readyAt: ready && paidAt !== null ? paidAt + 3 * MINUTE : null,
    releasedAt,
    receivedBy:
      releasedAt === null ? null : (receivers[Math.floor(chance.next() * receivers.length)] ?? null),
    payments: [...paid, ...(refund ? givenBack(paid, refund.amount, refund.at, refund.id) : [])],
    refund,
  };
}

export function saleRow(sale: Sale): object {
  const { lines: _lines, payments: _payments, refund, discount, drawer, ...row } = sale;
  const { createdAt, paidAt, claimedAt, readyAt, releasedAt } = sale;
  const { personId: cashier, barista } = drawer;
  const moves = [sale.state !== 'pending', paidAt, claimedAt, readyAt, releasedAt, refund];
  const changedAt = refund?.at ?? releasedAt ?? readyAt ?? claimedAt ?? paidAt ?? createdAt;
  return {
    ...row,
    kind: 'order',
    placeId: cafe.id,
    currency: 'EUR',
    taxRate: TAX.taxRate,
    taxIncluded: 1,
    taxes: JSON.stringify(row.taxes),
    discount: discount?.amount ?? 0,
    discountPercent: discount?.percent,
    discountReason: discount?.reason,
    refunded: refund?.amount ?? 0,
    version: 1 + moves.filter(Boolean).length,
    createdBy: cashier,
    expiresAt: paidAt === null ? createdAt + 60 * MINUTE : null,
    claimedBy: claimedAt === null ? null : barista,
    readyBy: readyAt === null ? null : barista,
    releasedBy: releasedAt === null ? null : barista,
    changedAt,
    changedBy: !refund && (releasedAt ?? readyAt ?? claimedAt) ? barista : cashier,
  };
}

export const lineRows = ({ id: saleId, lines }: Sale): object[] =>
  lines.map(({ product: { id: productId, name }, price, quantity, taxRate, discount, share }, index) => ({
    ...{ saleId, productId, position: index + 1, name, price, quantity, taxRate, share },
    discount: discount?.amount ?? 0,
    discountPercent: discount?.percent,
    discountReason: discount?.reason,
  }));

export const paymentRows = ({ id: saleId, payments, drawer }: Sale): object[] =>
  payments.map((it) => ({ ...it, saleId, by: drawer.personId, drawerId: drawer.id }));

export function refundRows({ id: saleId, refund, drawer }: Sale): { refund: object; line: object }[] {
  if (!refund) return [];
  const { id, at, position, quantity, amount, taxes, reason } = refund;
  const by = drawer.personId;
  return [
    {
      refund: { id, saleId, amount, taxes: JSON.stringify(taxes), reason, restocked: 0, at, by },
      line: { refundId: id, position, quantity, amount },
    },
  ];
}

export function actsOfSale(sale: Sale): Act[] {
  const subject = `order/${sale.id}`;
  const { personId: cashier, barista } = sale.drawer;
  const steps: [at: number | null, actor: string, action: string, state: OrderState][] = [
    [sale.createdAt, cashier, 'order.created', 'pending'],
    [sale.paidAt, cashier, 'order.paid', 'for_release'],
    [sale.claimedAt, barista, 'order.claimed', 'for_release'],
    [sale.readyAt, barista, 'order.called', 'for_release'],
    [sale.releasedAt, barista, 'order.released', 'released'],
    [sale.refund?.at ?? null, cashier, 'order.refunded', 'released'],
  ];
  return steps.flatMap(([at, actor, action, state]) => {
    const { number, date, total } = sale;
    return at === null
      ? []
      : [{ at, actor, action, subject, before: null, after: { number, date, total, state } }];
  });
}
