/** Sales without network that arrive after their drawer or its day was closed, or while another till sells the last piece. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { DrawerList } from '../../../../worker/contract/sales/drawers/drawers';
import type { DayReport, DayClosed } from '../../../../worker/contract/sales/report/day-reports';
import type { SalesReport } from '../../../../worker/contract/sales/report/report';
import { allOf } from '../../../moves';
import { ask, listening, newKey, type Someone, someone } from '../../workplace';
import { justBefore } from '../just-before';
import { done, makeMove, paidOrder, product, takeOrder } from '../shop';
import {
  act,
  booked,
  closeDrawer,
  kinds,
  line,
  pieces,
  send,
  shelvesOf,
  till,
  type Till,
  unbalanced,
} from './offline';

let ana: Till;
let admin: Someone;
let tea: Awaited<ReturnType<typeof product>>;
beforeEach(async () => {
  [ana, admin, tea] = [
    await till('Ana Weber'),
    await someone({ roles: ['admin'] }),
    await product({ name: 'Tea', price: 250, stock: 10 }),
  ];
});

const drawerOf = async (as: Till) =>
  (await (await ask('/drawers', { as })).json<DrawerList>()).drawers.find(({ id }) => id === as.drawer);
const report = async (number: number | null | undefined) =>
  (await ask(`/sales/day-reports/${number}`, { as: admin })).json<DayReport>();

describe('a drawer that was closed meanwhile', () => {
  it('has the money beside it: what it expected and its report stay', async () => {
    await paidOrder(ana, [{ productId: tea.id, quantity: 1 }]);
    await closeDrawer(ana);
    const before = await drawerOf(ana);
    const printed = await report(before?.report);
    const [own, tills] = [await listening(ana, `user.${ana.id}`), await listening(ana, 'tills')];
    const sold = act(ana, [line(tea, 2)], { tip: 50, received: 550 });
    const answer = await booked(send(ana, sold));
    expect(answer.differences).toEqual([{ kind: 'drawer', is: 'closed' }]);
    const late = { ...answer.sale.payments[0], saleId: sold.id, label: sold.receipt };
    const after = await drawerOf(ana);
    expect(after).toEqual({ ...before, late: [late] });
    expect(await report(before?.report)).toEqual(printed);
    await tills.until(() => tills.events.some(({ type }) => type === 'sale.differed'));
    expect(tills.events.map(({ type }) => type)).toEqual([
      ...['order.updated', 'sale.created', 'sale.paid', 'drawer.updated', 'sale.differed'],
    ]);
    const { id, number, date, person, place, openedAt, closedAt } = after ?? {};
    expect(tills.events[3]?.data).toEqual({ id, number, date, person, place, openedAt, closedAt });
    expect(own.events, 'no closed drawer for pages that have another one open').toEqual([]);
    expect(await unbalanced(sold.id)).toBe(0);
  });

  it('counts on its day in the sales report, and is late in a report of the day that follows', async () => {
    const day = '2019-03-04';
    await env.DB.prepare('UPDATE drawers SET date = ?2 WHERE id = ?1').bind(ana.drawer, day).run();
    await closeDrawer(ana);
    await booked(send(ana, act(ana, [line(tea, 2)])));
    const sales = await (await ask(`/sales/report?date=${day}`, { as: admin })).json<SalesReport>();
    expect(sales).toMatchObject({ revenue: 500, paid: 1, byProduct: [{ name: 'Tea', amount: 500 }] });
    const closing = await ask('/sales/day-reports', { as: admin, key: newKey(), json: { date: day } });
    const closed = (await closing.json<DayClosed>()).report;
    expect(closed).toMatchObject({ sales: 0, total: 0, late: [{ amount: 500, drawer: ana.number }] });
    // The day is closed, and a sale still arrives.
    const second = act(ana, [line(tea)], { receipt: act(ana, []).receipt.replace(/1$/, '2') });
    expect(kinds(await booked(send(ana, second)))).toEqual(['drawer']);
    expect(await report(closed.number)).toEqual(closed);
  });

  it('is found closed if it closes between the look and the commit', async () => {
    const sold = act(ana, [line(tea)]);
    const answer = await booked(
      send(
        ana,
        sold,
        justBefore(() => closeDrawer(ana)),
      ),
    );
    expect(kinds(answer)).toEqual(['drawer']);
    expect(await drawerOf(ana)).toMatchObject({ expected: { cash: 10_000 }, late: [{ saleId: sold.id }] });
  });

  it('counts the sale if that comes between its own look and its commit', async () => {
    const sold = act(ana, [line(tea)]);
    const closing = ask(`/drawers/${ana.drawer}/close`, {
      as: ana,
      key: newKey(),
      json: { counted: { cash: 10_250, card: 0, transfer: 0 }, note: null },
      ...justBefore(() => booked(send(ana, sold))),
    });
    expect((await closing).status).toBe(200);
    const drawer = await drawerOf(ana);
    expect(drawer).toMatchObject({ expected: { cash: 10_250 }, late: [] });
    expect((await report(drawer?.report)).drawers[0]?.receipts).toEqual([
      { from: sold.receipt, to: sold.receipt, count: 1 },
    ]);
  });

  it('takes the money of an unknown drawer beside it, if it is the person’s last', async () => {
    await closeDrawer(ana);
    const sold = act(ana, [line(tea)], { drawerId: uuidv7() });
    expect((await booked(send(ana, sold))).differences).toEqual([
      { kind: 'drawer', is: 'unknown' },
      { kind: 'drawer', is: 'closed' },
    ]);
    expect(await drawerOf(ana)).toMatchObject({ expected: { cash: 10_000 }, late: [{ saleId: sold.id }] });
  });

  it('lets the sale be refunded from another drawer', async () => {
    await closeDrawer(ana);
    const { order, sale } = await booked(send(ana, act(ana, [line(tea)])));
    const ben = await till();
    await done(makeMove(ben, order, allOf(sale, true)));
    expect(await drawerOf(ben)).toMatchObject({ expected: { cash: 9_750 } });
    expect(await unbalanced(order.id)).toBe(0);
  });
});

describe('the last piece', () => {
  it('is sold by one of two tills, and the other’s is short', async () => {
    const last = await product({ name: 'Last', price: 100, stock: 1 });
    const ben = await till();
    const selling = takeOrder(ben, [{ productId: last.id, quantity: 1 }]);
    const answer = await booked(
      send(
        ana,
        act(ana, [line(last)]),
        justBefore(() => done(selling)),
      ),
    );
    expect(answer.differences).toEqual([{ kind: 'stock', name: 'Last', missing: 1 }]);
    expect(await shelvesOf(last.id)).toEqual({ stock: 0, held: 1, sold: 1, short: 1 });
    expect(await pieces(last.id)).toBe(1);
  });

  it('is refused online if a sale without network took it first', async () => {
    const last = await product({ name: 'Last', price: 100, stock: 1 });
    const ben = await till();
    const offline = () => booked(send(ana, act(ana, [line(last)])));
    const selling = await takeOrder(ben, [{ productId: last.id, quantity: 1 }], justBefore(offline));
    expect((await selling.json<{ code: string }>()).code).toBe('out_of_stock');
    expect(await shelvesOf(last.id)).toEqual({ stock: 0, held: 0, sold: 1, short: 0 });
  });

  it('is not short if pieces come between the look and the commit', async () => {
    const few = await product({ name: 'Few', price: 100, stock: 1 });
    const json = { quantity: 2, reason: 'Delivery' };
    const delivery = () => ask(`/products/${few.id}/adjustments`, { as: admin, key: newKey(), json });
    const answer = await booked(send(ana, act(ana, [line(few, 3)]), justBefore(delivery)));
    expect(answer.differences).toEqual([]);
    expect(await shelvesOf(few.id)).toEqual({ stock: 0, held: 0, sold: 3, short: 0 });
  });

  it('keeps the number of pieces constant when many tills race, and a count clears what is short', async () => {
    const few = await product({ name: 'Few', price: 100, stock: 7 });
    const tills = [ana, await till(), await till(), await till()];
    const answers = await Promise.all(
      tills.flatMap((as) => [
        send(as, act(as, [line(few, 3)])).then((it) => it.status),
        takeOrder(as, [{ productId: few.id, quantity: 1 }]).then((it) => it.status),
      ]),
    );
    expect(answers.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    const shelves = await shelvesOf(few.id);
    expect(shelves.sold).toBe(12);
    expect(shelves.stock).toBe(0);
    expect(shelves.short).toBe(12 - (7 - shelves.held));
    expect(await pieces(few.id)).toBe(7);
    const count = await ask(`/products/${few.id}/adjustments`, {
      ...{ as: admin, key: newKey(), json: { quantity: shelves.short + 2, reason: 'Counted' } },
    });
    expect(count.status).toBe(200);
    expect(await shelvesOf(few.id)).toMatchObject({ stock: 2, short: 0 });
  });
});
