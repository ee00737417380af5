/** What is due, as the server reckons it. */
import { MOST_MONEY, type TaxRules, type Totals, totalsOf } from '../contract/money';
import { Refusal } from '../refusal';

/**
 * What the lines come to. More than one amount can hold could be neither told nor paid.
 * @param path what somebody asked for, as a problem names it
 * @throws Refusal `invalid_input`
 */
export function totalsWithin(
  path: string,
  lines: readonly { price: number; quantity: number }[],
  rules: TaxRules,
): Totals {
  const totals = totalsOf(lines, rules);
  if (totals.total <= MOST_MONEY) return totals;
  const message = 'must come to at most 10,000,000.00 in all';
  throw new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
}
