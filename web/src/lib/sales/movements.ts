/** Sums of payments by method, as the database computes them: a payment adds, a refund subtracts. */
import type { Adjustment, ByMethod, Drawer } from '$contract/sales/drawers/drawers';
import { sum } from '$contract/money';
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
  taxes: ReadonlyMap<string, Drawer['taxes']>;
}
export const nothingSince: Since = { amounts: new Map(), adjustments: new Map(), taxes: new Map() };

/** Adds a movement to its drawers. A refund also becomes an adjustment of other drawers that took the payment. */
export function after(since: Since, moved: Movement): Since {
  const { sale, payments } = moved;
  const next = payments.reduce((all, payment) => afterPart(all, sale, payment), since);
  const drawer = payments[0]?.drawerId;
  if (drawer === undefined) return next;
  const taxes = new Map(next.taxes).set(drawer, added(next.taxes.get(drawer) ?? [], taxesOf(moved)));
  return { ...next, taxes };
}

const taxesOf = ({ sale, refund }: Movement): Drawer['taxes'] =>
  refund ? refund.taxes.map(({ rate, net, tax }) => ({ rate, net: -net, tax: -tax })) : sale.taxes;

/** By rate, the highest first. */
function added(some: Drawer['taxes'], more: Drawer['taxes']): Drawer['taxes'] {
  const rates = [...new Set([...some, ...more].map(({ rate }) => rate))].sort((a, b) => b - a);
  return rates.map((rate) => {
    const parts = [...some, ...more].filter((it) => it.rate === rate);
    return { rate, net: sum(parts.map(({ net }) => net)), tax: sum(parts.map(({ tax }) => tax)) };
  });
}

function afterPart({ amounts, adjustments, taxes }: Since, sale: Sale, payment: Payment): Since {
  const { drawerId, method } = payment;
  const before = amounts.get(drawerId) ?? nothing;
  const moved = signed(payment) + payment.tip;
  const next = new Map(amounts).set(drawerId, { ...before, [method]: before[method] + moved });
  if (payment.kind === 'payment') return { amounts: next, adjustments, taxes };
  const adjustment = { ...payment, saleId: sale.id, label: sale.label };
  const paidInto = new Set(sale.payments.map((it) => it.drawerId));
  paidInto.delete(drawerId);
  const adjusted = new Map(adjustments);
  for (const id of paidInto) adjusted.set(id, [...(adjusted.get(id) ?? []), adjustment]);
  return { amounts: next, adjustments: adjusted, taxes };
}

/** The drawer with the movements since its snapshot. A closed drawer's expected amounts are fixed. */
export const byNow = (drawer: Drawer, { amounts, adjustments, taxes }: Since): Drawer => ({
  ...drawer,
  ...(drawer.closedAt === null && {
    expected: plus(drawer.expected, amounts.get(drawer.id) ?? nothing),
    taxes: added(drawer.taxes, taxes.get(drawer.id) ?? []),
  }),
  adjustments: [...drawer.adjustments, ...(adjustments.get(drawer.id) ?? [])],
});
