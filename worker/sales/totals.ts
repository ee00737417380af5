/** What is due, as the server computes it. */
import { MOST_MONEY, type TaxRules, type Totals, totalsOf } from '../contract/money';
import { invalid } from '../refusal';

/**
 * The sum of the lines. More than one amount can hold could be neither published nor paid.
 * @param path the input that leads to it, as a problem names it
 * @throws Refusal `invalid_input`
 */
export function totalsWithin(
  path: string,
  lines: readonly { price: number; quantity: number }[],
  rules: TaxRules,
): Totals {
  const totals = totalsOf(lines, rules);
  if (totals.total <= MOST_MONEY) return totals;
  throw invalid(path, 'must total at most 10,000,000.00');
}
