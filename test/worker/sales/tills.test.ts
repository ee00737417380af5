/** The data of a till beside orders and products, which have their own tests. */
import { expect, it } from 'vitest';
import type { Till } from '../../../worker/contract/sales/orders/orders';
import { cashier, COUNTER, paidOrder, product } from './shop';
import { ask, type Someone, someone } from '../workplace';

const till = async (as: Someone) => (await ask('/till', { as })).json<Till>();

it('has the rules of money and the person’s own open drawer with its payments', async () => {
  const [ana, ben] = [await cashier('Ana Till'), await someone({ roles: ['cashier'] })];
  await cashier('Cleo Till');
  const tea = await product({ price: 250 });
  await paidOrder(ana, [{ productId: tea.id, quantity: 2 }]);
  expect(await till(ana)).toMatchObject({
    currency: 'EUR',
    taxRate: 0,
    taxIncluded: true,
    drawer: { id: ana.drawer, person: { id: ana.id }, place: { id: COUNTER }, expected: { cash: 10_500 } },
    seller: { name: 'Our workplace', address: null, taxNumber: null },
  });
  expect((await till(ben)).drawer).toBeNull();
});
