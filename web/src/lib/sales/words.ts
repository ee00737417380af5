import { type ByMethod, PaymentMethod } from '$contract/payments';
import type { Amounts } from '$lib/money';
import type { Tone } from '$lib/ui/tone';

/** "2 × Cappuccino, 1 × Croissant" */
export const goodsWords = (lines: readonly { name: string; quantity: number }[]): string =>
  lines.length === 0
    ? 'Nothing to hand over'
    : lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');

const isExact = (variance: ByMethod): boolean =>
  PaymentMethod.options.every((method) => variance[method] === 0);

/** "Exact", "€0.50 missing", "€2.00 too much", or that methods make up for one another. */
export function differenceWords(sum: number, variance: ByMethod, amounts: Amounts): string {
  if (isExact(variance)) return 'Exact';
  if (sum === 0) return 'Exact in all, but not by method';
  return sum < 0 ? `${amounts.words(-sum)} missing` : `${amounts.words(sum)} too much`;
}

export const differenceTone = (variance: ByMethod): Tone => (isExact(variance) ? 'in' : 'caution');
