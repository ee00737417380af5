/** Discounts of a line or of a whole order: a percentage or an amount, always with a reason. */
import * as v from 'valibot';
import { Money, Percent, portion, type Priced, grossOf, spread, sum } from '../money';
import { Line } from '../text';

const reason = Line(60, 'must say why');

/** As people give it. */
export const GiveDiscount = v.variant('by', [
  v.strictObject({ by: v.literal('percent'), percent: Percent, reason }),
  v.strictObject({
    by: v.literal('amount'),
    amount: v.pipe(Money, v.minValue(1, 'must be more than 0')),
    reason,
  }),
]);
export type GiveDiscount = v.InferOutput<typeof GiveDiscount>;

/** As it was given: `percent` is null for an amount; `amount` is what it takes off, in minor units. */
export const Discount = v.strictObject({
  amount: Money,
  percent: v.nullable(Percent),
  reason: v.string(),
});
export type Discount = v.InferOutput<typeof Discount>;

/** A discount of that value; an amount is at most the value. */
export const discountOf = (value: number, it: GiveDiscount): Discount =>
  it.by === 'percent'
    ? { amount: portion(value, it.percent, 10_000), percent: it.percent, reason: it.reason }
    : { amount: Math.min(it.amount, value), percent: null, reason: it.reason };

/** The same discount, to be given again after an edit. */
export const givenAgain = ({ amount, percent, reason: why }: Discount): GiveDiscount | null => {
  if (percent !== null) return { by: 'percent', percent, reason: why };
  return amount === 0 ? null : { by: 'amount', amount, reason: why };
};

/** What a line is before discounts. */
type Plain = Pick<Priced, 'price' | 'quantity'>;

/**
 * Gives each line its own discount first, then spreads the order's over what is left.
 * @param own the lines' own discounts, in the order of the lines
 */
export function discounted<Line extends Plain>(
  lines: readonly Line[],
  own: readonly (GiveDiscount | null | undefined)[],
  order: GiveDiscount | null,
): { lines: (Line & { discount: Discount | null; share: number })[]; discount: Discount | null } {
  const first = lines.map((line, index) => {
    const it = own[index];
    return { ...line, discount: it ? discountOf(grossOf(line), it) : null };
  });
  const left = first.map((line) => grossOf(line) - (line.discount?.amount ?? 0));
  const discount = order && discountOf(sum(left), order);
  const shares = spread(discount?.amount ?? 0, left);
  return { discount, lines: first.map((line, index) => ({ ...line, share: shares[index] ?? 0 })) };
}
