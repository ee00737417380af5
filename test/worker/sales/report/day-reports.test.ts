import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { businessDate } from '../../../../worker/contract/business-day';
import type { Problem } from '../../../../worker/contract/errors';
import type { DrawerChange } from '../../../../worker/contract/sales/drawers/drawers';
import type {
  DayClosed,
  DayReport,
  DayReportList,
} from '../../../../worker/contract/sales/report/day-reports';
import { addDays } from '../../../../worker/contract/zones';
import { closeDay } from '../../../../worker/sales/report/day-reports';
import { open } from '../../../../worker/sales/drawers/drawers';
import { ask, everything, newKey, scopeOf, type Someone, someone } from '../../workplace';
import { jobsAt } from '../../schedules/rota';
import { COUNTER, done, makeMove, paidOrder, product } from '../shop';
import { pay, sold } from '../till';

const today = () => businessDate({ zone: env.WORKPLACE_ZONE, dayStart: '04:00' }, Date.now());
const codeOf = async (answer: Response) => [answer.status, (await answer.json<Problem>()).code];
const openDrawer = async (as: Someone) => {
  const answer = await ask('/drawers', {
    ...{ as, key: newKey(), json: { id: uuidv7(), placeId: COUNTER, float: 10_000 } },
  });
  return (await answer.json<DrawerChange>()).drawer;
};
const closeDrawer = async (as: Someone, id: string, cash: number, it: { key?: string } = {}) => {
  const json = { counted: { cash, card: 0, transfer: 0 }, note: null };
  return (
    await (await ask(`/drawers/${id}/close`, { as, key: it.key ?? newKey(), json })).json<DrawerChange>()
  ).drawer;
};
const report = async (as: Someone, number: number | null) =>
  (await ask(`/sales/day-reports/${number}`, { as })).json<DayReport>();
const list = async (as: Someone, until = '') =>
  (await ask(`/sales/day-reports${until && `?until=${until}`}`, { as })).json<DayReportList>();
const endDay = (as: Someone, date: string, key = newKey()) =>
  ask('/sales/day-reports', { as, key, json: { date } });
const numbers = async () =>
  (
    await env.DB.prepare('SELECT number FROM day_reports ORDER BY number').all<{ number: number }>()
  ).results.map(({ number }) => number);

let ana: Someone;
let ben: Someone;
let admin: Someone;
let soap: { id: string };
beforeEach(async () => {
  ana = await someone({ roles: ['cashier'], name: 'Ana Weber' });
  ben = await someone({ roles: ['cashier'], name: 'Ben Okafor' });
  admin = await someone({ roles: ['admin'] });
  soap = await product({ price: 450 });
});
const sell = (as: Someone, quantity: number) => paidOrder(as, [{ productId: soap.id, quantity }]);

/** The refund of one piece. */
const oneBack = {
  ...{ move: 'refund' as const, reason: 'Torn', restock: true },
  lines: [{ line: 1, quantity: 1 }],
  parts: [{ method: 'cash', amount: 450 }],
};

/** Two drawers, with three sales, a refund from the other drawer and a copy. */
async function twoDrawers() {
  const [anas, bens] = [await openDrawer(ana), await openDrawer(ben)];
  const [first, second] = [await sell(ana, 2), await sell(ana, 1)];
  await sell(ben, 4);
  // The first print is the original.
  for (let prints = 0; prints < 2; prints += 1)
    await ask(`/sales/${first.order.id}/receipts`, { as: ana, key: newKey(), json: {} });
  await done(makeMove(ben, second.order, oneBack));
  await env.DB.prepare(
    `UPDATE sales SET taxes = json_array(json_object('rate', 1900, 'net', total - 10, 'tax', 10)) WHERE created_by IN (?1, ?2)`,
  )
    .bind(ana.id, ben.id)
    .run();
  await env.DB.prepare(
    `UPDATE refunds SET taxes = json_array(json_object('rate', 1900, 'net', 440, 'tax', 10)) WHERE by = ?1`,
  )
    .bind(ben.id)
    .run();
  return { anas, bens };
}

