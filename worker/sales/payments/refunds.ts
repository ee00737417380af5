/** Refunds of pieces, at any time: by the methods that paid, from the drawer of the person who gives them. */
import { inCoins, sum } from '../../contract/money';
import type { Payment, Refund, TakeRefund } from '../../contract/sales/payments/payments';
import { paidBy, type Pieces, piecesLeft, refundOf } from '../../contract/sales/refunds';
import { methodWords } from '../../contract/sales/payments/payments';
import { type Query, query } from '../../db/queries';
import { invalid, Refusal } from '../../refusal';
import { pricedLines, saleOf, type Sold } from '../rows';
import { amountWords, type AtTill, paymentRows, placed } from './payments';

/** All pieces that did not come back. */
export const allPieces = (sold: Sold): Pieces[] =>
  piecesLeft({ lines: pricedLines(sold), refunds: sold.refunds }).filter(({ quantity }) => quantity > 0);

/**
 * The refund of these pieces.
 * @throws Refusal `invalid_input` for pieces that the sale has not, or parts that are not its value by the methods that paid;
 * `no_drawer`
 */
export function refunding(
  sold: Sold,
  { lines: pieces, parts, restock, reason }: TakeRefund,
  till: AtTill,
): Refund {
  const sale = saleOf(sold);
  const left = new Map(piecesLeft(sale).map(({ line, quantity }) => [line, quantity]));
  pieces.forEach(({ line, quantity }, index) => {
    const most = left.get(line);
    if (most === undefined) throw invalid(`lines.${index}.line`, 'is not a line of this sale');
    if (quantity > most) throw invalid(`lines.${index}.quantity`, `must be at most ${most}`);
  });
  const value = refundOf(sale, pieces);
  const given = sum(parts.map(({ amount }) => amount));
  if (given !== value.amount)
    throw new Refusal('refund_not_exact', {
      detail: `The refund is worth ${amountWords(value.amount, sold.currency)}.`,
    });
  const paid = paidBy(sale);
  parts.forEach(({ method, amount }, index) => {
    if (amount > paid[method])
      throw invalid(
        `parts.${index}.amount`,
        `must be at most ${amountWords(paid[method], sold.currency)}, as so much was paid by ${methodWords[method].toLowerCase()}`,
      );
  });
  const { at, by } = till;
  const payments = parts.map(({ method, amount: exact }): Payment => {
    const amount = method === 'cash' ? inCoins(exact, till.coin) : exact;
    const money = { amount, rounding: amount - exact, tip: 0, received: amount, change: 0 };
    return { ...placed(till), kind: 'refund', method, ...money, reference: null };
  });
  return { id: till.newId(), ...value, reason, restocked: restock, at, by, payments };
}

/** Inserts a refund with its lines and payments; the write before it must check `drawerIsOpen`. */
export const refundRows = (saleId: string, refund: Refund): Query[] => [
  query(
    `INSERT INTO refunds (id, sale_id, amount, taxes, reason, restocked, at, by)
     SELECT ?2 ->> 'id', ?1, ?2 ->> 'amount', ?2 -> 'taxes', ?2 ->> 'reason', ?2 ->> 'restocked', ?2 ->> 'at', ?2 ->> '$.by.id'`,
    [saleId, JSON.stringify(refund)],
  ),
  query(
    `INSERT INTO refund_lines (refund_id, position, quantity, amount)
     SELECT ?1, value ->> 'line', value ->> 'quantity', value ->> 'amount' FROM json_each(?2) WHERE true`,
    [refund.id, JSON.stringify(refund.lines)],
  ),
  ...paymentRows(saleId, refund.payments, refund.id),
];
