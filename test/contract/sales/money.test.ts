/** Discounts, tax and rounding against rational numbers, for currencies with 0, 2 and 3 decimals. */
import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { amountOf, grossOf, inCoins, minorDigits, portion, spread, sum } from '$contract/money';
import { discounted, givenAgain } from '$contract/sales/discounts';
import { carts, halfUp, sold } from './carts';

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
          if (give?.by === 'amount') expect(line.discount?.amount).toBe(Math.min(give.amount, grossOf(line)));
          const value = left[index] ?? 0;
          const share = new Fraction(value).mul(discount?.amount ?? 0).div(Math.max(sum(left), 1));
          expect(new Fraction(line.share).sub(share).abs().compare(1)).toBeLessThan(0);
          expect(amountOf(line)).toBeGreaterThanOrEqual(0);
        }
        if (cart.order?.by === 'percent')
          expect(discount?.amount).toBe(halfUp(new Fraction(sum(left)).mul(cart.order.percent).div(10_000)));
        if (cart.order?.by === 'amount')
          expect(discount?.amount).toBe(Math.min(cart.order.amount, sum(left)));
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

it.each([
  ['JPY', 0],
  ['EUR', 2],
  ['KWD', 3],
])('%s has %i digits after the point', (currency, digits) => {
  expect(minorDigits(currency)).toBe(digits);
});
