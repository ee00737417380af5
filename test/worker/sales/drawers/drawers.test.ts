import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { businessDate } from '../../../../worker/contract/business-day';
import type { Problem } from '../../../../worker/contract/errors';
import {
  type ByMethod,
  type DrawerChange,
  drawerLabel,
  type DrawerList,
  type OwnDrawer,
} from '../../../../worker/contract/sales/drawers/drawers';
import { open } from '../../../../worker/sales/drawers/drawers';
import { drawersOn } from '../../../../worker/sales/drawers/list';
import { ask, everything, listening, newKey, scopeOf, type Someone, someone } from '../../workplace';
import { COUNTER, makeMove } from '../shop';
import { pay, refund, type Sold, sold } from '../till';

const counted = (cash: number, card = 0, transfer = 0): ByMethod => ({ cash, card, transfer });
const openDrawer = (
  as: Someone,
  it: { id?: string; placeId?: string; float?: number; key?: string; env?: typeof env } = {},
) =>
  ask('/drawers', {
    as,
    key: it.key ?? newKey(),
    json: { id: it.id ?? uuidv7(), placeId: it.placeId ?? COUNTER, float: it.float ?? 10_000 },
    ...(it.env && { env: it.env }),
  });
const closeDrawer = (
  as: Someone,
  id: string,
  count: ByMethod,
  it: { key?: string; note?: string; env?: typeof env } = {},
) =>
  ask(`/drawers/${id}/close`, {
    as,
    key: it.key ?? newKey(),
    json: { counted: count, note: it.note ?? null },
    ...(it.env && { env: it.env }),
  });
const opened = async (as: Someone, float = 10_000) => {
  const id = uuidv7();
  expect((await openDrawer(as, { id, float })).status).toBe(200);
  return id;
};
const mine = async (as: Someone) => (await ask('/drawers/mine', { as })).json<OwnDrawer>();
const listed = async (as: Someone, date = '') =>
  (await (await ask(`/drawers${date && `?date=${date}`}`, { as })).json<DrawerList>()).drawers;
const drawerIn = async (answer: Response) => (await answer.json<DrawerChange>()).drawer;
const today = () => businessDate({ zone: env.WORKPLACE_ZONE, dayStart: '04:00' }, Date.now());
const refusalIn = async (answer: Response) => {
  const { code, current, issues } = await answer.json<Problem>();
  return {
    status: answer.status,
    code,
    ...(current !== undefined && { current }),
    ...(issues && { issues }),
  };
};

let ana: Someone;
let ben: Someone;
let admin: Someone;
beforeEach(async () => {
  ana = await someone({ roles: ['cashier'], name: 'Ana Weber' });
  ben = await someone({ roles: ['cashier'], name: 'Ben Okafor' });
  admin = await someone({ roles: ['admin'] });
});

