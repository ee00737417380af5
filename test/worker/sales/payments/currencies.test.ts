/** A workplace in any currency sells, is paid and gives back. */
import { uuidv7 } from 'uuidv7';
import { beforeAll, expect, it } from 'vitest';
import { refundOf } from '../../../../worker/contract/sales/refunds';
import { allOf } from '../../../moves';
import { ask, newKey, type Someone, someone } from '../../workplace';
import { cashier, done, makeMove, product, takeOrder } from '../shop';
import { rules } from './money';

let ana: Someone;
beforeAll(async () => {
  ana = await cashier();
});

it.each([
  ['JPY', 10],
  ['EUR', 5],
  ['KWD', 50],
] as const)('an order in %s is paid in two ways, and comes back in two steps', async (currency, coin) => {
  await rules({ currency, smallestCoin: coin });
  const tea = await product({ price: 333 });
  const { order, sale } = await done(
    takeOrder(ana, [{ productId: tea.id, quantity: 3 }], { state: 'for_payment' }),
  );
  expect(sale).toMatchObject({ currency, total: 999 });
  const parts = [
    { method: 'card', received: 500 },
    { method: 'cash', received: 500 },
  ];
  const paid = await done(makeMove(ana, order, { move: 'pay', parts }));
  expect(paid.sale?.payments.map(({ amount, rounding }) => [amount, rounding])).toEqual([
    [500, 0],
    [500, 1],
  ]);
  if (!paid.sale) throw new Error('no money');
  const lines = [{ line: 1, quantity: 1 }];
  const { amount } = refundOf(paid.sale, lines);
  const some = { reason: 'Cold', restock: false, lines, parts: [{ method: 'card', amount }] };
  const once = await done(makeMove(ana, paid.order, { move: 'refund', ...some }));
  const twice = await done(makeMove(ana, once.order, allOf(once.sale, true)));
  expect(twice.sale?.refunds.map((it) => it.amount)).toEqual([333, 666]);
  expect(twice.order.state).toBe('cancelled');
});

it('a registration in another currency than the euro is paid later', async () => {
  await rules({ currency: 'JPY' });
  const admin = await someone({ roles: ['admin'] });
  const packageId = uuidv7();
  const packed = { id: packageId, name: 'Starter', description: null, price: 1_200, products: [] };
  const as = { as: admin, key: newKey(), json: packed };
  expect((await ask('/packages', as)).status).toBe(200);
  const id = uuidv7();
  const person = { name: 'Ben Braun', mobile: '+491701234567', email: null, sponsor: null };
  const json = { id, ...person, packageId, payment: null };
  expect((await ask('/registrations', { as: ana, key: newKey(), json })).status).toBe(200);
  const parts = [{ method: 'cash', received: 1_200 }];
  const paid = await ask(`/registrations/${id}/payment`, {
    as: ana,
    key: newKey(),
    json: { version: 1, parts },
  });
  expect(paid.status).toBe(200);
});
