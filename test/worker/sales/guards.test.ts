/** A change between a till's last read and its write: the write's guard refuses, and the till reads again. */
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { allOf } from '../../moves';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { applicant, packed, register, registered } from './registrations/registry';
import type { ReceiptPrint } from '../../../worker/contract/sales/receipts/receipts';
import { ask, newKey } from '../workplace';
import { justBefore } from './just-before';
import { cashier, done, makeMove, paidOrder, place, product, takeOrder } from './shop';

const change = (sql: string, id: string) => () => env.DB.prepare(sql).bind(id).run();
const closeDrawer = `UPDATE drawers SET closed_at = 2, expected = '{"cash":0,"card":0,"transfer":0}',
  counted = '{"cash":0,"card":0,"transfer":0}' WHERE id = ?1`;
const raisePrice = 'UPDATE products SET price = 500 WHERE id = ?1';

const codeOf = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
const paymentsIn = (drawer: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM payments WHERE drawer_id = ?1').bind(drawer).first('n');

it('a payment is refused when its drawer closes', async () => {
  const [ana, soap] = [await cashier(), await product()];
  const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
  const due = await done(makeMove(ana, order, { move: 'request_payment' }));
  const pay = { move: 'pay', parts: [{ method: 'cash', received: due.sale?.total }] } as const;
  const paying = makeMove(ana, due.order, pay, justBefore(change(closeDrawer, ana.drawer)));
  expect(await codeOf(paying)).toBe('no_drawer');
  expect(await paymentsIn(ana.drawer)).toBe(0);
});

it('a registration that is paid at once is refused when its drawer closes', async () => {
  const [ana, pack] = [await cashier(), await packed()];
  const taken = await registered(register(ana, applicant(pack.id)));
  const paid = applicant(pack.id, { payment: { parts: [{ method: 'card', received: taken.sale?.total }] } });
  const paying = register(ana, paid, justBefore(change(closeDrawer, ana.drawer)));
  expect(await codeOf(paying)).toBe('no_drawer');
  expect(await paymentsIn(ana.drawer)).toBe(0);
});

describe('the currency', () => {
  const inYen = `INSERT OR REPLACE INTO settings (valid_from, applies_at, value)
    VALUES ('2020-01-02', 1, json_set(?1, '$.currency', 'JPY'))`;
  const changed = change(inYen, JSON.stringify(defaultSettings('Europe/Berlin')));
  afterEach(() => env.DB.prepare("DELETE FROM settings WHERE valid_from = '2020-01-02'").run());

  it('of a payment is the workplace’s, whichever that is', async () => {
    await changed();
    const [ana, soap] = [await cashier(), await product()];
    const { sale } = await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
    expect([sale?.currency, await paymentsIn(ana.drawer)]).toEqual(['JPY', 1]);
  });

  it('changes, and a payment in the former one is refused', async () => {
    const [ana, soap] = [await cashier(), await product()];
    const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
    const due = await done(makeMove(ana, order, { move: 'request_payment' }));
    const pay = { move: 'pay', parts: [{ method: 'cash', received: due.sale?.total }] } as const;
    expect(await codeOf(makeMove(ana, due.order, pay, justBefore(changed)))).toBe('currency_changed');
    expect(await paymentsIn(ana.drawer)).toBe(0);
  });

  it('changes, and a registration that is paid at once has the new one', async () => {
    const [ana, pack] = [await cashier(), await packed()];
    const paid = applicant(pack.id, { payment: { parts: [{ method: 'card', received: pack.price }] } });
    const { sale } = await registered(register(ana, paid, justBefore(changed)));
    expect(sale?.currency).toBe('JPY');
  });
});

it('a refund is refused when its drawer closes', async () => {
  const [ana, soap] = [await cashier(), await product()];
  const { order, sale } = await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
  const refunding = makeMove(ana, order, allOf(sale, true), justBefore(change(closeDrawer, ana.drawer)));
  expect(await codeOf(refunding)).toBe('no_drawer');
  expect(await paymentsIn(ana.drawer)).toBe(1);
});

it('a closing is refused when its drawer has just been closed', async () => {
  const ana = await cashier();
  const closing = ask(`/drawers/${ana.drawer}/close`, {
    as: ana,
    key: newKey(),
    json: { counted: { cash: 9, card: 9, transfer: 9 }, note: null },
    ...justBefore(change(closeDrawer, ana.drawer)),
  });
  expect(await codeOf(closing)).toBe('drawer_closed');
  const drawer = env.DB.prepare('SELECT closed_at, counted FROM drawers WHERE id = ?1').bind(ana.drawer);
  expect(await drawer.first()).toEqual({ closed_at: 2, counted: '{"cash":0,"card":0,"transfer":0}' });
});

it('an order takes the price that a product has just been given', async () => {
  const [ana, soap] = [await cashier(), await product({ price: 450 })];
  const lines = [{ productId: soap.id, quantity: 1 }];
  const { sale } = await done(takeOrder(ana, lines, justBefore(change(raisePrice, soap.id))));
  expect(sale?.lines).toMatchObject([{ price: 500 }]);
});

it('what is added to an order takes the price that its product has just been given', async () => {
  const [ana, soap] = [await cashier(), await product({ price: 450 })];
  const { order } = await done(takeOrder(ana, [{ productId: soap.id, quantity: 1 }]));
  const edit = { move: 'edit' as const, lines: [{ line: 1, productId: soap.id, quantity: 2 }] };
  const { sale } = await done(makeMove(ana, order, edit, justBefore(change(raisePrice, soap.id))));
  expect(sale?.lines).toMatchObject([
    { line: 1, quantity: 1, price: 450 },
    { line: 2, quantity: 1, price: 500 },
  ]);
});

it('an order is refused when its place closes', async () => {
  const [ana, soap, placeId] = [await cashier(), await product(), await place()];
  const closing = justBefore(change('UPDATE places SET active = 0 WHERE id = ?1', placeId));
  const taking = takeOrder(ana, [{ productId: soap.id, quantity: 1 }], { placeId, ...closing });
  expect(await codeOf(taking)).toBe('place_closed');
});

it('a registration takes the price that its package has just been given', async () => {
  const [ana, pack] = [await cashier(), await packed({ price: 9_900 })];
  const cheaper = change('UPDATE packages SET price = 100, updated_at = 2 WHERE id = ?1', pack.id);
  const { sale } = await registered(register(ana, applicant(pack.id), justBefore(cheaper)));
  expect(sale?.lines).toMatchObject([{ price: 100 }]);
});

it('a receipt that another tab has just printed is printed as a copy', async () => {
  const [ana, soap] = [await cashier(), await product()];
  const { order } = await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
  const printed = change('UPDATE receipts SET printed_at = 2 WHERE sale_id = ?1', order.id);
  const answer = await ask(`/sales/${order.id}/receipts`, {
    ...{ as: ana, key: newKey(), json: {} },
    ...justBefore(printed),
  });
  expect((await answer.json<ReceiptPrint>()).printed.copyOf).toMatch(/^D\d+-001$/);
});
