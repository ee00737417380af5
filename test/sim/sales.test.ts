/**
 * A page that computes its totals from events equals the server's report: after payments, refunds, drawers that open and close,
 * dropped sockets and reloaded snapshots. Each seed is a different history.
 */
import { allOf } from '../moves';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { userChannel } from '../../worker/contract/channels';
import type { OrderChange } from '../../worker/contract/sales/orders/orders';
import type { DrawerChange, DrawerList, OwnDrawer } from '../../worker/contract/sales/drawers/drawers';
import type { SalesReport as Report } from '../../worker/contract/sales/report/report';
import type { ApiClient } from '../../web/src/lib/api';
import { cursorIn } from '../../web/src/lib/live/cursor';
import { LiveChannel } from '../../web/src/lib/live/LiveChannel.svelte';
import { Drawer } from '../../web/src/lib/sales/drawers/Drawer.svelte';
import { DrawerDay } from '../../web/src/lib/sales/drawers/DrawerDay.svelte';
import { LiveSalesReport } from '../../web/src/lib/sales/report/LiveSalesReport.svelte';
import { COUNTER, done, makeMove, product, takeOrder } from '../worker/sales/shop';
import { ask, hurriedly, newKey, type Someone, someone } from '../worker/workplace';
import { dice } from './dice';
import { eventually, Screen } from './screen';

const STEPS = 15;
const ended = () => undefined;

/** The part of the typed API that these classes use, with a count of its requests. */
let requests = 0;
const apiOf = (as: Someone): ApiClient => {
  const get = (path: string) => ({
    $get: () => {
      requests += 1;
      return ask(path, { as });
    },
  });
  return {
    sales: { report: get('/sales/report') },
    drawers: { ...get('/drawers'), mine: get('/drawers/mine') },
  } as unknown as ApiClient;
};

/** The parts that do not depend on the moment of the request. */
const timeless = ({ now: _now, lastWeek, ...report }: Report) => ({
  ...report,
  lastWeek: { ...lastWeek, untilNow: 0 },
});

describe.each([1, 2])('in the history of seed %i', (seed) => {
  it('every page ends equal to the server’s report', () =>
    hurriedly(async () => {
      await env.DB.prepare('UPDATE people SET active = 0').run();
      const random = dice(seed);
      const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
      const admin = await someone({ roles: ['admin'] });
      const tills = [await someone({ roles: ['cashier'] }), await someone({ roles: ['cashier'] })];
      const [ana] = tills as [Someone];
      const goods = await Promise.all([450, 120, 3_999].map((price) => product({ price, stock: 9_999 })));
      const report = async () => (await ask('/sales/report', { as: admin })).json<Report>();
      const drawers = async () => (await ask('/drawers', { as: admin })).json<DrawerList>();
      const mine = async () => (await ask('/drawers/mine', { as: ana })).json<OwnDrawer>();

      const networks = [new Screen(admin, 'tills'), new Screen(ana, 'tills')];
      const [its, anas] = networks as [Screen, Screen];
      const sales = new LiveSalesReport(await report(), {
        api: apiOf(admin),
        network: its.network,
        date: undefined,
        ended,
      });
      const day = new DrawerDay(await drawers(), {
        ...{
          api: apiOf(admin),
          network: its.network,
          ended,
          tills: sales.channel,
          date: undefined,
          shows: () => true,
        },
      });
      const first = await mine();
      const around = { network: anas.network, ended };
      const name = userChannel(ana.id);
      const own = new LiveChannel(name, cursorIn(first.at, name), around);
      const anaTills = new LiveChannel('tills', cursorIn(first.at, 'tills'), around);
      const drawer = new Drawer(first, { api: apiOf(ana), ...around, own, tills: anaTills });
      const stops = [sales.start(), day.start(), own.start(), anaTills.start(), drawer.start()];

      const open = new Map<string, string>();
      const paid: OrderChange[] = [];
      const turnDrawer = async (as: Someone) => {
        const id = open.get(as.id);
        const json = id
          ? { counted: { cash: Math.floor(random() * 9_999), card: 0, transfer: 0 }, note: null }
          : { id: uuidv7(), placeId: COUNTER, float: Math.floor(random() * 9_999) };
        const answer = await ask(id ? `/drawers/${id}/close` : '/drawers', { as, json, key: newKey() });
        if (!answer.ok) return;
        if (id) open.delete(as.id);
        else open.set(as.id, (await answer.json<DrawerChange>()).drawer.id);
      };
      const sell = async (as: Someone) => {
        const lines = goods.slice(0, 1 + Math.floor(random() * 3)).map(({ id }) => ({
          ...{ productId: id, quantity: 1 + Math.floor(random() * 4) },
        }));
        const taken = await done(takeOrder(as, lines));
        const { order, sale } = await done(makeMove(as, taken.order, { move: 'request_payment' }));
        const method = pick(['cash', 'card', 'transfer'] as const);
        const received = (sale?.total ?? 0) + (method === 'cash' ? 50 : 0);
        const answer = await makeMove(as, order, { move: 'pay', parts: [{ method, received }] });
        if (answer.ok) paid.push(await answer.json<OrderChange>());
      };
      const giveBack = async (as: Someone) => {
        const it = paid.pop();
        if (it) await makeMove(as, it.order, allOf(it.sale, random() < 0.5, 'Brought back'));
      };
      /** Changes that pages must compute without a request. */
      const money = [
        () => sell(pick(tills)),
        () => sell(ana),
        () => giveBack(pick(tills)),
        () => giveBack(ana),
        () => Promise.resolve(pick(networks).cutSockets()),
      ];
      const anything = [...money, () => turnDrawer(pick(tills)), () => pick([sales, day, drawer]).reload()];
      const live = async (acts: (() => Promise<unknown>)[], steps: number) => {
        for (let step = 0; step < steps; step += 1) {
          const together = random() < 0.4 ? [pick(acts), pick(acts), pick(acts)] : [pick(acts)];
          await Promise.all(together.map((act) => act()));
        }
        return settled();
      };
      const settled = async () => {
        const [truth, list, last] = [await report(), await drawers(), await mine()];
        await eventually(
          () =>
            [sales.channel, anaTills].every(
              (it) => it.cursor.head === truth.at.heads['tills'] && it.status === 'live',
            ) &&
            own.cursor.head === last.at.heads[own.name] &&
            own.status === 'live',
        );
        expect(timeless({ ...sales.day, at: truth.at })).toEqual(timeless(truth));
        // The list is loaded again a moment after a drawer was opened or closed.
        await eventually(() => JSON.stringify(day.drawers) === JSON.stringify(list.drawers));
        expect(drawer.open).toEqual(last.drawer);
        return truth;
      };
      for (const as of tills) await turnDrawer(as);
      await live(anything, STEPS);
      for (const as of tills) if (!open.has(as.id)) await turnDrawer(as);
      await settled();
      const before = requests;
      const truth = await live(money, STEPS);
      expect(requests, 'no page made a request').toBe(before);
      expect(truth.paid).toBeGreaterThan(0);
      expect(truth.refunded).toBeGreaterThan(0);
      for (const stop of stops) stop();
    }));
});
