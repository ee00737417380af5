/** What a report of a drawer or of a business day says, summed by the database from payments, sales and refunds. */
import { type Drawer, drawerLabel, varianceOf } from '../../contract/sales/drawers/drawers';
import { type PaymentMethod, PaymentMethod as Methods } from '../../contract/sales/payments/payments';
import { receiptLabel, sellerOf } from '../../contract/sales/receipts/receipts';
import type { DayReport } from '../../contract/sales/report/day-reports';
import { map, type Query, query, row, rows, together, type Found } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Asker } from '../../session';

/** SQL: which drawers `d`, by ?1. */
export const ONE_DRAWER = 'd.id = ?1';
export const DRAWERS_OF_A_DAY = 'd.date = ?1';

const moved = (which: string) =>
  `FROM drawers AS d CROSS JOIN payments AS p ON p.drawer_id = d.id WHERE ${which} AND NOT p.late`;
const sold = (which: string) => `sold AS (SELECT DISTINCT p.sale_id ${moved(which)} AND p.kind = 'payment')`;
const returned = (which: string) =>
  `returned AS (SELECT DISTINCT p.refund_id ${moved(which)} AND p.kind = 'refund')`;
const summed = (of: string, where: string) => `coalesce(sum(${of}) FILTER (WHERE ${where}), 0)`;

/** @param which `ONE_DRAWER` or `DRAWERS_OF_A_DAY` @param value the drawer's id or the date */
export const figuresOf = (d1: D1Database, which: string, value: string) =>
  together({
    methods: rows<DayReport['methods'][number]>(
      d1,
      `SELECT p.method, ${summed('p.amount', `p.kind = 'payment'`)} AS payments, ${summed('p.amount', `p.kind = 'refund'`)} AS refunds,
       sum(p.tip) AS tips, sum(iif(p.kind = 'payment', p.rounding, -p.rounding)) AS rounding ${moved(which)} GROUP BY p.method`,
      [value],
    ),
    sold: row<{ sales: number; total: number; discounts: number }>(
      d1,
      `WITH ${sold(which)} SELECT count(*) AS sales, coalesce(sum(s.total), 0) AS total,
         coalesce(sum((SELECT sum(discount + share) FROM sale_lines WHERE sale_id = s.id)), 0) AS discounts
       FROM sold CROSS JOIN sales AS s ON s.id = sold.sale_id`,
      [value],
    ),
    back: row<{ refunds: number; returned: number }>(
      d1,
      `WITH ${returned(which)} SELECT count(*) AS refunds, coalesce(sum(b.amount), 0) AS returned
       FROM returned CROSS JOIN refunds AS b ON b.id = returned.refund_id`,
      [value],
    ),
    taxes: rows<DayReport['taxes'][number]>(
      d1,
      `WITH ${sold(which)}, ${returned(which)}, part AS (
         SELECT 1 AS sign, its.value FROM sold CROSS JOIN sales AS s ON s.id = sold.sale_id CROSS JOIN json_each(s.taxes) AS its
         UNION ALL
         SELECT -1, its.value FROM returned CROSS JOIN refunds AS b ON b.id = returned.refund_id CROSS JOIN json_each(b.taxes) AS its
       ) SELECT value ->> 'rate' AS rate, sum(sign * (value ->> 'net')) AS net, sum(sign * (value ->> 'tax')) AS tax
       FROM part GROUP BY 1 ORDER BY 1 DESC`,
      [value],
    ),
    receipts: rows<{ drawer: number | null; letter: string; first: number; last: number; count: number }>(
      d1,
      `SELECT d.number AS drawer, r.letter, min(r.number) AS first, max(r.number) AS last, count(*) AS count
       FROM drawers AS d CROSS JOIN receipts AS r ON r.drawer_id = d.id WHERE ${which} GROUP BY d.id, r.letter ORDER BY r.letter`,
      [value],
    ),
    next: map(
      row<{ number: number }>(d1, 'SELECT coalesce(max(number), 0) + 1 AS number FROM day_reports'),
      (found) => found?.number ?? 1,
    ),
    /** For the guards: what may come between the reading and the write. */
    rows: map(
      row<{ count: number }>(d1, `SELECT ${countOf(which, '?1')} AS count`, [value]),
      (found) => found?.count ?? 0,
    ),
  });

/** SQL: the number of drawers, payments and receipts, which only grows. @param value SQL */
export const countOf = (which: string, value: string): string => {
  const those = `FROM drawers AS d`;
  const where = which.replace('?1', value);
  return `((SELECT count(*) ${those} WHERE ${where})
    + (SELECT count(*) ${those} CROSS JOIN payments AS p ON p.drawer_id = d.id WHERE ${where})
    + (SELECT count(*) ${those} CROSS JOIN receipts AS r ON r.drawer_id = d.id WHERE ${where}))`;
};

export type Figures = Found<ReturnType<typeof figuresOf>>;

/** @param drawers closed ones, with their counts @param of the drawer's number; null for the whole day */
export function reportOf(
  { methods, sold: paid, back, taxes, receipts, next }: Figures,
  { date, of, drawers }: { date: string; of: number | null; drawers: readonly Drawer[] },
  { id, name, settings }: Asker,
  at: number,
): DayReport {
  const nothing = { payments: 0, refunds: 0, tips: 0, rounding: 0 };
  const all = Methods.options.map(
    (method: PaymentMethod) => methods.find((it) => it.method === method) ?? { method, ...nothing },
  );
  const sumOf = (key: 'tips' | 'rounding') => all.reduce((sum, it) => sum + it[key], 0);
  return {
    number: next,
    date,
    drawer: of,
    at,
    by: { id, name },
    zone: settings.zone,
    currency: settings.currency,
    seller: sellerOf(settings),
    sales: paid?.sales ?? 0,
    total: paid?.total ?? 0,
    refunds: back?.refunds ?? 0,
    returned: back?.returned ?? 0,
    discounts: paid?.discounts ?? 0,
    rounding: sumOf('rounding'),
    tips: sumOf('tips'),
    methods: all,
    taxes,
    drawers: drawers.map((drawer) => reported(drawer, receipts)),
    late: drawers.flatMap(({ number, late }) => late.map((it) => ({ ...it, drawer: number }))),
  };
}

function reported(drawer: Drawer, receipts: Figures['receipts']): DayReport['drawers'][number] {
  const { number, person, place, openedAt, closedAt, float, expected, counted, note } = drawer;
  const variance = varianceOf(drawer);
  if (closedAt === null || !counted || !variance)
    throw new Refusal('drawers_open', { detail: openWords(drawer) });
  return {
    ...{ number, person, place, openedAt, closedAt, float, expected, counted, variance, note },
    receipts: receipts
      .filter((it) => (it.drawer ?? 0) === number)
      .map(({ letter, first, last, count }) => ({
        from: receiptLabel(number, letter, first),
        to: receiptLabel(number, letter, last),
        count,
      })),
  };
}

/** "D0147 of Ana Weber is open." */
const openWords = ({ number, person }: Drawer): string => `${drawerLabel(number)} of ${person.name} is open.`;

/** Inserts a report, which nothing changes afterwards. The keys refuse a number, a drawer or a day twice. */
export const reportRow = (
  report: DayReport,
  drawerId: string | null,
  guard = 'true',
  ...values: (string | number)[]
): Query =>
  query(
    `INSERT INTO day_reports (number, date, drawer_id, at, by, content)
     SELECT ?1 ->> 'number', ?1 ->> 'date', ?2, ?1 ->> 'at', ?1 ->> '$.by.id', ?1 WHERE ${guard}`,
    [JSON.stringify(report), drawerId, ...values],
  );
