/** Nothing that has changed meanwhile refuses a sale without network: it is booked as charged, and what differs is listed. */
import { env } from 'cloudflare:workers';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Difference } from '../../../../worker/contract/sales/offline/differences';
import { defaultSettings, type Settings } from '../../../../worker/contract/settings/settings';
import { type Someone, someone } from '../../workplace';
import { COUNTER, done, makeMove, place, product, takeOrder } from '../shop';
import {
  act,
  booked,
  kinds,
  line,
  pieces,
  send,
  shelvesOf,
  till,
  type Till,
  toReview,
  unbalanced,
} from './offline';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let ana: Till;
let admin: Someone;
let tea: Awaited<ReturnType<typeof product>>;

const rules = (some: Partial<Settings>) =>
  env.DB.prepare(
    `INSERT OR REPLACE INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?1)`,
  )
    .bind(JSON.stringify({ ...defaultSettings('Europe/Berlin'), ...some }))
    .run();
const change = (sql: string, ...values: (string | number)[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run();

beforeEach(async () => {
  await rules({});
  [ana, admin, tea] = [
    await till(),
    await someone({ roles: ['admin'] }),
    await product({ name: 'Tea', price: 250, stock: 10 }),
  ];
});
afterAll(() => rules({}));

/** Books it, and expects these differences, in the answer and in the list. */
async function differs(sold: ReturnType<typeof act>, differences: Difference[], ago = 0) {
  const answer = await booked(send(ana, sold, { ago }));
  expect(answer.differences).toEqual(differences);
  const { sales } = await toReview(admin);
  expect(sales.find(({ id }) => id === sold.id)?.differences).toEqual(
    differences.length > 0 ? differences : undefined,
  );
  expect(await unbalanced(sold.id)).toBe(0);
  return answer;
}

describe('a sale is booked as it was charged', () => {
  it('when the price has changed', async () => {
    await change('UPDATE products SET price = 320 WHERE id = ?1', tea.id);
    const { sale } = await differs(act(ana, [line(tea, 2)]), [
      { kind: 'price', name: 'Tea', charged: 250, is: 320 },
    ]);
    expect(sale).toMatchObject({ total: 500, lines: [{ price: 250 }] });
  });

  it('when the product’s rate of tax has changed, or the workplace’s', async () => {
    await change('UPDATE products SET tax_rate = 700 WHERE id = ?1', tea.id);
    const sold = act(ana, [{ ...line(tea), taxRate: 1_900 }]);
    const { sale } = await differs(sold, [{ kind: 'rate', name: 'Tea', charged: 1_900, is: 700 }]);
    expect(sale.taxes).toEqual([{ rate: 1_900, net: 210, tax: 40 }]);
    await change('UPDATE products SET tax_rate = NULL WHERE id = ?1', tea.id);
    await rules({ taxRate: 500 });
    await differs(act(ana, [line(tea)], { receipt: `${sold.receipt.slice(0, -1)}2` }), [
      { kind: 'rate', name: 'Tea', charged: 0, is: 500 },
    ]);
  });

  it('when prices include the tax no more', async () => {
    const sold = act(ana, [{ ...line(tea), taxRate: 1_000 }]);
    await rules({ taxRate: 1_000, taxIncluded: false });
    const { sale } = await differs(sold, [{ kind: 'tax_included', charged: true }]);
    expect(sale).toMatchObject({ taxIncluded: true, total: 250, tax: 23 });
  });

  it('when the product is no longer sold', async () => {
    await change('UPDATE products SET active = 0 WHERE id = ?1', tea.id);
    await differs(act(ana, [line(tea)]), [{ kind: 'product', name: 'Tea', is: 'inactive' }]);
    expect(await shelvesOf(tea.id)).toMatchObject({ stock: 9, sold: 1 });
  });

  it('when the product is unknown: it is kept by its name', async () => {
    const gone = { id: uuidv7(), name: 'Mulled wine', price: 400 };
    const { sale, order } = await differs(act(ana, [line(gone), line(tea)]), [
      { kind: 'product', name: 'Mulled wine', is: 'unknown' },
    ]);
    expect(sale.lines).toMatchObject([
      { productId: null, name: 'Mulled wine', price: 400 },
      { productId: tea.id },
    ]);
    expect(order.lines).toEqual([{ productId: tea.id, name: 'Tea', quantity: 1 }]);
    const back = {
      move: 'refund' as const,
      reason: 'Cold',
      restock: true,
      parts: [{ method: 'cash', amount: 400 }],
    };
    await done(makeMove(ana, order, { ...back, lines: [{ line: 1, quantity: 1 }] }));
    expect(await unbalanced(order.id)).toBe(0);
  });

  it('when the stock lacks pieces: it gives what it has, and the rest is short', async () => {
    const before = await pieces(tea.id);
    await differs(act(ana, [line(tea, 8), line(tea, 5)]), [{ kind: 'stock', name: 'Tea', missing: 3 }]);
    expect(await shelvesOf(tea.id)).toEqual({ stock: 0, held: 0, sold: 13, short: 3 });
    expect(await pieces(tea.id)).toBe(before);
  });

  it('when the cashier took off more than they may', async () => {
    await rules({ cashierDiscountPercent: 10 });
    const discount = { by: 'percent' as const, percent: 2_000, reason: 'Friend' };
    const sold = act(ana, [{ ...line(tea, 4), discount }], { total: 800, received: 800 });
    const { sale } = await differs(sold, [{ kind: 'discount', given: 200, most: 100 }]);
    expect(sale).toMatchObject({ total: 800, lines: [{ discount: { amount: 200, percent: 2_000 } }] });
  });

  it('when the place is unknown: it has its drawer’s', async () => {
    const { order } = await differs(act(ana, [line(tea)], { placeId: uuidv7() }), [{ kind: 'place' }]);
    expect(order.place.id).toBe(COUNTER);
  });

  it('when the place was closed', async () => {
    const stand = await place();
    await change('UPDATE places SET active = 0 WHERE id = ?1', stand);
    const { order } = await differs(act(ana, [line(tea)], { placeId: stand }), []);
    expect(order.place.id).toBe(stand);
  });
});

describe('the server computes again', () => {
  it('a total that the till computed wrong: what the customer paid counts in the drawer', async () => {
    const sold = act(ana, [line(tea, 2)], { total: 450, received: 1_000, change: 550 });
    const { sale } = await differs(sold, [
      { kind: 'total', said: 450, is: 500 },
      { kind: 'paid', paid: 450, due: 500 },
    ]);
    expect(sale).toMatchObject({ total: 500, payments: [{ amount: 450, rounding: -50, change: 550 }] });
  });

  it('change that was given wrong', async () => {
    const sold = act(ana, [line(tea, 2)], { received: 1_000, change: 400 });
    const { sale } = await differs(sold, [
      { kind: 'paid', paid: 600, due: 500 },
      { kind: 'rounding', said: 0, is: 100 },
    ]);
    expect(sale.payments).toMatchObject([{ amount: 600, rounding: 100 }]);
  });

  it('coins: a sale that was rounded as the workplace does is right, any other is listed', async () => {
    await rules({ smallestCoin: 5 });
    const odd = await product({ name: 'Roll', price: 252, stock: 10 });
    const coins = { rounding: -2, received: 300, change: 50 };
    const { sale } = await differs(act(ana, [line(odd)], coins), []);
    expect(sale.payments).toMatchObject([{ amount: 250, rounding: -2 }]);
    const exact = act(ana, [line(odd)], { receipt: act(ana, []).receipt.replace(/1$/, '2') });
    await differs(exact, [{ kind: 'paid', paid: 252, due: 250 }]);
  });
});

describe('the time of a sale', () => {
  it('may lie further back than the workplace accepts for taps, and is listed', async () => {
    const now = Date.now();
    const { order } = await differs(act(ana, [line(tea)]), [{ kind: 'time', is: 'late' }], 13 * HOUR);
    expect(Math.abs((order.paidAt ?? 0) - (now - 13 * HOUR))).toBeLessThan(HOUR / 60);
  });

  it('may be older than any other tap: its id, not its key, makes it count once', async () => {
    const sold = act(ana, [line(tea)]);
    await differs(sold, [{ kind: 'time', is: 'late' }], 40 * DAY);
    await booked(send(ana, sold, { ago: 41 * DAY }));
    expect(await shelvesOf(tea.id)).toMatchObject({ sold: 1 });
  });

  it('is never in the future', async () => {
    const { order } = await differs(act(ana, [line(tea)]), [{ kind: 'time', is: 'future' }], -HOUR);
    expect(order.paidAt).toBeLessThanOrEqual(Date.now());
  });
});

describe('an order that was taken before the network went', () => {
  it('is cancelled in the same commit, and its pieces are those that were sold', async () => {
    const last = await product({ name: 'Last', price: 100, stock: 1 });
    const taken = await done(takeOrder(ana, [{ productId: last.id, quantity: 1 }], { state: 'for_payment' }));
    await differs(act(ana, [line(last)], { replaces: taken.order.id }), []);
    expect(await shelvesOf(last.id)).toEqual({ stock: 0, held: 0, sold: 1, short: 0 });
    const state = await env.DB.prepare('SELECT state FROM sales WHERE id = ?1')
      .bind(taken.order.id)
      .first('state');
    expect(state).toBe('cancelled');
  });

  it('stays if it was paid: the list says that both were', async () => {
    const taken = await done(takeOrder(ana, [{ productId: tea.id, quantity: 1 }], { state: 'for_payment' }));
    const parts = [{ method: 'card', received: 250 }];
    const { order } = await done(makeMove(ana, taken.order, { move: 'pay', parts }));
    const label = String(order.number).padStart(3, '0');
    await differs(act(ana, [line(tea)], { replaces: order.id }), [{ kind: 'twice', label }]);
    expect(await shelvesOf(tea.id)).toMatchObject({ sold: 2 });
  });

  it('may be unknown, or cancelled already', async () => {
    expect(kinds(await booked(send(ana, act(ana, [line(tea)], { replaces: uuidv7() }))))).toEqual([]);
  });
});
