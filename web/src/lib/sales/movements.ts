/** Sums of payments by method, as the database computes them: a payment adds, a refund subtracts. */
import type { Adjustment, ByMethod, Drawer } from '$contract/sales/drawers/drawers';
import { type Payment, PaymentMethod, type Sale } from '$contract/sales/payments/payments';

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

/** Adds a movement to its drawer. A refund also becomes an adjustment of the drawer that took the payment. */
export function after(since: Since, sale: Sale, payment: Payment): Since {
  const { drawerId, method } = payment;
  const before = since.amounts.get(drawerId) ?? nothing;
  const amounts = new Map(since.amounts).set(drawerId, {
    ...before,
    [method]: before[method] + signed(payment),
  });
  const paidInto = sale.payment?.drawerId;
  if (payment.kind === 'payment' || paidInto === undefined || paidInto === drawerId)
    return { ...since, amounts };
  const adjustment = { ...payment, saleId: sale.id, label: sale.label };
  const all = [...(since.adjustments.get(paidInto) ?? []), adjustment];
  return { amounts, adjustments: new Map(since.adjustments).set(paidInto, all) };
}

/** The drawer with the movements since its snapshot. A closed drawer's expected amounts are fixed. */
export const byNow = (drawer: Drawer, { amounts, adjustments }: Since): Drawer => ({
  ...drawer,
  expected:
    drawer.closedAt === null ? plus(drawer.expected, amounts.get(drawer.id) ?? nothing) : drawer.expected,
  adjustments: [...drawer.adjustments, ...(adjustments.get(drawer.id) ?? [])],
});
