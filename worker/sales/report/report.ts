/** The sales report of a date: payments less refunds, summed by the database. A refund counts on its own date. */
import { addDays, dateIn } from '../../contract/zones';
import { PaymentMethod, type SalesReport } from '../../contract/sales/payments/payments';
import { ask, row, rows, together } from '../../db/queries';
import { SIGNED } from '../drawers/rows';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { staffWith } from '../listed';
import { type Hour, hoursOf, sameTimeOn } from './hours';

/** SQL: the money that moved from ?1 on and before ?2. */
const MOVED = 'FROM payments AS p WHERE p.at >= ?1 AND p.at < ?2';

const BY_METHOD = `SELECT p.method, sum(${SIGNED}) AS amount, count(*) FILTER (WHERE p.kind = 'payment') AS paid,
  count(*) FILTER (WHERE p.kind = 'refund') AS refunded ${MOVED} GROUP BY p.method`;

/** SQL: lines as they were sold. A registration is one line, its package, because its products have no prices. */
const BY_PRODUCT = `WITH moved AS (SELECT p.sale_id, CASE p.kind WHEN 'payment' THEN 1 ELSE -1 END AS sign ${MOVED}),
  line AS (
    SELECT l.product_id, l.name, sign * l.quantity AS quantity, sign * l.quantity * l.price AS amount
    FROM moved CROSS JOIN sales AS s ON s.id = moved.sale_id AND s.kind = 'order' CROSS JOIN sale_lines AS l ON l.sale_id = s.id
    UNION ALL
    SELECT NULL, r.package_name, sign, sign * CASE s.tax_included WHEN 1 THEN s.total ELSE s.subtotal END
    FROM moved CROSS JOIN sales AS s ON s.id = moved.sale_id AND s.kind = 'registration' CROSS JOIN registrants AS r ON r.sale_id = s.id
  )
  SELECT product_id AS productId, name, sum(quantity) AS quantity, sum(amount) AS amount FROM line
  GROUP BY product_id, name HAVING sum(quantity) <> 0 OR sum(amount) <> 0
  ORDER BY sum(amount) DESC, name, product_id`;

/** SQL: sums for a JSON list of hours, with one index search each. */
const BY_HOUR = `SELECT of.value ->> 'date' AS date, of.value ->> 'hour' AS hour, sum(${SIGNED}) AS amount
  FROM json_each(?1) AS of CROSS JOIN payments AS p ON p.at >= of.value ->> 'since' AND p.at < of.value ->> 'until' GROUP BY 1, 2`;

const UNTIL = `SELECT coalesce(sum(${SIGNED}), 0) AS amount ${MOVED}`;

/**
 * @param requested a date in the workplace's zone; today if not given
 * @throws Refusal `invalid_input` for a future date
 */
export async function salesReport(scope: Scope, requested?: string): Promise<SalesReport> {
  const { d1, me } = scope;
  const now = scope.now();
  const { zone, currency } = me.settings;
  const today = dateIn(zone, now);
  const date = requested ?? today;
  if (date > today) throw notYet();
  const before = addDays(date, -7);
  const [hours, earlier] = [hoursOf(zone, date), hoursOf(zone, before)];
  const [since, until] = boundsOf(hours);
  const [sinceThen, untilThen] = boundsOf(earlier);
  const sameTime = date === today ? Math.min(sameTimeOn(zone, before, now), untilThen) : untilThen;
  const dated = [...hours.map((it) => ({ ...it, date })), ...earlier.map((it) => ({ ...it, date: before }))];
  const { at, moved, byProduct, byHour, soFar, staff } = await ask(
    d1,
    together({
      at: headsIn(d1, 'tills'),
      moved: rows<Moved>(d1, BY_METHOD, [since, until]),
      byProduct: rows<SalesReport['byProduct'][number]>(d1, BY_PRODUCT, [since, until]),
      byHour: rows<AtHour>(d1, BY_HOUR, [JSON.stringify(dated)]),
      soFar: row<{ amount: number }>(d1, UNTIL, [sinceThen, sameTime]),
      staff: staffWith(d1, 'orders.see'),
    }),
  );
  const lastWeek = byHourOf(byHour, before);
  return {
    at,
    now,
    date,
    zone,
    currency,
    revenue: sumOf(moved.map(({ amount }) => amount)),
    paid: sumOf(moved.map(({ paid }) => paid)),
    refunded: sumOf(moved.map(({ refunded }) => refunded)),
    byMethod: PaymentMethod.options.map((method) => {
      const { amount, paid } = moved.find((row) => row.method === method) ?? { amount: 0, paid: 0 };
      return { method, amount, count: paid };
    }),
    byProduct,
    byHour: byHourOf(byHour, date),
    lastWeek: {
      date: before,
      revenue: sumOf(lastWeek),
      untilNow: soFar?.amount ?? 0,
      byHour: lastWeek,
    },
    staff,
  };
}

interface Moved {
  method: string;
  amount: number;
  paid: number;
  refunded: number;
}
interface AtHour {
  date: string;
  hour: number;
  amount: number;
}

const boundsOf = (hours: readonly Hour[]): [since: number, until: number] => [
  hours.at(0)?.since ?? 0,
  hours.at(-1)?.until ?? 0,
];

const byHourOf = (rows: readonly AtHour[], date: string): number[] =>
  Array.from(
    { length: 24 },
    (_, hour) => rows.find((row) => row.date === date && row.hour === hour)?.amount ?? 0,
  );

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

function notYet(): Refusal {
  const message = 'must not lie in the future';
  return new Refusal('invalid_input', { issues: [{ path: 'date', message }], detail: `date ${message}.` });
}
