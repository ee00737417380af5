/** The value of pieces that come back: cumulative shares of what was charged, less what was refunded. Discounts are never spread anew. */
import { amountOf, portion, sum, type TaxPart } from '../money';
import type { PaymentMethod, Refund, Sale, TakeRefund } from './payments/payments';

type Charged = Pick<Sale, 'lines' | 'taxes' | 'taxIncluded'> & {
  refunds: readonly Pick<Refund, 'lines' | 'taxes' | 'amount'>[];
};
export interface Pieces {
  line: number;
  quantity: number;
}

/** The pieces of a line that did not come back yet. */
export function piecesLeft({
  lines,
  refunds,
}: Pick<Charged, 'lines'> & { refunds: readonly Pick<Refund, 'lines'>[] }): Pieces[] {
  return lines.map(({ line, quantity }) => ({
    line,
    quantity:
      quantity - sum(refunds.flatMap((it) => it.lines).map((it) => (it.line === line ? it.quantity : 0))),
  }));
}

/**
 * The value of these pieces, of lines that have them left. All pieces together come to exactly the sale's total, in any steps.
 * @returns `amount` with the tax, its parts by rate, and each line's value as its price counts it
 */
export function refundOf(
  sale: Charged,
  pieces: readonly Pieces[],
): Pick<Refund, 'amount' | 'taxes' | 'lines'> {
  const back = sale.refunds.flatMap(({ lines }) => lines);
  const lines = sale.lines.flatMap((it) => {
    const quantity = sum(pieces.filter(({ line }) => line === it.line).map((piece) => piece.quantity));
    if (quantity === 0) return [];
    const before = back.filter(({ line }) => line === it.line);
    const all = sum(before.map((each) => each.quantity)) + quantity;
    const amount = portion(amountOf(it), all, it.quantity) - sum(before.map((each) => each.amount));
    return [{ line: it.line, quantity, amount }];
  });
  const taxes = sale.taxes.flatMap((part): TaxPart[] => {
    const ofRate = new Set(sale.lines.filter(({ taxRate }) => taxRate === part.rate).map(({ line }) => line));
    const now = sum(lines.filter(({ line }) => ofRate.has(line)).map(({ amount }) => amount));
    if (!lines.some(({ line }) => ofRate.has(line))) return [];
    const earlier = sum(back.filter(({ line }) => ofRate.has(line)).map(({ amount }) => amount));
    const charged = sum(sale.lines.filter(({ line }) => ofRate.has(line)).map(amountOf));
    const taxed = sum(
      sale.refunds.flatMap((it) => it.taxes).map(({ rate, tax }) => (rate === part.rate ? tax : 0)),
    );
    const tax = (charged === 0 ? 0 : portion(part.tax, earlier + now, charged)) - taxed;
    return [{ rate: part.rate, net: sale.taxIncluded ? now - tax : now, tax }];
  });
  return { lines, taxes, amount: sum(taxes.map(({ net, tax }) => net + tax)) };
}

/** What each method paid and was not refunded yet, without rounding and tips. */
export function paidBy({
  payments,
  refunds,
}: Pick<Sale, 'payments' | 'refunds'>): Record<PaymentMethod, number> {
  const left = { cash: 0, card: 0, transfer: 0 };
  for (const { method, amount, rounding } of payments) left[method] += amount - rounding;
  for (const { method, amount, rounding } of refunds.flatMap((it) => it.payments))
    left[method] -= amount - rounding;
  return left;
}

/** Divides a refund over the methods that paid, cash last. */
export function refundParts(
  sale: Pick<Sale, 'payments' | 'refunds'>,
  amount: number,
): { method: PaymentMethod; amount: number }[] {
  const left = paidBy(sale);
  let open = amount;
  const parts = (['card', 'transfer', 'cash'] as const).flatMap((method) => {
    const part = Math.min(open, left[method]);
    open -= part;
    return part > 0 ? [{ method, amount: part }] : [];
  });
  return parts.length > 0 ? parts : [{ method: sale.payments[0]?.method ?? 'cash', amount: 0 }];
}

/** The refund of all that did not come back yet: its pieces, and how it is given. */
export function refundAll(sale: Sale): Pick<TakeRefund, 'lines' | 'parts'> {
  const lines = piecesLeft(sale).filter(({ quantity }) => quantity > 0);
  return { lines, parts: refundParts(sale, refundOf(sale, lines).amount) };
}
