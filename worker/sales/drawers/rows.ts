/** Maps rows to the contract's drawers. */
import * as v from 'valibot';
import { Adjustment, ByMethod, Drawer } from '../../contract/sales/drawers/drawers';
import { Named } from '../../contract/sessions/sessions';
import { type Fact, map, rows, type Value } from '../../db/queries';
import { json, labelOf, OFFLINE_RECEIPT, OfflineReceipt, paymentPairs, Sold } from '../rows';

/** SQL: a payment's amount, negative for a refund. */
export const SIGNED = `CASE p.kind WHEN 'payment' THEN p.amount ELSE -p.amount END`;

const sumOf = (method: string): string =>
  `coalesce(sum(${SIGNED} + p.tip) FILTER (WHERE p.method = '${method}'), 0)`;

/** SQL: the float, the payments and the tips of drawer `d` by method, JSON. */
export const SUMMED = `(SELECT json_object('cash', d.float + ${sumOf('cash')}, 'card', ${sumOf('card')}, 'transfer', ${sumOf('transfer')})
    FROM payments AS p WHERE p.drawer_id = d.id AND NOT p.late)`;

/** SQL: the tax of drawer `d` by rate, JSON: as its report has it, or as of now. */
const TAXES = `coalesce((SELECT json_extract(content, '$.taxes') FROM day_reports WHERE drawer_id = d.id),
  (SELECT json_group_array(json_object('rate', rate, 'net', net, 'tax', tax) ORDER BY rate DESC)
   FROM (SELECT value ->> 'rate' AS rate, sum(sign * (value ->> 'net')) AS net, sum(sign * (value ->> 'tax')) AS tax
     FROM (SELECT 1 AS sign, its.value FROM sales AS s, json_each(s.taxes) AS its
         WHERE s.id IN (SELECT sale_id FROM payments WHERE drawer_id = d.id AND kind = 'payment' AND NOT late)
       UNION ALL SELECT -1, its.value FROM refunds AS b, json_each(b.taxes) AS its
         WHERE b.id IN (SELECT refund_id FROM payments WHERE drawer_id = d.id AND kind = 'refund' AND NOT late))
     GROUP BY 1)))`;

/** SQL: a movement as JSON, of the payment `r`, who made it and its sale. */
const MOVEMENT = `json_object(${paymentPairs('r', 'who')}, 'sale',
  json_object('id', s.id, 'kind', s.kind, 'date', s.date, 'number', s.number, 'receipt', json(${OFFLINE_RECEIPT})))`;

/** SQL: drawers; what belongs to them is JSON. A closed drawer has the expected amounts of its closing. */
const DRAWER = `SELECT d.id, coalesce(d.number, 0) AS number, coalesce(d.date, date(d.opened_at / 1000, 'unixepoch')) AS date,
  (SELECT number FROM day_reports WHERE drawer_id = d.id) AS report, d.opened_at AS openedAt, d.float, d.closed_at AS closedAt, d.counted, d.note,
  (SELECT json_object('id', id, 'name', name) FROM people WHERE id = d.person_id) AS person,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = d.place_id) AS place,
  coalesce(d.expected, ${SUMMED}) AS expected, ${TAXES} AS taxes,
  (SELECT json_group_array(${MOVEMENT} ORDER BY r.at)
   FROM (SELECT DISTINCT sale_id FROM payments WHERE drawer_id = d.id AND kind = 'payment') AS paid
   JOIN payments AS r ON r.sale_id = paid.sale_id AND r.kind = 'refund' AND r.drawer_id <> d.id
   JOIN people AS who ON who.id = r.by JOIN sales AS s ON s.id = r.sale_id) AS adjustments,
  (SELECT json_group_array(${MOVEMENT} ORDER BY r.at)
   FROM payments AS r JOIN people AS who ON who.id = r.by JOIN sales AS s ON s.id = r.sale_id
   WHERE r.drawer_id = d.id AND r.late) AS late
  FROM drawers AS d`;

const { saleId: _saleId, label: _label, ...payment } = Adjustment.entries;
const Movement = v.pipe(
  v.object({
    ...payment,
    sale: v.object({
      ...v.pick(Sold, ['id', 'kind', 'date', 'number']).entries,
      receipt: v.nullable(OfflineReceipt),
    }),
  }),
  v.transform(({ sale, ...moved }): Adjustment => ({ ...moved, saleId: sale.id, label: labelOf(sale) })),
);
const Row = v.object({
  ...Drawer.entries,
  person: json(Named),
  place: json(Named),
  expected: json(ByMethod),
  counted: v.nullable(json(ByMethod)),
  taxes: json(Drawer.entries.taxes.wrapped),
  adjustments: json(v.array(Movement)),
  late: json(v.array(Movement)),
});

/** @param which SQL after the FROM: a WHERE, an ORDER BY */
export const drawersIn = (d1: D1Database, which: string, params?: readonly Value[]): Fact<Drawer[]> =>
  map(rows(d1, `${DRAWER} ${which}`, params), (found) => v.parse(v.array(Row), found));

export const openDrawerOf = (d1: D1Database, personId: string): Fact<Drawer | undefined> =>
  map(drawersIn(d1, 'WHERE d.person_id = ?1 AND d.closed_at IS NULL', [personId]), ([drawer]) => drawer);
