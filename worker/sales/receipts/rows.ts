/** Writes receipts, and maps rows to what they show. */
import * as v from 'valibot';
import { parseSettings } from '../../contract/settings/settings';
import { receiptLabel, SalesReceipt, sellerOf } from '../../contract/sales/receipts/receipts';
import { type Fact, map, type Query, query, rows, type Value } from '../../db/queries';
import { settingsAt } from '../../settings/settings';
import { json, labelOf, OFFLINE_RECEIPT, OfflineReceipt, Sold } from '../rows';

/** SQL: the next number of a drawer's own receipts. The key refuses a number twice. @param drawer SQL */
export const nextReceipt = (drawer: string): string =>
  `(SELECT coalesce(max(number), 0) + 1 FROM receipts WHERE drawer_id = ${drawer} AND letter = '')`;

/**
 * The receipt of a sale's payment or refund, for the batch that has just inserted it. With a device's own number it was printed
 * there, or not wanted: what the server prints of it is a copy.
 */
export const receiptRow = (saleId: string, refundId: string | null, own?: OwnNumber): Query =>
  query(
    `INSERT INTO receipts (drawer_id, letter, number, sale_id, refund_id, print, at, by, printed_at)
     SELECT drawer_id, ?3, coalesce(?4, ${nextReceipt('p.drawer_id')}), sale_id, refund_id, 1, at, by, iif(?3 = '', NULL, at)
     FROM payments AS p WHERE sale_id = ?1 AND refund_id IS ?2 LIMIT 1`,
    [saleId, refundId, own?.letter ?? '', own?.number ?? null],
  );

/** A number that a device without network gave. */
export interface OwnNumber {
  letter: string;
  number: number;
}

/** SQL: receipts as they were numbered. Its first print `o` is the original. */
const RECEIPT = `SELECT d.number AS drawer, r.letter, r.number, r.print, r.at AS printedAt, o.letter AS originalLetter, o.number AS originalNumber,
  (SELECT number FROM drawers WHERE id = o.drawer_id) AS originalDrawer, o.at, ${settingsAt('o.at')} AS settings,
  r.refund_id AS refundId, s.currency, s.tax_included AS taxIncluded, s.discount,
  (SELECT name FROM places WHERE id = (SELECT place_id FROM drawers WHERE id = o.drawer_id)) AS place,
  (SELECT name FROM people WHERE id = o.by) AS by,
  json_object('kind', s.kind, 'date', s.date, 'number', s.number, 'receipt', json(${OFFLINE_RECEIPT})) AS sale,
  coalesce(b.taxes, s.taxes) AS taxes, coalesce(b.amount, s.total) AS total,
  iif(r.refund_id IS NULL,
    (SELECT json_group_array(json_object('name', name, 'quantity', quantity, 'price', price, 'discount', discount,
       'amount', quantity * price - discount) ORDER BY position)
     FROM sale_lines WHERE sale_id = s.id AND (s.kind = 'order' OR position = 0)),
    (SELECT json_group_array(json_object('name', name, 'quantity', l.quantity, 'price', price, 'discount', 0, 'amount', l.amount) ORDER BY l.position)
     FROM refund_lines AS l CROSS JOIN sale_lines AS its ON its.sale_id = s.id AND its.position = l.position
     WHERE l.refund_id = r.refund_id AND (s.kind = 'order' OR l.position = 0))) AS lines,
  (SELECT json_group_array(json_object('method', method, 'amount', amount, 'rounding', rounding, 'tip', tip, 'received', received,
     'change', change, 'reference', reference) ORDER BY id)
   FROM payments WHERE sale_id = s.id AND refund_id IS r.refund_id) AS payments
  FROM receipts AS r CROSS JOIN receipts AS o ON o.sale_id = r.sale_id AND o.refund_id IS r.refund_id AND o.print = 1
  CROSS JOIN drawers AS d ON d.id = r.drawer_id CROSS JOIN sales AS s ON s.id = r.sale_id
  LEFT JOIN refunds AS b ON b.id = r.refund_id`;

const { label: _label, copyOf: _copyOf, seller: _seller, zone: _zone, ...shown } = SalesReceipt.entries;
const number = v.number();
const Row = v.object({
  ...shown,
  ...{ drawer: v.nullable(number), letter: v.string(), number, print: number },
  ...{ originalDrawer: v.nullable(number), originalLetter: v.string(), originalNumber: number },
  settings: v.nullable(v.string()),
  sale: json(
    v.object({
      ...v.pick(Sold, ['kind', 'date', 'number']).entries,
      receipt: v.nullable(OfflineReceipt),
    }),
  ),
  lines: json(shown.lines),
  taxes: json(shown.taxes),
  payments: json(shown.payments),
  taxIncluded: Sold.entries.taxIncluded,
});

/**
 * @param zone of the workplace before its first settings
 * @param which SQL after the FROM: a WHERE, an ORDER BY
 */
export const receiptsIn = (
  d1: D1Database,
  zone: string,
  which: string,
  params?: readonly Value[],
): Fact<SalesReceipt[]> =>
  map(rows(d1, `${RECEIPT} ${which}`, params), (found) =>
    v.parse(v.array(Row), found).map((row) => receiptOf(row, zone)),
  );

function receiptOf(row: v.InferOutput<typeof Row>, workplaceZone: string): SalesReceipt {
  const { refundId, place, currency, at, by, lines, discount, taxIncluded, taxes, total, payments } = row;
  const settings = parseSettings(row.settings, workplaceZone);
  const original = receiptLabel(row.originalDrawer ?? 0, row.originalLetter, row.originalNumber);
  return {
    label: receiptLabel(row.drawer ?? 0, row.letter, row.number),
    copyOf: row.print === 1 ? null : original,
    refundId,
    seller: sellerOf(settings),
    place,
    zone: settings.zone,
    currency,
    sale: labelOf(row.sale),
    at,
    by,
    lines,
    discount: refundId === null ? discount : 0,
    taxIncluded,
    taxes,
    total,
    payments,
  };
}
