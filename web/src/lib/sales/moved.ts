/** What payments do to amounts by method: a payment adds, a refund takes. The same sums as the database makes. */
import { type ByMethod, type Payment, PaymentMethod, type Sale } from '$contract/payments';

export const nothing: ByMethod = { cash: 0, card: 0, transfer: 0 };

/** What a payment adds, in minor units; negative for a refund. */
export const signed = ({ kind, amount }: Pick<Payment, 'kind' | 'amount'>): number =>
  kind === 'payment' ? amount : -amount;

export const plus = (some: ByMethod, more: ByMethod): ByMethod => ({
  cash: some.cash + more.cash,
  card: some.card + more.card,
  transfer: some.transfer + more.transfer,
});

export const sumOf = (amounts: ByMethod): number =>
  PaymentMethod.options.reduce((sum, method) => sum + amounts[method], 0);

/** What an event of `tills` tells of money: `sale.paid` and `sale.refunded` tell each movement once; other events none. */
export function movement(type: string, sale: Sale): Payment | null {
  if (type === 'sale.paid') return sale.payment;
  return type === 'sale.refunded' ? sale.refund : null;
}

/** The amounts of drawers by their ids after one more movement. */
export function moved(
  drawers: ReadonlyMap<string, ByMethod>,
  { drawerId, method, ...it }: Payment,
): ReadonlyMap<string, ByMethod> {
  const before = drawers.get(drawerId) ?? nothing;
  return new Map(drawers).set(drawerId, { ...before, [method]: before[method] + signed(it) });
}
