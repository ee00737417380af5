/** The sales report of a business day: payments less refunds of its drawers, summed by the database. */
import { businessDate, businessHours, type DayRule, hourAt } from '../../contract/business-day';
import { sum } from '../../contract/money';
import { addDays, dateIn, instantOf, wallAt } from '../../contract/zones';
import { PaymentMethod } from '../../contract/sales/payments/payments';
import type { SalesReport } from '../../contract/sales/report/report';
import { ask, map, row, rows, together } from '../../db/queries';
import { SIGNED } from '../drawers/rows';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { staffWith } from '../listed';

const MINUTE = 60_000;

/** SQL: the money that moved on the business day ?1. */
const MOVED = 'FROM drawers AS d CROSS JOIN payments AS p ON p.drawer_id = d.id WHERE d.date = ?1';

const BY_METHOD = `SELECT p.method, sum(${SIGNED}) AS amount, count(*) FILTER (WHERE p.kind = 'payment') AS count ${MOVED} GROUP BY p.method`;

const COUNTED = `SELECT count(DISTINCT iif(p.kind = 'payment', p.sale_id, NULL)) AS paid, count(DISTINCT p.refund_id) AS refunded ${MOVED}`;

/** SQL: lines as they were sold and brought back. A registration is one line, its package, because its products have no prices. */
const BY_PRODUCT = `WITH sold AS (SELECT DISTINCT p.sale_id ${MOVED} AND p.kind = 'payment'),
  returned AS (SELECT DISTINCT p.sale_id, p.refund_id ${MOVED} AND p.kind = 'refund'),
  line AS (
    SELECT l.product_id, l.name, l.quantity, l.quantity * l.price - l.discount - l.share AS amount
    FROM sold CROSS JOIN sales AS s ON s.id = sold.sale_id AND s.kind = 'order' CROSS JOIN sale_lines AS l ON l.sale_id = s.id
    UNION ALL
    SELECT l.product_id, l.name, -r.quantity, -r.amount
    FROM returned CROSS JOIN sales AS s ON s.id = returned.sale_id AND s.kind = 'order'
      CROSS JOIN refund_lines AS r ON r.refund_id = returned.refund_id
      CROSS JOIN sale_lines AS l ON l.sale_id = s.id AND l.position = r.position
    UNION ALL
    SELECT NULL, r.package_name, sign, sign * CASE s.tax_included WHEN 1 THEN s.total ELSE s.subtotal END
    FROM (SELECT sale_id, 1 AS sign FROM sold UNION ALL SELECT sale_id, -1 FROM returned) AS moved
      CROSS JOIN sales AS s ON s.id = moved.sale_id AND s.kind = 'registration' CROSS JOIN registrants AS r ON r.sale_id = s.id
  )
  SELECT product_id AS productId, name, sum(quantity) AS quantity, sum(amount) AS amount FROM line
  GROUP BY product_id, name HAVING sum(quantity) <> 0 OR sum(amount) <> 0
  ORDER BY sum(amount) DESC, name, product_id`;

/** SQL: by minute, because the hours of a day begin at whole minutes. */
const BY_MINUTE = `SELECT p.at / ${MINUTE} AS minute, sum(${SIGNED}) AS amount ${MOVED} GROUP BY 1`;

const UNTIL = `SELECT coalesce(sum(${SIGNED}), 0) AS amount ${MOVED} AND p.at < ?2`;

/**
 * @param requested a business day; today's if not given
 * @throws Refusal `invalid_input` for a future date
 */
export async function salesReport(scope: Scope, requested?: string): Promise<SalesReport> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone, dayStart, currency } = me.settings;
  const today = businessDate(me.settings, now);
  const date = requested ?? today;
  if (date > today) throw notYet();
  const before = addDays(date, -7);
  const sameTime = date === today ? sameTimeBefore(zone, 7, now) : Number.MAX_SAFE_INTEGER;
  const { at, drawers, moved, counted, byProduct, byHour, earlier, soFar, staff } = await ask(
    d1,
    together({
      at: headsIn(d1, 'tills'),
      drawers: rows<{ id: string }>(d1, 'SELECT id FROM drawers WHERE date = ?1 ORDER BY opened_at, id', [
        date,
      ]),
      moved: rows<{ method: string; amount: number; count: number }>(d1, BY_METHOD, [date]),
      counted: row<{ paid: number; refunded: number }>(d1, COUNTED, [date]),
      byProduct: rows<SalesReport['byProduct'][number]>(d1, BY_PRODUCT, [date]),
      byHour: byHourOf(d1, me.settings, date),
      earlier: byHourOf(d1, me.settings, before),
      soFar: row<{ amount: number }>(d1, UNTIL, [before, sameTime]),
      staff: staffWith(d1, 'orders.see'),
    }),
  );
  return {
    at,
    now,
    date,
    zone,
    dayStart,
    currency,
    drawers: drawers.map(({ id }) => id),
    revenue: sum(byHour),
    paid: counted?.paid ?? 0,
    refunded: counted?.refunded ?? 0,
    byMethod: PaymentMethod.options.map((method) => {
      const { amount, count } = moved.find((it) => it.method === method) ?? { amount: 0, count: 0 };
      return { method, amount, count };
    }),
    byProduct,
    byHour,
    lastWeek: { date: before, revenue: sum(earlier), untilNow: soFar?.amount ?? 0, byHour: earlier },
    staff,
  };
}

/** The sums of a business day's 24 hours. */
const byHourOf = (d1: D1Database, rule: DayRule, date: string) =>
  map(rows<{ minute: number; amount: number }>(d1, BY_MINUTE, [date]), (minutes) => {
    const hours = businessHours(rule, date);
    const sums = hours.map(() => 0);
    for (const { minute, amount } of minutes) {
      const hour = hourAt(hours, minute * MINUTE);
      sums[hour] = (sums[hour] ?? 0) + amount;
    }
    return sums;
  });

/** The instant of the present local time so many days before. */
export function sameTimeBefore(zone: string, days: number, now: number): number {
  const [, time = ''] = wallAt(zone, now).split('T');
  return instantOf(zone, addDays(dateIn(zone, now), -days), time);
}

function notYet(): Refusal {
  const message = 'must not lie in the future';
  return new Refusal('invalid_input', { issues: [{ path: 'date', message }], detail: `date ${message}.` });
}
