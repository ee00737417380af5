/** Numbers, receipts and reports, which follow from the demo's drawers and payments. */
import * as v from 'valibot';
import type { DayReport } from '../../../worker/contract/sales/report/day-reports.ts';
import type { Database } from '../../migrate.ts';
import type { Demo } from '../demo.ts';
import { insert } from '../insert.ts';
import { settingsOf } from '../settings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const METHODS = ['cash', 'card', 'transfer'] as const;

const Amounts = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ cash: v.number(), card: v.number(), transfer: v.number() }),
);

const Sums = v.pipe(v.string(), v.parseJson());
const amount = v.number();
const Methods = v.pipe(
  Sums,
  v.array(v.object({ method: v.picklist(METHODS), payments: amount, refunds: amount, tips: amount })),
);
const Taxes = v.pipe(Sums, v.array(v.object({ rate: amount, net: amount, tax: amount })));

/** A closed drawer with its sums. */
type Closed = {
  id: string;
  number: number;
  date: string;
  person: string;
  personName: string;
  place: string;
  placeName: string;
  openedAt: number;
  closedAt: number;
  float: number;
  expected: string;
  counted: string;
  note: string | null;
  sales: number;
  total: number;
  discounts: number;
  refunds: number;
  returned: number;
  /** JSON. */
  methods: string;
  taxes: string;
  receipts: number;
};

type Report = { at: number; date: string; drawerId: string | null; by: DayReport['by']; drawers: Closed[] };

export async function insertReports(db: Database, { calendar, admin }: Demo): Promise<void> {
  const settings = settingsOf(calendar.zone);
  const { results: drawers } = await db
    .prepare('SELECT id, opened_at AS openedAt FROM drawers ORDER BY opened_at, id')
    .all<{ id: string; openedAt: number }>();
  await db.batch([
    ...drawers.map(({ id, openedAt }, index) =>
      db
        .prepare('UPDATE drawers SET number = ?2, date = ?3 WHERE id = ?1')
        .bind(id, index + 1, calendar.businessDate(openedAt)),
    ),
    db.prepare(
      `INSERT INTO receipts (drawer_id, number, sale_id, refund_id, print, at, by, printed_at)
       SELECT drawer_id, row_number() OVER (PARTITION BY drawer_id ORDER BY at, min(id)), sale_id, refund_id, 1, at, by, at
       FROM payments GROUP BY sale_id, refund_id`,
    ),
  ]);
  const { results: closed } = await db.prepare(CLOSED).all<Closed>();
  // Yesterday is left for the person who tries the demo.
  const lastClosed = calendar.businessDate(calendar.now - 2 * DAY);
  const days = [...Map.groupBy(closed, ({ date }) => date)].filter(([date]) => date <= lastClosed);
  const reports: Report[] = [
    ...closed.map((it) => ({
      ...{ at: it.closedAt, date: it.date, drawerId: it.id, drawers: [it] },
      by: { id: it.person, name: it.personName },
    })),
    ...days.map(([date, those]) => ({
      at: Math.max(...those.map(({ closedAt }) => closedAt)) + 5 * MINUTE,
      ...{ date, drawerId: null, drawers: those, by: { id: admin.id, name: admin.name } },
    })),
  ].sort((a, b) => a.at - b.at);
  const rows = reports.map((it, index) => {
    const { at, date, drawerId, by } = it;
    const content = JSON.stringify(contentOf(it, index + 1, settings));
    return { number: index + 1, date, drawerId, at, by: by.id, content };
  });
  await insert(db, 'day_reports', 'number date drawer_id at by content', rows);
}

