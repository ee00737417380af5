/** Refunds against rational numbers: in any steps, by line, by rate, by method and in coins. */
import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { amountOf, inCoins, type Priced, sum, totalsOf } from '$contract/money';
import type { Payment, Sale } from '$contract/sales/payments/payments';
import { paidBy, type Pieces, piecesLeft, refundOf, refundParts } from '$contract/sales/refunds';
import { carts, halfUp, sold } from './carts';

type Back = ReturnType<typeof refundOf>;
type Part = Pick<Payment, 'method' | 'amount' | 'rounding'>;

const steps = fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 12 });
const coins = fc.constantFrom(1, 5, 10, 50, 250);

/** Pieces of one to three lines that have them left. */
function some(sale: Parameters<typeof piecesLeft>[0], step: number): Pieces[] {
  const open = piecesLeft(sale).filter(({ quantity }) => quantity > 0);
  const from = step % Math.max(open.length, 1);
  return open
    .slice(from, from + 1 + (step % 3))
    .map(({ line, quantity }) => ({ line, quantity: 1 + (step % quantity) }));
}

describe('refunds', () => {
  it('in any steps add up to exactly the sale, by amount and by rate', () => {
    fc.assert(
      fc.property(carts, fc.array(fc.nat(999), { maxLength: 25 }), (cart, steps) => {
        const sale = { ...sold(cart), refunds: [] as Back[] };
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

  it('are after each step the rational share of what was charged, by line and by rate', () => {
    fc.assert(
      fc.property(carts, steps, (cart, several) => {
        const sale = { ...sold(cart), refunds: [] as Back[] };
        for (const step of several) {
          const pieces = some(sale, step);
          if (pieces.length === 0) break;
          sale.refunds.push(refundOf(sale, pieces));
          const back = sale.refunds.flatMap(({ lines }) => lines);
          const of = (line: number) => back.filter((it) => it.line === line);
          for (const line of sale.lines) {
            const quantity = sum(of(line.line).map((it) => it.quantity));
            const share = halfUp(new Fraction(amountOf(line)).mul(quantity).div(line.quantity));
            expect(sum(of(line.line).map(({ amount }) => amount))).toBe(share);
          }
          for (const { rate, tax } of sale.taxes) {
            const its = sale.lines.filter(({ taxRate }) => taxRate === rate);
            const charged = sum(its.map(amountOf));
            const returned = sum(its.flatMap(({ line }) => of(line)).map(({ amount }) => amount));
            const parts = sale.refunds.flatMap(({ taxes }) => taxes).filter((it) => it.rate === rate);
            const exact = charged === 0 ? 0 : halfUp(new Fraction(tax).mul(returned).div(charged));
            expect(sum(parts.map((part) => part.tax))).toBe(exact);
            const net = returned - (cart.taxIncluded ? exact : 0);
            expect(sum(parts.map((part) => part.net))).toBe(net);
          }
        }
      }),
    );
  });

  it('go by the methods that paid, and leave nothing but the rounding of coins', () => {
    fc.assert(
      fc.property(
        carts,
        steps,
        coins,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (cart, several, coin, by) => {
          const sale = {
            ...sold(cart),
            payments: [] as Part[],
            refunds: [] as (Back & { payments: Part[] })[],
          };
          const card = Math.floor(sale.total * by);
          const part = (method: 'card' | 'cash', exact: number): Part => {
            const amount = method === 'cash' ? inCoins(exact, coin) : exact;
            return { method, amount, rounding: amount - exact };
          };
          sale.payments = [part('card', card), part('cash', sale.total - card)];
          const paid = sale as unknown as Sale;
          for (const step of [...several, 0]) {
            const pieces =
              step === 0 ? piecesLeft(sale).filter(({ quantity }) => quantity > 0) : some(sale, step);
            if (pieces.length === 0) continue;
            const back = refundOf(sale, pieces);
            const parts = refundParts(paid, back.amount);
            expect(sum(parts.map(({ amount }) => amount))).toBe(back.amount);
            for (const { method, amount } of parts) expect(amount).toBeLessThanOrEqual(paidBy(paid)[method]);
            const payments = parts.map(({ method, amount }) =>
              part(method === 'cash' ? 'cash' : 'card', amount),
            );
            sale.refunds.push({ ...back, payments });
          }
          expect(paidBy(paid)).toEqual({ cash: 0, card: 0, transfer: 0 });
          const moved = (of: 'amount' | 'rounding') =>
            sum(sale.payments.map((it) => it[of])) -
            sum(sale.refunds.flatMap((it) => it.payments).map((it) => it[of]));
          expect(moved('amount')).toBe(moved('rounding'));
        },
      ),
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
      refunds: [] as Back[],
    };
    const amounts = [1, 2, 3].map(() => {
      const back = refundOf(sale as never, [{ line: 1, quantity: 1 }]);
      sale.refunds.push(back);
      return back.amount;
    });
    expect(amounts).toEqual([333, 334, 333]);
  });
});
