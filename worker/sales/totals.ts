/** The server computes what is due. */
import { grossOf, MOST_MONEY, type Priced, sum, type Totals, totalsOf } from '../contract/money';
import { invalid } from '../refusal';

/**
 * The totals of the lines. A larger total than `Money` allows could be neither published nor paid, and a larger value before
 * discounts would have discounts that no list could show.
 * @param path the input field that a problem names
 * @throws Refusal `invalid_input`
 */
export function totalsWithin(path: string, lines: readonly Priced[], taxIncluded: boolean): Totals {
  const totals = totalsOf(lines, taxIncluded);
  if (totals.total <= MOST_MONEY && sum(lines.map(grossOf)) <= MOST_MONEY) return totals;
  throw invalid(path, 'must total at most 10,000,000.00');
}