describe('a drawer', () => {
  it('is opened with a float, and belongs to the person', async () => {
    expect(await mine(ana)).toMatchObject({ drawer: null, places: [{ id: COUNTER, name: 'Counter' }] });
    const id = uuidv7();
    const own = await listening(ana, `user.${ana.id}`);
    const tills = await listening(ben, 'tills');
    const before = tills.events.length;
    const { drawer, receipt } = await (await openDrawer(ana, { id, float: 15_000 })).json<DrawerChange>();
    expect(drawer).toMatchObject({
      id,
      float: 15_000,
      closedAt: null,
      counted: null,
      expected: counted(15_000),
      person: { id: ana.id, name: 'Ana Weber' },
      place: { id: COUNTER, name: 'Counter' },
    });
    const { at, drawer: shown } = await mine(ana);
    expect(shown).toEqual(drawer);
    expect((await mine(ben)).drawer).toBeNull();
    await own.until(() => own.events.length > 0);
    await tills.until(() => tills.events.length > before);
    expect(own.events.at(-1)).toMatchObject({ type: 'drawer.updated', entry: receipt.entry, data: drawer });
    expect(own.events.at(-1)?.seq).toBe(at.heads[`user.${ana.id}`]);
    expect(tills.events.at(-1)).toMatchObject({ seq: at.heads['tills'], type: 'drawer.updated' });
    const { number, date, person, place, openedAt, closedAt } = drawer;
    expect(tills.events.at(-1)?.data, 'no amounts').toEqual({
      ...{ id, number, date, person, place, openedAt, closedAt },
    });
  });

  it('is the only open one of its person when requests race', async () => {
    const first = await opened(ana);
    const second = await openDrawer(ana);
    expect(await refusalIn(second)).toMatchObject({
      status: 409,
      code: 'drawer_open',
      current: { id: first, person: { id: ana.id } },
    });
    const answers = await Promise.all([1, 2, 3, 4].map(() => openDrawer(ben)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('has a number of its own, one after another, when requests race', async () => {
    const people = await Promise.all([1, 2, 3, 4, 5, 6].map(() => someone({ roles: ['cashier'] })));
    const drawers = await Promise.all(people.map(async (as) => drawerIn(await openDrawer(as))));
    const numbers = drawers.map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect(drawers.map(({ date }) => date)).toEqual(drawers.map(() => today()));
    expect(drawerLabel(147)).toBe('D0147');
  });

  it('is opened once by a double tap, a retry and a second tab', async () => {
    const [id, key] = [uuidv7(), newKey()];
    const answers = await Promise.all([openDrawer(ana, { id, key }), openDrawer(ana, { id, key })]);
    const again = [await openDrawer(ana, { id, key }), await openDrawer(ana, { id })];
    const receipts = await Promise.all(
      [...answers, ...again].map(async (answer) => (await answer.json<DrawerChange>()).receipt.entry),
    );
    expect(new Set(receipts).size).toBe(1);
    expect(await refusalIn(await openDrawer(ana, { id, key, float: 1 }))).toMatchObject({
      code: 'key_reused',
    });
  });

  it('is opened only at a place that takes orders', async () => {
    const closed = uuidv7();
    await env.DB.prepare('INSERT INTO places (id, name, active) VALUES (?1, ?2, 0)')
      .bind(closed, closed)
      .run();
    expect(await refusalIn(await openDrawer(ana, { placeId: closed }))).toEqual({
      status: 409,
      code: 'place_closed',
    });
    expect(await refusalIn(await openDrawer(ana, { placeId: uuidv7() }))).toEqual({
      status: 400,
      code: 'invalid_input',
      issues: [{ path: 'placeId', message: 'is not a place of ours' }],
    });
  });

  it('is refused for invalid input, and nothing is written', async () => {
    const id = await opened(ana);
    const stranger = await someone({ roles: ['releasing'] });
    const before = await everything();
    const wrong: [Response, number, string][] = [
      [await openDrawer(ben, { float: -1 }), 400, 'invalid_input'],
      [await openDrawer(ben, { float: 10.5 }), 400, 'invalid_input'],
      [await openDrawer(ben, { float: 1_000_000_001 }), 400, 'invalid_input'],
      [await openDrawer(ben, { id: 'mine' }), 400, 'invalid_input'],
      [await openDrawer(ben, { id }), 400, 'invalid_input'],
      [await openDrawer(stranger), 403, 'not_allowed'],
      [
        await ask('/drawers', {
          as: ben,
          key: newKey(),
          json: { id: uuidv7(), placeId: COUNTER, float: 0, person: admin.id },
        }),
        400,
        'invalid_input',
      ],
      [await closeDrawer(ana, id, { ...counted(1), card: -1 }), 400, 'invalid_input'],
      [await closeDrawer(ana, id, counted(1), { note: 'x'.repeat(301) }), 400, 'invalid_input'],
      [
        await ask(`/drawers/${id}/close`, {
          as: ana,
          key: newKey(),
          json: { counted: { cash: 1 }, note: null },
        }),
        400,
        'invalid_input',
      ],
      [await closeDrawer(ana, uuidv7(), counted(1)), 404, 'not_found'],
      [await closeDrawer(ben, id, counted(1)), 403, 'not_your_drawer'],
      [await closeDrawer(admin, id, counted(1)), 403, 'not_your_drawer'],
      [await closeDrawer(stranger, id, counted(1)), 403, 'not_allowed'],
    ];
    for (const [answer, status, code] of wrong)
      expect(await refusalIn(answer)).toMatchObject({ status, code });
    expect(await everything()).toEqual(before);
  });
});

describe('the expected amounts of a drawer', () => {
  it('are its float and its own payments less refunds, by method', async () => {
    const [id, other] = [await opened(ana, 5_000), await opened(ben, 7_000)];
    await pay(ana, id, await sold(1_200), 'cash');
    await pay(ana, id, await sold(800), 'card');
    await pay(ana, id, await sold(2_500), 'transfer');
    const back = await sold(300);
    await pay(ana, id, back, 'card');
    await refund(ana, id, back, 'cash');
    await pay(ben, other, await sold(999), 'cash');
    expect((await mine(ana)).drawer?.expected).toEqual({ cash: 5_900, card: 1_100, transfer: 2_500 });
    expect((await mine(ben)).drawer?.expected).toEqual(counted(7_999));
  });

  it('are stored at the closing with the count and a note, and published', async () => {
    const id = await opened(ana, 5_000);
    await pay(ana, id, await sold(1_250), 'cash');
    const own = await listening(ana, `user.${ana.id}`);
    const before = own.events.length;
    const drawer = await drawerIn(await closeDrawer(ana, id, counted(6_200), { note: 'A coin was missing' }));
    expect(drawer).toMatchObject({
      id,
      expected: counted(6_250),
      counted: counted(6_200),
      note: 'A coin was missing',
    });
    expect(drawer.closedAt).toBeGreaterThanOrEqual(drawer.openedAt);
    await own.until(() => own.events.length > before);
    expect(own.events.at(-1)?.data).toEqual(drawer);
    expect((await mine(ana)).drawer).toBeNull();
    expect(await listed(ana)).toEqual([drawer]);
    const { results } = await env.DB.prepare(
      'SELECT action, before, after FROM journal WHERE subject = ?1 ORDER BY id',
    )
      .bind(`drawer/${id}`)
      .all<{ action: string; before: string | null; after: string }>();
    expect(results.map(({ action }) => action)).toEqual(['drawer.opened', 'drawer.closed']);
    expect(JSON.parse(results[1]?.before ?? '')).toMatchObject({ closedAt: null, expected: counted(6_250) });
    expect(JSON.parse(results[1]?.after ?? '')).toEqual(drawer);
  });

  it('are stored once: a retry gets the first answer, another count is refused', async () => {
    const [id, key] = [await opened(ana), newKey()];
    const first = await (await closeDrawer(ana, id, counted(10_000), { key })).json<DrawerChange>();
    expect(await (await closeDrawer(ana, id, counted(10_000), { key })).json()).toEqual(first);
    expect(await refusalIn(await closeDrawer(ana, id, counted(1)))).toEqual({
      status: 409,
      code: 'drawer_closed',
      current: first.drawer,
    });
    expect(await refusalIn(await openDrawer(ana, { id }))).toMatchObject({ code: 'drawer_closed' });
    expect((await openDrawer(ana)).status, 'the next day begins with a new one').toBe(200);
  });

  it('include a payment during the closing, and a later payment is refused', async () => {
    const id = await opened(ana, 0);
    let amount = 0;
    // The payment commits between the read and the write: the guard must refuse, and the closing must read again.
    const between = interposed(async () => {
      if (amount > 0) return;
      amount = 450;
      await pay(ana, id, await sold(amount), 'cash');
    });
    const drawer = await drawerIn(await closeDrawer(ana, id, counted(450), { env: between }));
    expect(amount).toBe(450);
    expect(drawer.expected).toEqual(counted(450));
    const late = await payThroughRoute(ana, await sold(100));
    expect(await refusalIn(late)).toMatchObject({ code: 'no_drawer' });
    expect(await sumIn(id)).toBe(450);
  });

  it('are the sum of its payments when the closing and payments race', async () => {
    const id = await opened(ana, 0);
    const sales = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((amount) => sold(amount * 100)));
    const [closing] = await Promise.all([
      closeDrawer(ana, id, counted(0)),
      ...sales.map((sale) => payThroughRoute(ana, sale)),
    ]);
    expect((await drawerIn(closing)).expected.cash).toBe(await sumIn(id));
  });
});

describe('a closed drawer', () => {
  it('lists what arrived late beside its expected amounts', async () => {
    const id = await opened(ana, 0);
    await pay(ana, id, await sold(500), 'cash');
    const closed = await drawerIn(await closeDrawer(ana, id, counted(500)));
    const late = await sold(300);
    const payment = await pay(ana, id, late, 'cash');
    await env.DB.prepare('UPDATE payments SET late = 1 WHERE id = ?1').bind(payment).run();
    expect(await listed(ana)).toMatchObject([
      { expected: closed.expected, late: [{ id: payment, amount: 300, label: late.label }] },
    ]);
  });

  it('answers a key from before drawers had numbers, with its number', async () => {
    const [id, key] = [uuidv7(), newKey()];
    const { drawer } = await (await openDrawer(ana, { id, key })).json<DrawerChange>();
    const { number: _number, date: _date, late: _late, ...old } = drawer;
    await env.DB.prepare('UPDATE journal SET after = ?2 WHERE subject = ?1')
      .bind(`drawer/${id}`, JSON.stringify(old))
      .run();
    expect(await drawerIn(await openDrawer(ana, { id, key }))).toEqual(drawer);
  });

  it('never changes: a later refund lies in the drawer of the refunding person, and is shown as an adjustment', async () => {
    const id = await opened(ana, 0);
    const sale = await sold(2_000);
    await pay(ana, id, sale, 'cash');
    const closed = await drawerIn(await closeDrawer(ana, id, counted(2_000)));
    const row = await rowOf(id);
    const bens = await opened(ben, 5_000);
    const payment = await refund(ben, bens, sale, 'cash');
    const [of, own] = [(await listed(ana))[0], await mine(ben)];
    expect(of).toEqual({
      ...closed,
      adjustments: [
        {
          id: payment,
          kind: 'refund',
          method: 'cash',
          amount: 2_000,
          rounding: 0,
          tip: 0,
          received: 2_000,
          change: 0,
          reference: null,
          at: expect.any(Number) as number,
          by: { id: ben.id, name: 'Ben Okafor' },
          drawerId: bens,
          saleId: sale.id,
          label: sale.label,
        },
      ],
    });
    expect(own.drawer).toMatchObject({ expected: counted(3_000), adjustments: [] });
    expect(await rowOf(id)).toEqual(row);
  });
});

describe('the drawers of a date', () => {
  it('are the person’s own, and all for people who read the sales report', async () => {
    const [of, bens] = [await opened(ana), await opened(ben)];
    const ids = async (as: Someone) => (await listed(as)).map(({ id }) => id);
    expect(await ids(ana)).toEqual([of]);
    expect(await ids(admin)).toEqual(expect.arrayContaining([of, bens]));
    expect((await ask('/drawers', { as: await someone() })).status).toBe(403);
    expect((await ask('/drawers?date=2026-02-30', { as: ana })).status).toBe(400);
  });

  it('are those opened on the business day, a night before the day’s start included', async () => {
    const rule = { zone: 'Europe/Berlin', dayStart: '04:00' };
    const openAt = async (as: Someone, at: string) =>
      (await open(scopeOf(as, Date.parse(at), rule.zone, rule), { id: uuidv7(), placeId: COUNTER, float: 0 }))
        .drawer;
    const night = await openAt(ana, '2026-03-29T01:30+01:00');
    const morning = await openAt(ben, '2026-03-29T04:00+02:00');
    expect([night.date, morning.date]).toEqual(['2026-03-28', '2026-03-29']);
    expect((await mine(ana)).drawer?.id).toBe(night.id);
    await closeDrawer(ana, night.id, counted(0));
    const of = async (as: Someone, day?: string) => {
      const noon = scopeOf(as, Date.parse('2026-03-29T12:00+02:00'), rule.zone, rule);
      const { date, drawers } = await drawersOn(noon, day);
      return [date, drawers.map(({ id }) => id)];
    };
    expect(await of(ana, '2026-03-28'), 'also when it was open on two').toEqual(['2026-03-28', [night.id]]);
    expect(await of(ana)).toEqual(['2026-03-29', []]);
    expect(await of(ben)).toEqual(['2026-03-29', [morning.id]]);
  });
});

const payThroughRoute = (as: Someone, { id, total }: Sold) =>
  makeMove(as, { id, version: 1 }, { move: 'pay', parts: [{ method: 'cash', received: total }] });

/** The sum of a drawer's payments. */
async function sumIn(id: string): Promise<number> {
  const sum = await env.DB.prepare(
    `SELECT coalesce(sum(CASE kind WHEN 'payment' THEN amount ELSE -amount END), 0) AS sum FROM payments WHERE drawer_id = ?1`,
  )
    .bind(id)
    .first<number>('sum');
  return sum ?? 0;
}

const rowOf = (id: string) => env.DB.prepare('SELECT * FROM drawers WHERE id = ?1').bind(id).first();

/** The database; it runs `happen` between a request's last read and its write. */
function interposed(happen: () => Promise<void>): typeof env {
  const DB = {
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      await happen();
      return env.DB.batch(statements);
    },
  } as unknown as D1Database;
  return { ...env, DB };
}
