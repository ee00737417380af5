/** One order of the café: its lines, payment and moves. */
import { type TaxPart, totalsOf } from '../../worker/contract/money.ts';
import type { OrderState } from '../../worker/contract/sales/orders/orders.ts';
import type { PaymentMethod } from '../../worker/contract/sales/payments/payments.ts';
import type { Product } from '../../worker/contract/products/products.ts';
import type { Chance } from './chance.ts';
import type { Drawer } from './drawers.ts';
import { idAt } from './ids.ts';
import type { Act } from './journal.ts';
import { cafe } from './products.ts';

const MINUTE = 60_000;
const TAX = { taxRate: 1_900, taxIncluded: true };
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
export type Order = { at: number; state: OrderState; claimed: boolean; drawer: Drawer };

export interface Sale {
  id: string;
  number: number;
  date: string;
  drawer: Drawer;
  state: OrderState;
  lines: { product: Product; quantity: number }[];
  createdAt: number;
  paidAt: number | null;
  claimedAt: number | null;
  releasedAt: number | null;
  receivedBy: string | null;
  subtotal: number;
  tax: number;
  total: number;
  taxes: TaxPart[];
  method: PaymentMethod;
  received: number;
}

export function saleOf(
  date: string,
  number: number,
  { at, state, claimed, drawer }: Order,
  products: readonly Product[],
  chance: Chance,
): Sale {
  const sold = products.filter(
    ({ stock, category }) => stock > 0 && (category !== 'Shop' || chance.happens(0.15)),
  );
  const chosen = new Set(
    Array.from(
      { length: 1 + Math.floor(chance.next() * 3) },
      () => sold[Math.floor(chance.next() * sold.length)],
    ),
  );
  const lines = [...chosen].flatMap((product) =>
    product ? [{ product, quantity: chance.happens(0.25) ? 2 : 1 }] : [],
  );
  const totals = totalsOf(
    lines.map(({ product, quantity }) => ({ price: product.price, quantity, taxRate: rateOf(product) })),
    TAX.taxIncluded,
  );
  const method: PaymentMethod = chance.happens(0.52) ? 'card' : 'cash';
  const isPaid = state === 'released' || state === 'for_release';
  const paidAt = isPaid ? at + Math.round(chance.around(55, 15)) * 1_000 : null;
  const releasedAt =
    state === 'released' && paidAt !== null ? paidAt + Math.round(chance.around(240, 80)) * 1_000 : null;
  return {
    id: idAt(at, 'order', `${date}/${number}`),
    number,
    date,
    drawer,
    state,
    lines,
    ...totals,
    method,
    createdAt: at,
    paidAt,
    claimedAt: claimed && paidAt !== null ? paidAt + 4 * MINUTE : null,
    releasedAt,
    receivedBy:
      releasedAt === null ? null : (receivers[Math.floor(chance.next() * receivers.length)] ?? null),
    received: method === 'cash' ? Math.ceil(totals.total / 500) * 500 : totals.total,
  };
}

export function saleRow(sale: Sale): object {
  const { lines: _lines, method: _method, received: _received, drawer, ...row } = sale;
  const { createdAt, paidAt, claimedAt, releasedAt } = sale;
  const { personId: cashier, barista } = drawer;
  return {
    ...row,
    kind: 'order',
    placeId: cafe.id,
    currency: 'EUR',
    taxRate: TAX.taxRate,
    taxIncluded: 1,
    taxes: JSON.stringify(row.taxes),
    version: 1 + [sale.state !== 'pending', paidAt, claimedAt, releasedAt].filter(Boolean).length,
    createdBy: cashier,
    expiresAt: paidAt === null ? createdAt + 60 * MINUTE : null,
    claimedBy: claimedAt === null ? null : barista,
    releasedBy: releasedAt === null ? null : barista,
    changedAt: releasedAt ?? claimedAt ?? paidAt ?? createdAt,
    changedBy: (releasedAt ?? claimedAt) ? barista : cashier,
  };
}

/** Hundredths of a percent. */
export const rateOf = ({ taxRate }: Pick<Product, 'taxRate'>): number => taxRate ?? TAX.taxRate;

export const paymentOf = (sale: Sale): object => ({
  id: idAt(sale.paidAt ?? 0, 'payment', sale.id),
  saleId: sale.id,
  kind: 'payment',
  method: sale.method,
  amount: sale.total,
  received: sale.received,
  change: sale.received - sale.total,
  at: sale.paidAt,
  by: sale.drawer.personId,
  drawerId: sale.drawer.id,
});

export function actsOfSale(sale: Sale): Act[] {
  const subject = `order/${sale.id}`;
  const { personId: cashier, barista } = sale.drawer;
  const steps: [at: number | null, actor: string, action: string, state: OrderState][] = [
    [sale.createdAt, cashier, 'order.created', 'pending'],
    [sale.paidAt, cashier, 'order.paid', 'for_release'],
    [sale.claimedAt, barista, 'order.claimed', 'for_release'],
    [sale.releasedAt, barista, 'order.released', 'released'],
  ];
  return steps.flatMap(([at, actor, action, state]) => {
    const { number, date, total } = sale;
    return at === null
      ? []
      : [{ at, actor, action, subject, before: null, after: { number, date, total, state } }];
  });
}
