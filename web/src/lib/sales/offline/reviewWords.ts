import type { Difference } from '$contract/sales/offline/differences';
import type { Amounts } from '$lib/money';
import { percentWords } from '$lib/sales/words';

const pieces = (count: number): string => (count === 1 ? 'One piece' : `${count} pieces`);

/** A difference as a sentence: "The Coffee cost €3.20 by then; €3.00 was charged." */
export function reviewWords(it: Difference, amounts: Amounts): string {
  const words = (amount: number) => amounts.words(amount);
  switch (it.kind) {
    case 'price':
      return `${it.name} cost ${words(it.is)} by then; ${words(it.charged)} was charged.`;
    case 'rate':
      return `${it.name} was taxed at ${percentWords(it.is)} by then; ${percentWords(it.charged)} was charged.`;
    case 'tax_included':
      return it.charged
        ? 'Prices did not include the tax any more; the till charged prices with tax.'
        : 'Prices included the tax by then; the till added it.';
    case 'product':
      return it.is === 'inactive'
        ? `${it.name} was no longer on sale.`
        : `${it.name} is no product that Muster knows. The sale keeps its name.`;
    case 'stock':
      return `${pieces(it.missing)} more of ${it.name} ${it.missing === 1 ? 'was' : 'were'} sold than the stock had.`;
    case 'discount':
      return `${words(it.given)} was taken off; ${words(it.most)} was allowed.`;
    case 'total':
      return `The till’s total was ${words(it.said)}; the same prices make ${words(it.is)}.`;
    case 'paid':
      return `The customer paid ${words(it.paid)}; ${words(it.due)} was due.`;
    case 'rounding':
      return `The till rounded by ${words(it.said)}; what was paid makes it ${words(it.is)}.`;
    case 'drawer':
      return it.is === 'closed'
        ? 'Its drawer was closed before the sale arrived. The money lies beside it.'
        : 'Its drawer is unknown. The money lies in the person’s open drawer, or in their last one.';
    case 'receipt':
      return `The receipt ${it.said} was taken: the customer’s paper says so, and the sale has ${it.is}.`;
    case 'place':
      return 'Its place is unknown. The sale has the place of its drawer.';
    case 'time':
      return it.is === 'late'
        ? 'It arrived later than the workplace accepts taps, by the device’s clock.'
        : 'By the device’s clock it was sold after it was sent.';
    case 'twice':
      return `Order ${it.label} is of the same cart, and was paid too. Refund one of them if the customer paid once.`;
  }
}