const SOLD = `sales AS s WHERE s.id IN (SELECT sale_id FROM payments WHERE drawer_id = d.id AND kind = 'payment')`;
const BACK = `refunds AS b WHERE b.id IN (SELECT refund_id FROM payments WHERE drawer_id = d.id AND kind = 'refund')`;
const CLOSED = `SELECT d.id, d.number, d.date, d.person_id AS person, people.name AS personName, d.place_id AS place, places.name AS placeName,
    d.opened_at AS openedAt, d.closed_at AS closedAt, d.float, d.expected, d.counted, d.note,
    (SELECT count(*) FROM receipts WHERE drawer_id = d.id) AS receipts,
    (SELECT count(*) FROM ${SOLD}) AS sales, (SELECT coalesce(sum(total), 0) FROM ${SOLD}) AS total,
    (SELECT coalesce(sum(discount + share), 0) FROM sale_lines WHERE sale_id IN (SELECT s.id FROM ${SOLD})) AS discounts,
    (SELECT count(*) FROM ${BACK}) AS refunds, (SELECT coalesce(sum(amount), 0) FROM ${BACK}) AS returned,
    (SELECT json_group_array(json_object('method', method, 'payments', paid, 'refunds', back, 'tips', tips))
     FROM (SELECT method, sum(iif(kind = 'payment', amount, 0)) AS paid, sum(iif(kind = 'refund', amount, 0)) AS back, sum(tip) AS tips
       FROM payments WHERE drawer_id = d.id GROUP BY method)) AS methods,
    (SELECT json_group_array(json_object('rate', value ->> 'rate', 'net', sign * (value ->> 'net'), 'tax', sign * (value ->> 'tax')))
     FROM (SELECT 1 AS sign, its.value FROM (SELECT s.taxes FROM ${SOLD}) AS sold, json_each(sold.taxes) AS its
       UNION ALL SELECT -1, its.value FROM (SELECT b.taxes FROM ${BACK}) AS back, json_each(back.taxes) AS its)) AS taxes
  FROM drawers AS d JOIN people ON people.id = d.person_id JOIN places ON places.id = d.place_id
  WHERE d.closed_at IS NOT NULL ORDER BY d.opened_at, d.id`;

function contentOf(
  { at, date, drawerId, by, drawers }: Report,
  number: number,
  { zone, currency, organisation, sellerAddress, taxNumber }: ReturnType<typeof settingsOf>,
): DayReport {
  const sum = (of: (it: Closed) => number) => drawers.reduce((all, it) => all + of(it), 0);
  const total = (amounts: readonly number[]) => amounts.reduce((all, it) => all + it, 0);
  const moved = drawers.flatMap(({ methods }) => v.parse(Methods, methods));
  const taxed = drawers.flatMap(({ taxes }) => v.parse(Taxes, taxes));
  const rates = [...new Set(taxed.map(({ rate }) => rate))].sort((a, b) => b - a);
  return {
    ...{ number, date, drawer: drawerId === null ? null : (drawers[0]?.number ?? 0), at, by, zone, currency },
    seller: { name: organisation, address: sellerAddress, taxNumber },
    ...{ sales: sum((it) => it.sales), total: sum((it) => it.total) },
    ...{ refunds: sum((it) => it.refunds), returned: sum((it) => it.returned) },
    ...{ discounts: sum((it) => it.discounts), rounding: 0, tips: total(moved.map(({ tips }) => tips)) },
    methods: METHODS.map((method) => {
      const those = moved.filter((it) => it.method === method);
      const of = (key: 'payments' | 'refunds' | 'tips') => total(those.map((it) => it[key]));
      return { method, payments: of('payments'), refunds: of('refunds'), tips: of('tips'), rounding: 0 };
    }),
    taxes: rates.map((rate) => {
      const those = taxed.filter((it) => it.rate === rate);
      return { rate, net: total(those.map(({ net }) => net)), tax: total(those.map(({ tax }) => tax)) };
    }),
    drawers: drawers.map((it) => {
      const [expected, counted] = [v.parse(Amounts, it.expected), v.parse(Amounts, it.counted)];
      const label = (n: number) => `D${String(it.number).padStart(4, '0')}-${String(n).padStart(3, '0')}`;
      return {
        ...{ number: it.number, openedAt: it.openedAt, closedAt: it.closedAt, float: it.float },
        person: { id: it.person, name: it.personName },
        place: { id: it.place, name: it.placeName },
        ...{ expected, counted, note: it.note },
        variance: {
          cash: counted.cash - expected.cash,
          card: counted.card - expected.card,
          transfer: counted.transfer - expected.transfer,
        },
        receipts: it.receipts === 0 ? [] : [{ from: label(1), to: label(it.receipts), count: it.receipts }],
      };
    }),
    late: [],
  };
}
