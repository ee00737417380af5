/** Suggestions for amounts received in cash. */
import { minorDigits } from '$contract/money';

/** Round sums of banknotes, in hundredths. */
const STEPS = [500, 1_000, 2_000, 5_000, 10_000];

/** The next round sums above what is due, the smallest first, at most three: 1370 → 1500, 2000, 5000. */
export function notesAbove(due: number, currency: string): number[] {
  const unit = 10 ** Math.max(0, minorDigits(currency) - 2);
  const sums = STEPS.map((step) => Math.ceil(due / (step * unit)) * step * unit);
  return [...new Set(sums)].filter((sum) => sum > due).slice(0, 3);
}
