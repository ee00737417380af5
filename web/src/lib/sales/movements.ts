/** Sums of payments by method, as the database computes them: a payment adds, a refund subtracts. */
import type { Adjustment, ByMethod, Drawer } from '$contract/sales/drawers/drawers';
import { type Payment, PaymentMethod, type Sale } from '$contract/sales/payments/payments';
import type { Movement } from './sale-events';

const nothing: ByMethod = { cash: 0, card: 0, transfer: 0 };

/** Minor units; negative for a refund. */
export const signed = ({ kind, amount }: Pick<Payment, 'kind' | 'amount'>): number =>
  kind === 'payment' ? amount : -amount;

const plus = (some: ByMethod, more: ByMethod): ByMethod => ({
  cash: some.cash + more.cash,
  card: some.card + more.card,
  transfer: some.transfer + more.transfer,
});

export const sumOf = (amounts: ByMethod): number =>
  PaymentMethod.options.reduce((sum, method) => sum + amounts[method], 0);

/** Movements since a snapshot, by the drawer's id. */
export interface Since {
  amounts: ReadonlyMap<string, ByMethod>;
  adjustments: ReadonlyMap<string, readonly Adjustment[]>;
}
export const nothingSince: Since = { amounts: new Map(), adjustments: new Map() };

/** Adds a movement to its drawers. A refund also becomes an adjustment of other drawers that took the payment. */
export const after = (since: Since, { sale, payments }: Movement): Since =>
  payments.reduce((all, payment) => afterPart(all, sale, payment), since);

function afterPart({ amounts, adjustments }: Since, sale: Sale, payment: Payment): Since {
  const { drawerId, method } = payment;
  const before = amounts.get(drawerId) ?? nothing;
  const moved = signed(payment) + payment.tip;
  const next = new Map(amounts).set(drawerId, { ...before, [method]: before[method] + moved });
  if (payment.kind === 'payment') return { amounts: next, adjustments };
  const adjustment = { ...payment, saleId: sale.id, label: sale.label };
  const paidInto = new Set(sale.payments.map((it) => it.drawerId));
  paidInto.delete(drawerId);
  const adjusted = new Map(adjustments);
  for (const id of paidInto) adjusted.set(id, [...(adjusted.get(id) ?? []), adjustment]);
  return { amounts: next, adjustments: adjusted };
}

/** The drawer with the movements since its snapshot. A closed drawer's expected amounts are fixed. */
export const byNow = (drawer: Drawer, { amounts, adjustments }: Since): Drawer => ({
  ...drawer,
  expected:
    drawer.closedAt === null ? plus(drawer.expected, amounts.get(drawer.id) ?? nothing) : drawer.expected,
  adjustments: [...drawer.adjustments, ...(adjustments.get(drawer.id) ?? [])],
});
