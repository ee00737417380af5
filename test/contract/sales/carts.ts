/** Carts with discounts and several rates, and the sales that they make. */
import fc from 'fast-check';
import Fraction from 'fraction.js';
import { totalsOf } from '$contract/money';
import { discounted, type GiveDiscount } from '$contract/sales/discounts';

/** The nearest whole number, half a unit up. */
export const halfUp = (value: Fraction): number => Number(value.add(new Fraction(1, 2)).floor().toString());

/** Prices as a yen, a cent and a fils workplace have them. */
const prices = fc.oneof(
  fc.integer({ min: 0, max: 50_000 }),
  fc.integer({ min: 0, max: 20_000 }).map((cents) => cents * 5),
  fc.integer({ min: 0, max: 9_999_999 }),
);
const rates = fc.constantFrom(0, 250, 500, 700, 810, 1_000, 1_900, 2_100, 2_550, 10_000);
const gives: fc.Arbitrary<GiveDiscount | null> = fc.option(
  fc.oneof(
    fc.record({
      by: fc.constant('percent' as const),
      percent: fc.integer({ min: 1, max: 10_000 }),
      reason: fc.constant('Staff'),
    }),
    fc.record({
      by: fc.constant('amount' as const),
      amount: fc.integer({ min: 1, max: 30_000 }),
      reason: fc.constant('Late'),
    }),
  ),
);
const lines = fc.array(
  fc.record({ price: prices, quantity: fc.integer({ min: 1, max: 60 }), taxRate: rates, give: gives }),
  {
    minLength: 1,
    maxLength: 12,
  },
);
export const carts = fc.record({ lines, order: gives, taxIncluded: fc.boolean() });

export const sold = ({
  lines: typed,
  order,
  taxIncluded,
}: typeof carts extends fc.Arbitrary<infer T> ? T : never) => {
  const bare = typed.map(({ give: _give, ...it }, index) => ({
    ...it,
    ...{ line: index + 1, productId: null, name: 'Tea' },
  }));
  const given = discounted(
    bare,
    typed.map(({ give }) => give),
    order,
  );
  return { ...given, ...totalsOf(given.lines, taxIncluded), taxIncluded };
};
