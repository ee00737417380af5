/** Nobody takes off more than they may, whatever way they try, and no amount is too large for a till to show. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { OrderChange } from '../../../../worker/contract/sales/orders/orders';
import { defaultSettings } from '../../../../worker/contract/settings/settings';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';
import { cashier, COUNTER, done, makeMove, product } from '../shop';

let ana: Someone;
let admin: Someone;
beforeEach(async () => {
  ana = await cashier();
  admin = await someone({ roles: ['admin'] });
  await env.DB.prepare(
    `INSERT OR REPLACE INTO settings (valid_from, applies_at, value) VALUES ('2020-01-01', 0, ?1)`,
  )
    .bind(JSON.stringify({ ...defaultSettings('Europe/Berlin'), cashierDiscountPercent: 10 }))
    .run();
});

const lineOf = ({ id }: { id: string }, quantity = 1, more: object = {}) => ({
  productId: id,
  quantity,
  ...more,
});
const order = (as: Someone, lines: object[], discount: object | null = null) =>
  ask('/orders', {
    as,
    key: newKey(),
    json: { id: uuidv7(), placeId: COUNTER, lines, ...(discount && { discount }) },
  });
const edit = (as: Someone, it: OrderChange, lines: object[], discount: object | null = null) =>
  makeMove(as, it.order, { move: 'edit', lines, discount });
const codeOf = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
const amount = (it: number) => ({ by: 'amount', amount: it, reason: 'Guest waited' });
const percent = (it: number) => ({ by: 'percent', percent: it, reason: 'Guest waited' });

it('a cashier who makes an order smaller keeps no discount that was a tenth of the larger one', async () => {
  const soap = await product({ price: 1_000 });
  const large = await done(order(ana, [lineOf(soap, 10)], amount(1_000)));
  expect(await codeOf(edit(ana, large, [lineOf(soap, 1, { line: 1 })], amount(1_000)))).toBe(
    'discount_too_large',
  );
  const free = await product({ price: 1_000 });
  const lines = [lineOf(free, 1, { discount: percent(10_000) }), lineOf(soap, 9)];
  const taken = await done(order(ana, lines));
  const kept = [{ line: 1, ...lines[0] }];
  expect(await codeOf(edit(ana, taken, kept))).toBe('discount_too_large');
});

it('a cashier keeps the share that an admin gave, also where less of it is rounded up', async () => {
  const soap = await product({ price: 333 });
  const given = await done(order(admin, [lineOf(soap, 3)], percent(5_000)));
  const less = await done(edit(ana, given, [lineOf(soap, 1, { line: 1 })], percent(5_000)));
  expect(less.sale?.discount?.amount).toBe(167);
  const again = edit(ana, less, [lineOf(soap, 1, { line: 1 })], percent(5_100));
  expect(await codeOf(again)).toBe('discount_too_large');
});

it('an order whose value before discounts no till could show is refused, and every till still loads', async () => {
  const dear = await product({ price: 1_000_000_000 });
  const before = await everything();
  const taking = order(admin, [lineOf(dear, 3, { discount: percent(9_000) })]);
  expect(await codeOf(taking)).toBe('invalid_input');
  expect(await everything()).toEqual(before);
  expect((await ask('/till', { as: ana })).status).toBe(200);
});

it.each([
  ['more than the whole', percent(10_001)],
  ['less than nothing', percent(-1)],
  ['a part of a cent', amount(0.5)],
  ['a negative amount', amount(-100)],
  ['more than any money', amount(2 ** 53)],
])('a discount of %s is refused', async (_, discount) => {
  const soap = await product({ price: 1_000 });
  expect(await codeOf(order(admin, [lineOf(soap)], discount))).toBe('invalid_input');
});
