import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { businessDate, businessDay, businessHours } from '../../../../worker/contract/business-day';
import { addDays } from '../../../../worker/contract/zones';
import type { PaymentMethod } from '../../../../worker/contract/sales/payments/payments';
import type { SalesReport } from '../../../../worker/contract/sales/report/report';
import { salesReport, sameTimeBefore } from '../../../../worker/sales/report/report';
import { COUNTER } from '../shop';
import { pay, refund, type Sold, sold, type SoldLine } from '../till';
import { ask, scopeOf, type Someone, someone } from '../../workplace';

const ZONE = 'Europe/Berlin';
const rule = { zone: ZONE, dayStart: '04:00' };
const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);

let ana: Someone;
beforeAll(async () => {
  ana = await someone({ roles: ['admin', 'cashier'] });
});

/** A closed drawer of that business day. */
async function drawerOf(date: string): Promise<string> {
  const id = uuidv7();
  await env.DB.prepare(
    `INSERT INTO drawers (id, date, person_id, place_id, opened_at, float, closed_at, expected, counted)
     VALUES (?1, ?2, ?3, ?4, 0, 0, 1, '{"cash":0,"card":0,"transfer":0}', '{"cash":0,"card":0,"transfer":0}')`,
  )
    .bind(id, date, ana.id, COUNTER)
    .run();
  return id;
}
const drawers = new Map<string, Promise<string>>();
/** The drawer of the day to which a moment belongs. */
function drawerAt(at: number): Promise<string> {
  const date = businessDate(rule, at);
  const drawer = drawers.get(date) ?? drawerOf(date);
  drawers.set(date, drawer);
  return drawer;
}

/** The report of a date, requested at a given time. */
const report = (now: string | number, date?: string): Promise<SalesReport> =>
  salesReport(scopeOf(ana, typeof now === 'string' ? at(now) : now, ZONE, rule), date);
const take = async (amount: number, iso: string, method: PaymentMethod = 'cash', lines?: SoldLine[]) => {
  const sale = await sold(amount, lines);
  await pay(ana, await drawerAt(at(iso)), sale, method, at(iso));
  return sale;
};
const giveBack = async (sale: Sold, iso: string, method: PaymentMethod = 'cash') =>
  refund(ana, await drawerAt(at(iso)), sale, method, at(iso));

const tea = uuidv7();
const soup = uuidv7();
beforeEach(async () => {
  for (const [id, name] of [
    [tea, 'Mint tea'],
    [soup, 'Fish soup'],
  ])
    await env.DB.prepare(
      `INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?1, ?2, 1, 1, 0, 0)
       ON CONFLICT DO NOTHING`,
    )
      .bind(id, name)
      .run();
});
const line = (productId: string, name: string, quantity: number, price: number): SoldLine => ({
  productId,
  name,
  quantity,
  price,
});