describe('the report of a drawer', () => {
  it('is written when it closes, with its sums, taxes, receipts and difference', async () => {
    const { anas, bens } = await twoDrawers();
    const { report: number } = await closeDrawer(ana, anas.id, 11_300);
    const label = `D${String(anas.number).padStart(4, '0')}`;
    expect(await report(ana, number)).toMatchObject({
      ...{ number, date: today(), drawer: anas.number, by: { id: ana.id, name: 'Ana Weber' } },
      ...{ sales: 2, total: 1_350, refunds: 0, returned: 0, discounts: 0, rounding: 0, tips: 0, late: [] },
      methods: [
        { method: 'cash', payments: 1_350, refunds: 0, tips: 0, rounding: 0 },
        { method: 'card', payments: 0, refunds: 0, tips: 0, rounding: 0 },
        { method: 'transfer', payments: 0, refunds: 0, tips: 0, rounding: 0 },
      ],
      taxes: [{ rate: 1_900, net: 1_330, tax: 20 }],
      drawers: [
        {
          ...{ number: anas.number, person: { name: 'Ana Weber' }, float: 10_000, note: null },
          expected: { cash: 11_350, card: 0, transfer: 0 },
          counted: { cash: 11_300, card: 0, transfer: 0 },
          variance: { cash: -50, card: 0, transfer: 0 },
          receipts: [{ from: `${label}-001`, to: `${label}-003`, count: 3 }],
        },
      ],
    });
    const other = await closeDrawer(ben, bens.id, 11_350);
    expect(await report(ben, other.report)).toMatchObject({
      ...{ sales: 1, total: 1_800, refunds: 1, returned: 450 },
      methods: [{ method: 'cash', payments: 1_800, refunds: 450 }, {}, {}],
      taxes: [{ rate: 1_900, net: 1_350, tax: 0 }],
    });
  });

  it('has the next number, once, when closings race and repeat', async () => {
    const before = await numbers();
    const people = await Promise.all([1, 2, 3, 4].map(() => someone({ roles: ['cashier'] })));
    const drawers = await Promise.all(people.map(openDrawer));
    const key = newKey();
    await Promise.all([
      ...people.map((as, n) => closeDrawer(as, drawers[n]?.id ?? '', 1)),
      ...people.slice(0, 1).map((as) => closeDrawer(as, drawers[0]?.id ?? '', 1, { key })),
    ]);
    const last = before.at(-1) ?? 0;
    expect((await numbers()).slice(before.length)).toEqual([1, 2, 3, 4].map((more) => last + more));
  });

  it('never changes: what comes afterwards lies in another drawer or is late', async () => {
    const drawer = await openDrawer(ana);
    const { order } = await sell(ana, 1);
    const { report: number } = await closeDrawer(ana, drawer.id, 10_450);
    const before = await report(ana, number);
    await openDrawer(ben);
    await done(makeMove(ben, order, oneBack));
    const late = await pay(ana, drawer.id, await sold(300), 'cash');
    await env.DB.prepare('UPDATE payments SET late = 1 WHERE id = ?1').bind(late).run();
    expect(await report(ana, number)).toEqual(before);
  });

  it('is for its cashier, and for people who read the sales report', async () => {
    const drawer = await openDrawer(ana);
    const { report: number } = await closeDrawer(ana, drawer.id, 10_000);
    expect(await codeOf(await ask(`/sales/day-reports/${number}`, { as: ben }))).toEqual([404, 'not_found']);
    expect((await ask(`/sales/day-reports/${number}`, { as: admin })).status).toBe(200);
    expect((await ask(`/sales/day-reports/${number}`, { as: await someone() })).status).toBe(403);
    expect((await ask('/sales/day-reports/999999', { as: admin })).status).toBe(404);
    expect((await list(ana)).reports).toEqual([
      expect.objectContaining({ number, drawer: drawer.number, by: 'Ana Weber', taken: 0, date: today() }),
    ]);
    expect((await list(ana)).days).toEqual([]);
    expect((await list(ben)).reports).toEqual([]);
    expect((await list(admin)).reports.map((it) => it.number)).toContain(number);
    expect((await list(admin, addDays(today(), -40))).reports).toEqual([]);
  });
});

