/** Discounts, tax, rounding and refunds against rational numbers, for currencies with 0, 2 and 3 decimals. */
import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { amountOf, grossOf, inCoins, portion, type Priced, spread, sum, totalsOf } from '$contract/money';
import { discounted, type GiveDiscount, givenAgain } from '$contract/sales/discounts';
import { piecesLeft, refundOf } from '$contract/sales/refunds';

const halfUp = (value: Fraction): number => Number(value.add(new Fraction(1, 2)).floor().toString());

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
const carts = fc.record({ lines, order: gives, taxIncluded: fc.boolean() });

const sold = ({
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

describe('a share', () => {
  it('is exact for products beyond 2^53', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000_000),
        fc.nat(1_000_000_000),
        fc.integer({ min: 1, max: 1_000_000_000 }),
        (a, b, c) =>
          portion(a, Math.min(b, c), Math.max(b, c, 1)) ===
          halfUp(new Fraction(BigInt(a) * BigInt(Math.min(b, c)), BigInt(Math.max(b, c, 1)))),
      ),
    );
  });

  it('rounds half a unit up', () => {
    expect([portion(1, 1, 2), portion(5, 1_000, 10_000), portion(3, 1, 2)]).toEqual([1, 1, 2]);
  });
});

describe('an amount that is spread', () => {
  it('comes out whole, each part within one unit of its exact share, no part above its weight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5_000_000), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, part) => {
          const all = sum(weights);
          const amount = Math.floor(all * part);
          const parts = spread(amount, weights);
          expect(sum(parts)).toBe(all === 0 ? 0 : amount);
          parts.forEach((each, index) => {
            const weight = weights[index] ?? 0;
            const exact = all === 0 ? new Fraction(0) : new Fraction(amount).mul(weight).div(all);
            expect(new Fraction(each).sub(exact).abs().compare(1)).toBeLessThan(0);
            expect(each).toBeLessThanOrEqual(weight);
          });
        },
      ),
    );
  });

  it('gives what is left to the largest remainders, of equal ones to the first', () => {
    expect(spread(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(spread(2, [1, 1, 1])).toEqual([1, 1, 0]);
    expect(spread(10, [5, 3, 3])).toEqual([4, 3, 3]);
    expect(spread(0, [0, 0])).toEqual([0, 0]);
  });
});

describe('a sale', () => {
  it('takes off each line’s discount, then the order’s over what is left', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const { lines: priced, discount } = sold(cart);
        const left = priced.map((line) => grossOf(line) - (line.discount?.amount ?? 0));
        for (const [index, line] of priced.entries()) {
          const give = cart.lines[index]?.give;
          const exact =
            give?.by === 'percent'
              ? halfUp(new Fraction(grossOf(line)).mul(give.percent).div(10_000))
              : undefined;
          if (exact !== undefined) expect(line.discount?.amount).toBe(exact);
          expect(amountOf(line)).toBeGreaterThanOrEqual(0);
        }
        if (cart.order?.by === 'percent')
          expect(discount?.amount).toBe(halfUp(new Fraction(sum(left)).mul(cart.order.percent).div(10_000)));
        expect(sum(priced.map(({ share }) => share))).toBe(discount?.amount ?? 0);
      }),
    );
  });

  it('has the tax of each rate computed once, half up, and its parts add up', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const { lines: priced, taxes, subtotal, tax, total } = sold(cart);
        for (const part of taxes) {
          const amount = new Fraction(
            sum(priced.filter(({ taxRate }) => taxRate === part.rate).map(amountOf)),
          );
          const by = cart.taxIncluded ? 10_000 + part.rate : 10_000;
          expect(part.tax).toBe(halfUp(amount.mul(part.rate).div(by)));
        }
        expect(sum(taxes.map(({ net }) => net))).toBe(subtotal);
        expect(sum(taxes.map((part) => part.tax))).toBe(tax);
        expect(total).toBe(subtotal + tax);
        expect(total).toBe(sum(priced.map(amountOf)) + (cart.taxIncluded ? 0 : tax));
      }),
    );
  });

  it('keeps a discount that is given again', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const { lines: priced, discount } = sold(cart);
        const again = priced.map((line) => line.discount && givenAgain(line.discount));
        const bare = priced.map(({ discount: _discount, share: _share, ...line }) => line);
        const next = discounted(bare, again, discount && givenAgain(discount));
        expect(next.lines.map(amountOf)).toEqual(priced.map(amountOf));
      }),
    );
  });
});

describe('cash', () => {
  it('is the nearest multiple of the smallest coin, half a coin up', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.constantFrom(1, 5, 10, 20, 50, 100, 250), (due, coin) => {
        expect(inCoins(due, coin)).toBe(halfUp(new Fraction(due, coin)) * coin);
      }),
    );
    expect([inCoins(1_002, 5), inCoins(1_003, 5), inCoins(25, 50)]).toEqual([1_000, 1_005, 50]);
  });
});

describe('refunds', () => {
  it('in any steps add up to exactly the sale, by amount and by rate', () => {
    fc.assert(
      fc.property(carts, fc.array(fc.nat(999), { maxLength: 25 }), (cart, steps) => {
        const sale = { ...sold(cart), refunds: [] as ReturnType<typeof refundOf>[] };
        for (const step of steps) {
          const open = piecesLeft(sale).filter(({ quantity }) => quantity > 0);
          const it = open[step % Math.max(open.length, 1)];
          if (!it) break;
          const back = refundOf(sale, [{ line: it.line, quantity: 1 + (step % it.quantity) }]);
          for (const { net, tax } of back.taxes) expect([net >= 0, tax >= 0]).toEqual([true, true]);
          sale.refunds.push(back);
        }
        const rest = piecesLeft(sale).filter(({ quantity }) => quantity > 0);
        if (rest.length > 0) sale.refunds.push(refundOf(sale, rest));
        expect(sum(sale.refunds.map(({ amount }) => amount))).toBe(sale.total);
        for (const { rate, net, tax } of sale.taxes) {
          const parts = sale.refunds.flatMap(({ taxes }) => taxes).filter((part) => part.rate === rate);
          expect([sum(parts.map((part) => part.net)), sum(parts.map((part) => part.tax))]).toEqual([
            net,
            tax,
          ]);
        }
      }),
    );
  });

  it('of one of three pieces for 10.00 are 3.33, 3.34 and 3.33', () => {
    const line: Priced & { line: number } = {
      line: 1,
      price: 500,
      quantity: 3,
      taxRate: 0,
      discount: { amount: 500 },
    };
    const sale = {
      ...totalsOf([line], true),
      taxIncluded: true,
      lines: [line],
      refunds: [] as ReturnType<typeof refundOf>[],
    };
    const amounts = [1, 2, 3].map(() => {
      const back = refundOf(sale as never, [{ line: 1, quantity: 1 }]);
      sale.refunds.push(back);
      return back.amount;
    });
    expect(amounts).toEqual([333, 334, 333]);
  });
});
