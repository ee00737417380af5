/** A cashier who is erased: what the law keeps stays, and what is shown of it names them no more. */
import { expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { DrawerChange, DrawerList } from '../../../../worker/contract/sales/drawers/drawers';
import type { OneOrder } from '../../../../worker/contract/sales/orders/orders';
import { newReceiptToken, type ReceiptList } from '../../../../worker/contract/sales/receipts/receipts';
import type { DayReport } from '../../../../worker/contract/sales/report/day-reports';
import { sha256 } from '../../../../worker/contract/secrets';
import { ask, newKey, type Someone, someone } from '../../workplace';
import { COUNTER, paidOrder, product } from '../shop';

const NAME = 'Zerlinde Quark';
const write = async <T>(as: Someone, path: string, json: object): Promise<T> => {
  const answer = await ask(path, { as, key: newKey(), json });
  expect(answer.status, path).toBe(200);
  return answer.json<T>();
};
const read = async <T>(as: Someone, path: string) => (await ask(path, { as })).json<T>();

it('has a pseudonym on orders, receipts, their links and drawers, and their name in the report as it was printed', async () => {
  const [admin, gone] = [
    await someone({ roles: ['admin'] }),
    await someone({ roles: ['cashier'], name: NAME }),
  ];
  const opening = { id: uuidv7(), placeId: COUNTER, float: 0 };
  const { drawer } = await write<DrawerChange>(gone, '/drawers', opening);
  const { order } = await paidOrder(gone, [{ productId: (await product()).id, quantity: 1 }]);
  const { receipts } = await read<ReceiptList>(gone, `/sales/${order.id}/receipts`);
  const token = newReceiptToken();
  const link = { label: receipts[0]?.label, hash: await sha256(token) };
  await write(gone, `/sales/${order.id}/receipts/links`, link);
  const counted = { cash: 450, card: 0, transfer: 0 };
  const closing = await write<DrawerChange>(gone, `/drawers/${drawer.id}/close`, { counted, note: null });
  await write(admin, `/people/${gone.id}/deactivate`, {});
  await write(admin, `/people/${gone.id}/erasure`, { reason: 'By their letter' });

  const pseudonym = `Erased person ${gone.id.slice(-4)}`;
  const shown = {
    order: await read<OneOrder>(admin, `/orders/${order.id}`),
    receipts: await read<ReceiptList>(admin, `/sales/${order.id}/receipts`),
    link: await (await ask('/receipts/open', { json: { token } })).json(),
    drawers: await read<DrawerList>(admin, `/drawers?date=${drawer.date}`),
  };
  expect(JSON.stringify(shown)).not.toContain(NAME);
  expect(shown.receipts.receipts[0]?.by).toBe(pseudonym);
  expect(shown.drawers.drawers.find(({ id }) => id === drawer.id)?.person.name).toBe(pseudonym);
  const report = await read<DayReport>(admin, `/sales/day-reports/${String(closing.drawer.report)}`);
  expect(report.drawers.map(({ person }) => person.name)).toEqual([NAME]);
});