describe('the sales report', () => {
  it('sums payments less refunds, by method, product and hour', async () => {
    const lunch = [line(soup, 'Fish soup', 2, 750), line(tea, 'Mint tea', 1, 300)];
    await take(1_800, '2026-03-10T12:10+01:00', 'card', lunch);
    const twice = await take(600, '2026-03-10T12:59:59.999+01:00', 'cash', [line(tea, 'Mint tea', 2, 300)]);
    await take(300, '2026-03-10T15:00+01:00', 'cash', [line(tea, 'Mint tea', 1, 300)]);
    await giveBack(twice, '2026-03-10T16:30+01:00', 'card');
    const day = await report('2026-03-11T09:00+01:00', '2026-03-10');
    expect(day).toMatchObject({
      ...{ date: '2026-03-10', zone: ZONE, currency: 'EUR', revenue: 2_100, paid: 3, refunded: 1 },
      byMethod: [
        { method: 'cash', amount: 900, count: 2 },
        { method: 'card', amount: 1_200, count: 1 },
        { method: 'transfer', amount: 0, count: 0 },
      ],
      byProduct: [
        { productId: soup, name: 'Fish soup', quantity: 2, amount: 1_500 },
        { productId: tea, name: 'Mint tea', quantity: 2, amount: 600 },
      ],
    });
    expect(day.byHour.flatMap((amount, hour) => (amount === 0 ? [] : [[hour, amount]]))).toEqual([
      [8, 2_400],
      [11, 300],
      [12, -600],
    ]);
  });

  it('counts a refund on its own date', async () => {
    const sale = await take(500, '2026-03-12T18:00+01:00', 'cash', [line(tea, 'Mint tea', 1, 500)]);
    await giveBack(sale, '2026-03-13T09:00+01:00');
    expect(await report('2026-03-14T00:00+01:00', '2026-03-12')).toMatchObject({
      revenue: 500,
      paid: 1,
      refunded: 0,
    });
    expect(await report('2026-03-14T00:00+01:00', '2026-03-13')).toMatchObject({
      revenue: -500,
      paid: 0,
      refunded: 1,
      byProduct: [{ productId: tea, quantity: -1, amount: -500 }],
    });
  });

  it('shows a registration as its package', async () => {
    const id = uuidv7();
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO sales (id, kind, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency, created_at,
           created_by, changed_at) VALUES (?1, 'registration', '2026-03-16', 1, 'paid', 1, 10000, 1900, 11900, 1900, 0, 'EUR', 0, ?2, 0)`,
      ).bind(id, ana.id),
      env.DB.prepare(
        `INSERT INTO packages (id, name, price, updated_at) VALUES (?1, 'First-aid kit and course', 10000, 0)`,
      ).bind(id),
      env.DB.prepare(
        `INSERT INTO registrants (sale_id, member, name, mobile, email, package_id, package_name)
         VALUES (?1, 1, 'Jonas Brandt', '+4917012345', 'jonas@example.org', ?1, 'First-aid kit and course')`,
      ).bind(id),
    ]);
    const paidAt = at('2026-03-16T10:00+01:00');
    await pay(ana, await drawerAt(paidAt), { id, label: '', total: 11_900 }, 'transfer', paidAt);
    expect(await report('2026-03-16T12:00+01:00')).toMatchObject({
      revenue: 11_900,
      byProduct: [{ productId: null, name: 'First-aid kit and course', quantity: 1, amount: 10_000 }],
    });
  });

  it('compares with the same weekday a week before, in all and until the present time', async () => {
    await take(100, '2026-04-06T09:00+02:00');
    await take(200, '2026-04-06T10:29:59+02:00');
    await take(400, '2026-04-06T10:30+02:00');
    await take(800, '2026-04-07T04:00+02:00');
    await take(50, '2026-04-13T08:00+02:00');
    const day = await report('2026-04-13T10:30+02:00');
    expect(day).toMatchObject({
      revenue: 50,
      lastWeek: { date: '2026-04-06', revenue: 700, untilNow: 300 },
    });
    expect(day.lastWeek.byHour[6]).toBe(600);
    const later = await report('2026-04-15T08:00+02:00', '2026-04-13');
    expect(later.lastWeek, 'a date that is over is compared with a whole one').toMatchObject({
      untilNow: 700,
    });
  });

  it('is for admins, and refuses a future date', async () => {
    expect(
      (await ask('/sales/report', { as: await someone({ roles: ['cashier', 'supervisor'] }) })).status,
    ).toBe(403);
    const tomorrow = addDays(businessDate({ ...rule, zone: env.WORKPLACE_ZONE }, Date.now()), 1);
    expect((await ask(`/sales/report?date=${tomorrow}`, { as: ana })).status).toBe(400);
    expect((await ask('/sales/report?date=today', { as: ana })).status).toBe(400);
    expect((await ask('/sales/report', { as: ana })).status).toBe(200);
  });
});

describe('the business day', () => {
  it('holds all payments of the drawers that were opened on it', async () => {
    const drawer = await drawerOf('2026-05-05');
    for (const [amount, iso] of [
      [1, '2026-05-05T23:50+02:00'],
      [2, '2026-05-06T00:10+02:00'],
      [4, '2026-05-06T05:00+02:00'],
    ] as const)
      await pay(ana, drawer, await sold(amount), 'cash', at(iso));
    const day = await report('2026-05-06T06:00+02:00', '2026-05-05');
    expect(day).toMatchObject({ revenue: 7, drawers: [drawer], dayStart: '04:00' });
    expect(day.byHour.slice(18), 'the last hour holds what came after the day').toEqual([
      ...[0, 1, 2, 0, 0, 4],
    ]);
    expect(await report('2026-05-06T06:00+02:00')).toMatchObject({ date: '2026-05-06', revenue: 0 });
    expect(await report('2026-05-06T03:59+02:00'), 'until its end').toMatchObject({ date: '2026-05-05' });
  });

  it('is compared with the night a week before by local time', async () => {
    await take(1, '2026-05-20T00:10+02:00');
    await take(2, '2026-05-20T00:20+02:00');
    expect(await report('2026-05-27T00:15+02:00')).toMatchObject({
      date: '2026-05-26',
      lastWeek: { date: '2026-05-19', revenue: 3, untilNow: 1 },
    });
  });

  it.each([
    ['goes forward', '2026-03-28', '2026-03-29T01:59+01:00', '2026-03-29T03:00+02:00', 23],
    ['goes back', '2026-10-24', '2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00', 25],
  ])('holds both sides of the night in which the clock %s', async (_what, date, before, after, hours) => {
    const { from, to } = businessDay(rule, date);
    expect((to - from) / HOUR).toBe(hours);
    await take(1, before);
    await take(2, after);
    await take(4, new Date(to - 1).toISOString());
    await take(8, new Date(to).toISOString());
    expect(await report('2026-12-01T00:00Z', date)).toMatchObject({ revenue: 7 });
    expect(await report('2026-12-01T00:00Z', addDays(date, 1))).toMatchObject({ revenue: 8 });
  });

  it('has empty skipped hours and long repeated ones', async () => {
    const lengthsOf = (date: string) => {
      const starts = [...businessHours(rule, date), businessDay(rule, date).to];
      return starts.slice(1).map((until, hour) => (until - (starts[hour] ?? 0)) / HOUR);
    };
    const ordinary = Array.from({ length: 24 }, () => 1);
    expect(lengthsOf('2026-06-10')).toEqual(ordinary);
    expect(lengthsOf('2026-03-28')).toEqual(ordinary.with(22, 0));
    expect(lengthsOf('2026-10-24')).toEqual(ordinary.with(22, 2));
    await take(1, '2026-10-25T02:45+02:00');
    await take(2, '2026-10-25T02:45+01:00');
    await take(4, '2026-10-25T03:00+01:00');
    expect((await report('2026-12-01T00:00Z', '2026-10-24')).byHour.slice(22)).toEqual([6, 8]);
  });

  it('maps a time to the same local time a week before when the clocks change', () => {
    expect(sameTimeBefore(ZONE, 7, at('2026-03-29T12:00+02:00'))).toBe(at('2026-03-22T12:00+01:00'));
    expect(sameTimeBefore(ZONE, 7, at('2026-04-05T02:30+02:00'))).toBe(at('2026-03-29T03:30+02:00'));
  });
});

describe('the sums', () => {
  it('of lines, methods, hours and products are equal for random sales and refunds', async () => {
    const method = fc.constantFrom<PaymentMethod>('cash', 'card', 'transfer');
    const hour = fc.integer({ min: 0, max: 23 });
    const goods = fc.uniqueArray(
      fc.record({
        productId: fc.constantFrom(tea, soup),
        quantity: fc.integer({ min: 1, max: 20 }),
        price: fc.integer({ min: 0, max: 5_000 }),
      }),
      { minLength: 1, selector: ({ productId }) => productId },
    );
    const anything = fc.array(
      fc.record({ method, hour, goods, back: fc.option(fc.record({ method, hour })) }),
      { minLength: 1, maxLength: 6 },
    );
    let date = '2024-01-01';
    await fc.assert(
      fc.asyncProperty(anything, async (sales) => {
        date = addDays(date, 1);
        const start = businessDay(rule, date).from + 1;
        const drawer = await drawerOf(date);
        for (const { goods, method, hour, back } of sales) {
          const lines = goods.map((it) => ({ ...it, name: it.productId === tea ? 'Mint tea' : 'Fish soup' }));
          const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
          const sale = await sold(total, lines);
          await pay(ana, drawer, sale, method, start + hour * HOUR);
          if (back) await refund(ana, drawer, sale, back.method, start + back.hour * HOUR);
        }
        const kept = sales.filter(({ back }) => back === null);
        const expected = kept
          .flatMap(({ goods }) => goods)
          .reduce((sum, { price, quantity }) => sum + price * quantity, 0);
        const day = await report(at('2026-12-01T00:00Z'), date);
        const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0);
        expect(day.revenue).toBe(expected);
        expect(sum(day.byHour)).toBe(expected);
        expect(sum(day.byMethod.map(({ amount }) => amount))).toBe(expected);
        expect(sum(day.byProduct.map(({ amount }) => amount))).toBe(expected);
        expect([day.paid, day.refunded]).toEqual([sales.length, sales.length - kept.length]);
        for (const { productId, quantity } of day.byProduct)
          expect(quantity).toBe(
            sum(
              kept.flatMap(({ goods }) =>
                goods.filter((it) => it.productId === productId).map((it) => it.quantity),
              ),
            ),
          );
      }),
      { numRuns: 15 },
    );
  });

  it('use the indexes of days and drawers, and scan no whole table', async () => {
    const plans: string[] = [];
    const d1 = {
      prepare: (sql: string) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`),
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await env.DB.batch<{ detail: string }>(statements);
        plans.push(...results.flatMap(({ results: rows }) => rows.map(({ detail }) => detail)));
        throw new Error('this database only explains');
      },
    };
    const scope = Object.assign(scopeOf(ana, at('2026-04-15T08:00+02:00'), ZONE), { d1 });
    await expect(salesReport(scope)).rejects.toThrow('only explains');
    expect(
      plans.filter((step) => /\bSEARCH p USING INDEX payments_of_a_drawer/.test(step)).length,
    ).toBeGreaterThan(3);
    expect(
      plans.filter((step) => /^SCAN (d|p|s|l|r|drawers|payments|sales|sale_lines|registrants)\b/.test(step)),
    ).toEqual([]);
  });
});
