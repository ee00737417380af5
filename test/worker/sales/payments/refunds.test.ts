/** Refunds of pieces through the routes: their share, their method, their drawer, and once. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { amountOf, sum } from '../../../../worker/contract/money';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import { refundAll, refundOf, refundParts } from '../../../../worker/contract/sales/refunds';
import { allOf } from '../../../moves';
import { everything, type Someone, someone } from '../../workplace';
import { cashier, done, makeMove, product, shelves } from '../shop';
import { balanced, codeOf, lineOf, rules, saleIn, staff, tillOf } from './money';

let ana: Someone & { drawer: string };
let admin: Someone;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'] });
});
beforeEach(async () => {
  ana = await cashier();
  await rules({});
});
const { due, pay } = tillOf(() => ana);

describe('a refund', () => {
  const back = (it: OrderChange, pieces: { line: number; quantity: number }[], restock = true, as = ana) => {
    const sale = saleIn(it);
    const parts = refundParts(sale, refundOf(sale, pieces).amount);
    return makeMove(as, it.order, { move: 'refund', reason: 'Cold', restock, lines: pieces, parts });
  };
  const sold = async (as = ana) => {
    const [soap, tea] = [
      await product({ price: 1_000, stock: 10 }),
      await product({ price: 333, stock: 10 }),
    ];
    const it = await due([lineOf(soap, 3, staff), lineOf(tea, 2)], { discount: staff }, as);
    const total = saleIn(it).total;
    const paid = await done(
      pay(
        it,
        [
          { method: 'card', received: 1_000 },
          { method: 'cash', received: total },
        ],
        as,
      ),
    );
    return { soap, tea, paid };
  };

  it('of pieces is their share after discounts, in any steps, also after the release, and never more', async () => {
    const { soap, tea, paid } = await sold();
    const one = await done(back(paid, [{ line: 1, quantity: 1 }]));
    expect(one.order.state).toBe('for_release');
    expect(await shelves(soap.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const released = await done(makeMove(admin, one.order, { move: 'release', receivedBy: 'Mrs Lang' }));
    const seen = { ...one, order: released.order };
    const two = await done(
      back(
        seen,
        [
          { line: 1, quantity: 2 },
          { line: 2, quantity: 1 },
        ],
        false,
      ),
    );
    expect(two.order.state).toBe('released');
    expect(await shelves(soap.id)).toEqual({ stock: 8, held: 0, sold: 2 });
    const before = await everything();
    expect((await codeOf(back(two, [{ line: 1, quantity: 1 }])))[0]).toBe('invalid_input');
    expect(await everything()).toEqual(before);
    const all = await done(back(two, [{ line: 2, quantity: 1 }]));
    const sale = saleIn(all);
    expect(sum(sale.refunds.map(({ amount }) => amount))).toBe(sale.total);
    expect(sum(sale.refunds.flatMap(({ taxes }) => taxes).map(({ net, tax }) => net + tax))).toBe(sale.total);
    expect(sum(sale.lines.map(amountOf))).toBe(sale.total);
    expect(await shelves(tea.id)).toEqual({ stock: 9, held: 0, sold: 1 });
    await balanced(all.order.id);
  });

  it('goes by the methods that paid, into the drawer of the person who gives it', async () => {
    const { paid } = await sold();
    const ben = await cashier();
    const sale = saleIn(paid);
    const { lines, parts: all } = refundAll(sale);
    const amount = sum(all.map((part) => part.amount));
    const give = (parts: object[]) =>
      codeOf(makeMove(ben, paid.order, { move: 'refund', reason: 'Cold', restock: true, lines, parts }));
    const before = await everything();
    expect((await give([{ method: 'card', amount }]))[0]).toBe('invalid_input');
    expect(
      (
        await give([
          { method: 'card', amount: 1_000 },
          { method: 'cash', amount: amount - 999 },
        ])
      )[0],
    ).toBe('refund_not_exact');
    expect((await give([{ method: 'transfer', amount }]))[0]).toBe('invalid_input');
    expect(await everything()).toEqual(before);
    const gone = await done(makeMove(ben, paid.order, allOf(sale, true)));
    expect(gone.order).toMatchObject({ state: 'cancelled', cancellation: { restocked: true } });
    const given = saleIn(gone).refunds.flatMap(({ payments }) => payments);
    expect(given.map(({ method, drawerId }) => [method, drawerId])).toEqual([
      ['card', ben.drawer],
      ['cash', ben.drawer],
    ]);
    await balanced(gone.order.id);
  });

  it('in cash is rounded to coins, and the rounding stays accounted for', async () => {
    await rules({ smallestCoin: 10 });
    const it = await due([lineOf(await product({ price: 333 }), 3)]);
    const paid = await done(pay(it, [{ method: 'cash', received: 1_000 }]));
    expect(saleIn(paid).payments).toMatchObject([{ amount: 1_000, rounding: 1 }]);
    const one = await done(back(paid, [{ line: 1, quantity: 1 }]));
    expect(saleIn(one).refunds[0]?.payments).toMatchObject([{ amount: 330, rounding: -3 }]);
    await balanced(paid.order.id);
  });

  it('is given once, also if two people give it at the same moment', async () => {
    const { paid } = await sold();
    const ben = await cashier();
    const answers = await Promise.all(
      [ana, ben].map((who) => makeMove(who, paid.order, allOf(saleIn(paid), true))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await balanced(paid.order.id);
  });
});
