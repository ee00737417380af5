import { expect, it } from 'vitest';
import { Difference } from '$contract/sales/offline/differences';
import { Amounts } from '$lib/money';
import { reviewWords } from '$lib/sales/offline/reviewWords';

const amounts = new Amounts('EUR');
const all: [Difference, string][] = [
  [{ kind: 'price', name: 'Coffee', charged: 300, is: 320 }, 'Coffee cost €3.20 by then; €3.00 was charged.'],
  [
    { kind: 'rate', name: 'Coffee', charged: 700, is: 1_900 },
    'Coffee was taxed at 19 % by then; 7 % was charged.',
  ],
  [
    { kind: 'tax_included', charged: true },
    'Prices did not include the tax any more; the till charged prices with tax.',
  ],
  [{ kind: 'tax_included', charged: false }, 'Prices included the tax by then; the till added it.'],
  [{ kind: 'product', name: 'Coffee', is: 'inactive' }, 'Coffee was no longer on sale.'],
  [
    { kind: 'product', name: 'Coffee', is: 'unknown' },
    'Coffee is no product that Muster knows. The sale keeps its name.',
  ],
  [{ kind: 'stock', name: 'Roll', missing: 2 }, '2 pieces more of Roll were sold than the stock had.'],
  [{ kind: 'stock', name: 'Roll', missing: 1 }, 'One piece more of Roll was sold than the stock had.'],
  [{ kind: 'discount', given: 500, most: 200 }, '€5.00 was taken off; €2.00 was allowed.'],
  [{ kind: 'total', said: 501, is: 500 }, 'The till’s total was €5.01; the same prices make €5.00.'],
  [{ kind: 'paid', paid: 500, due: 505 }, 'The customer paid €5.00; €5.05 was due.'],
  [{ kind: 'rounding', said: -2, is: 3 }, 'The till rounded by -€0.02; what was paid makes it €0.03.'],
  [
    { kind: 'drawer', is: 'closed' },
    'Its drawer was closed before the sale arrived. The money lies beside it.',
  ],
  [
    { kind: 'drawer', is: 'unknown' },
    'Its drawer is unknown. The money lies in the person’s open drawer, or in their last one.',
  ],
  [
    { kind: 'receipt', said: 'D0147-A001', is: 'D0147-A004' },
    'The receipt D0147-A001 was taken: the customer’s paper says so, and the sale has D0147-A004.',
  ],
  [{ kind: 'place' }, 'Its place is unknown. The sale has the place of its drawer.'],
  [{ kind: 'time', is: 'late' }, 'It arrived later than the workplace accepts taps, by the device’s clock.'],
  [{ kind: 'time', is: 'future' }, 'By the device’s clock it was sold after it was sent.'],
  [
    { kind: 'twice', label: '042' },
    'Order 042 is of the same cart, and was paid too. Refund one of them if the customer paid once.',
  ],
];

it.each(all)('%o is a sentence', (difference, words) => {
  expect(reviewWords(difference, amounts)).toBe(words);
});

it('each kind of difference has its sentence', () => {
  const kinds = Difference.options.map(({ entries }) => entries.kind.literal);
  expect(new Set(all.map(([{ kind }]) => kind))).toEqual(new Set(kinds));
});