describe('the report of a business day', () => {
  /** A day of its own for each test, at noon. */
  let days = 0;
  const rule = { zone: 'Europe/Berlin', dayStart: '04:00' };
  const dayOf = () => addDays('2024-01-01', (days += 1) * 7);
  const noon = (date: string) => Date.parse(`${date}T12:00+01:00`);
  const at = (as: Someone, date: string) => scopeOf(as, noon(date), rule.zone, rule);
  const openOn = async (as: Someone, date: string) => {
    // The Worker remembers the session from here on.
    await ask('/drawers/mine', { as });
    return (await open(at(as, date), { id: uuidv7(), placeId: COUNTER, float: 0 })).drawer;
  };

  it('is written once, when all its drawers are closed, and sums them', async () => {
    const date = dayOf();
    const [anas, bens] = [await openOn(ana, date), await openOn(ben, date)];
    await pay(ana, anas.id, await sold(1_000), 'cash');
    await pay(ben, bens.id, await sold(300), 'card');
    await closeDrawer(ana, anas.id, 990);
    const before = await everything();
    const refused = await endDay(admin, date);
    expect(refused.status).toBe(409);
    expect(await refused.json<Problem>()).toMatchObject({
      code: 'drawers_open',
      detail: expect.stringContaining('of Ben Okafor is open.') as string,
    });
    expect(await everything()).toEqual(before);
    await closeDrawer(ben, bens.id, 0);
    const key = newKey();
    const { report: made } = await (await endDay(admin, date, key)).json<DayClosed>();
    expect(made).toMatchObject({
      ...{ date, drawer: null, sales: 2, total: 1_300, number: (await numbers()).at(-1) },
      methods: [
        { method: 'cash', payments: 1_000 },
        { method: 'card', payments: 300 },
        { method: 'transfer', payments: 0 },
      ],
      drawers: [
        { number: anas.number, variance: { cash: -10 } },
        { number: bens.number, variance: { card: -300 } },
      ],
    });
    expect((await (await endDay(admin, date, key)).json<DayClosed>()).report).toEqual(made);
    expect((await (await endDay(admin, date)).json<DayClosed>()).report, 'a second admin').toEqual(made);
    expect(await report(admin, made.number)).toEqual(made);
    const { reports, days: listed } = await list(admin, date);
    expect(reports).toContainEqual(
      expect.objectContaining({ number: made.number, drawer: null, taken: 1_300 }),
    );
    expect(listed[0]).toEqual({ date, drawers: 2, open: 0, report: made.number });
  });

  it('lists what arrived late before it, and sums it nowhere', async () => {
    const date = dayOf();
    const drawer = await openOn(ana, date);
    await closeDrawer(ana, drawer.id, 0);
    const late = await pay(ana, drawer.id, await sold(300), 'cash');
    await env.DB.prepare('UPDATE payments SET late = 1 WHERE id = ?1').bind(late).run();
    const { report: made } = await (await endDay(admin, date)).json<DayClosed>();
    expect(made).toMatchObject({
      sales: 0,
      total: 0,
      late: [{ id: late, drawer: drawer.number, amount: 300 }],
    });
  });

  it('leaves a drawer that is opened afterwards to the next day', async () => {
    const date = dayOf();
    await closeDrawer(ana, (await openOn(ana, date)).id, 0);
    await closeDay(at(admin, date), { date });
    expect((await openOn(ana, date)).date).toBe(addDays(date, 1));
  });

  it('counts a drawer that is opened at the same moment, or the drawer belongs to the next day', async () => {
    const date = dayOf();
    await closeDrawer(ana, (await openOn(ana, date)).id, 0);
    const [closing, opening] = await Promise.allSettled([
      closeDay(at(admin, date), { date }),
      openOn(ben, date),
    ]);
    const opened = opening.status === 'fulfilled' ? opening.value.date : undefined;
    expect([opened, closing.status]).toEqual(
      opened === date ? [date, 'rejected'] : [addDays(date, 1), 'fulfilled'],
    );
  });

  it('is refused for days without drawers, future ones and to others, and nothing is written', async () => {
    const before = await everything();
    expect(await codeOf(await endDay(admin, '2023-01-01'))).toEqual([400, 'invalid_input']);
    expect(await codeOf(await endDay(admin, addDays(today(), 1)))).toEqual([400, 'invalid_input']);
    expect(await codeOf(await endDay(admin, 'today'))).toEqual([400, 'invalid_input']);
    expect(await codeOf(await endDay(ana, today()))).toEqual([403, 'not_allowed']);
    expect(await everything()).toEqual(before);
  });
});

describe('a drawer of the release before numbers', () => {
  const opened = Date.parse('2026-02-03T02:00Z');
  const former = async (person: Someone) => {
    const id = uuidv7();
    await env.DB.prepare(
      'INSERT INTO drawers (id, person_id, place_id, opened_at, float) VALUES (?1, ?2, ?3, ?4, 0)',
    )
      .bind(id, person.id, COUNTER, opened)
      .run();
    return id;
  };
  const rowOf = (id: string) =>
    env.DB.prepare('SELECT number, date FROM drawers WHERE id = ?1').bind(id).first();
  const most = async () =>
    (await env.DB.prepare('SELECT max(number) AS n FROM drawers').first<number>('n')) ?? 0;
  const nextMinute = () => jobsAt(Math.ceil(Date.now() / 900_000) * 900_000 + 60_000);

  it('gets one within a minute, with its business day', async () => {
    const before = await most();
    const [first, second] = [await former(ana), await former(ben)];
    await nextMinute();
    expect(await rowOf(first)).toEqual({ number: before + 1, date: '2026-02-02' });
    expect(await rowOf(second)).toEqual({ number: before + 2, date: '2026-02-02' });
  });

  it('belongs to the next day if its own is closed', async () => {
    await env.DB.prepare(
      `INSERT INTO day_reports (number, date, at, by, content) SELECT coalesce(max(number), 0) + 1, '2026-02-02', 1, ?1, '{}' FROM day_reports`,
    )
      .bind(admin.id)
      .run();
    const id = await former(ana);
    await nextMinute();
    expect(await rowOf(id)).toEqual({ number: await most(), date: '2026-02-03' });
    await env.DB.prepare("DELETE FROM day_reports WHERE date = '2026-02-02'").run();
  });

  it('is not closed without one, as its report shows it for ever', async () => {
    const id = await former(ana);
    const json = { counted: { cash: 0, card: 0, transfer: 0 }, note: null };
    const close = () => ask(`/drawers/${id}/close`, { as: ana, key: newKey(), json });
    expect(await codeOf(await close())).toEqual([503, 'unavailable']);
    await nextMinute();
    expect((await close()).status).toBe(200);
  });
});
