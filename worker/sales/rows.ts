/** Maps rows to sales: the status for everyone who works on them, and the money for tills. */
import * as v from 'valibot';
import { TaxPart } from '../contract/money';
import { Discount } from '../contract/sales/discounts';
import { SaleStatus } from '../contract/sales/moves';
import { piecesLeft } from '../contract/sales/refunds';
import { queueNumber } from '../contract/sales/orders/orders';
import { receiptLabel } from '../contract/sales/receipts/receipts';
import { Payment, Refund, type Sale, SaleLine } from '../contract/sales/payments/payments';
import { Named } from '../contract/sessions/sessions';
import { type Fact, map, rows, type Value } from '../db/queries';
import { Refusal } from '../refusal';

const named = (column: string, table = 's') =>
  `(SELECT json_object('id', id, 'name', name) FROM people WHERE id = ${table}.${column})`;
const done = (verb: string, more = '') =>
  `json_object('by', json(${named(`${verb}_by`)}), 'at', s.${verb}_at${more})`;
const ifDone = (verb: string, more = '') => `iif(s.${verb}_at IS NULL, NULL, ${done(verb, more)})`;
/** SQL: the pairs of a payment as JSON. @param p the payment @param who the person who took it */
export const paymentPairs = (p: string, who: string) =>
  `'id', ${p}.id, 'kind', ${p}.kind, 'method', ${p}.method, 'amount', ${p}.amount, 'received', ${p}.received,
   'rounding', ${p}.rounding, 'tip', ${p}.tip, 'change', ${p}.change, 'reference', ${p}.reference, 'at', ${p}.at,
   'by', json_object('id', ${who}.id, 'name', ${who}.name), 'drawerId', ${p}.drawer_id`;
const paid = (which: string) =>
  `(SELECT json_group_array(json_object(${paymentPairs('p', 'who')}) ORDER BY p.id)
   FROM payments AS p JOIN people AS who ON who.id = p.by WHERE p.sale_id = s.id AND ${which})`;
/** SQL: a discount as JSON, or null. @param d the table that has it */
const discount = (d: string) =>
  `iif(${d}.discount_reason IS NULL, NULL, json_object('amount', ${d}.discount, 'percent', ${d}.discount_percent, 'reason', ${d}.discount_reason))`;

/** SQL: the receipt of the sale `s` as JSON, if it was sold without network. */
export const OFFLINE_RECEIPT = `iif(s.arrived_at IS NULL, NULL,
  (SELECT json_object('drawer', coalesce(d.number, 0), 'letter', r.letter, 'number', r.number)
   FROM receipts AS r JOIN drawers AS d ON d.id = r.drawer_id WHERE r.sale_id = s.id AND r.refund_id IS NULL AND r.print = 1))`;

/** SQL: sales; what belongs to them is JSON. */
export const SALE = `SELECT s.id, s.kind, s.date, s.number, s.state, s.version, s.subtotal, s.tax, s.total, s.taxes, ${discount('s')} AS discount,
  s.tax_included AS taxIncluded, s.currency, s.created_at AS createdAt, s.expires_at AS expiresAt, s.paid_at AS paidAt, s.arrived_at AS arrivedAt, ${OFFLINE_RECEIPT} AS receipt,
  ${named('created_by')} AS createdBy, ${ifDone('claimed')} AS claim,
  ${ifDone('ready')} AS ready, ${ifDone('released', `, 'receivedBy', s.received_by`)} AS release,
  ${ifDone('cancelled', `, 'reason', coalesce(s.cancel_reason, ''), 'restocked', json(iif(s.restocked, 'true', 'false'))`)} AS cancellation,
  ${done('changed')} AS changed,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = s.place_id) AS place,
  (SELECT json_group_array(json_object('line', position, 'productId', product_id, 'name', name, 'quantity', quantity, 'price', price,
     'taxRate', tax_rate, 'discount', ${discount('l')}, 'share', share) ORDER BY position)
   FROM sale_lines AS l WHERE sale_id = s.id) AS lines,
  ${paid(`p.kind = 'payment'`)} AS payments,
  (SELECT json_group_array(json_object('id', r.id, 'amount', r.amount, 'taxes', json(r.taxes), 'reason', r.reason,
     'restocked', json(iif(r.restocked, 'true', 'false')), 'at', r.at, 'by', json(${named('by', 'r')}),
     'lines', (SELECT json_group_array(json_object('line', position, 'quantity', quantity, 'amount', amount) ORDER BY position)
       FROM refund_lines WHERE refund_id = r.id),
     'payments', ${paid('p.refund_id = r.id')}) ORDER BY r.at, r.id)
   FROM refunds AS r WHERE r.sale_id = s.id) AS refunds,
  (SELECT json_object('member', member, 'name', name, 'package', json_object('id', package_id, 'name', package_name), 'personId', person_id)
   FROM registrants WHERE sale_id = s.id) AS registrant
  FROM sales AS s`;

export const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);

export type Line = SaleLine;
/** "D0147-A001", from OFFLINE_RECEIPT. */
export const OfflineReceipt = v.pipe(
  v.object({ drawer: v.number(), letter: v.string(), number: v.number() }),
  v.transform(({ drawer, letter, number }) => receiptLabel(drawer, letter, number)),
);
const Registrant = v.object({
  member: v.number(),
  name: v.string(),
  package: Named,
  personId: v.nullable(v.string()),
});
const { claim, ready, release, cancellation, changed } = SaleStatus.entries;

/** Parses a row of SALE. */
export const Sold = v.object({
  id: v.string(),
  kind: v.picklist(['order', 'registration']),
  date: v.string(),
  number: v.nullable(v.number()),
  state: v.string(),
  version: v.number(),
  subtotal: v.number(),
  tax: v.number(),
  total: v.number(),
  taxes: json(v.array(TaxPart)),
  discount: v.nullable(json(Discount)),
  taxIncluded: v.pipe(
    v.number(),
    v.transform((flag) => flag === 1),
  ),
  currency: v.string(),
  createdAt: v.number(),
  createdBy: json(Named),
  expiresAt: v.nullable(v.number()),
  paidAt: v.nullable(v.number()),
  claim: v.nullable(json(claim.wrapped)),
  ready: v.nullable(json(ready.wrapped.wrapped)),
  release: v.nullable(json(release.wrapped)),
  cancellation: v.nullable(json(cancellation.wrapped)),
  changed: json(changed),
  // Of an order that was sold without network.
  arrivedAt: v.nullable(v.number()),
  receipt: v.nullable(json(OfflineReceipt)),
  /** Of an order. */
  place: v.nullable(json(Named)),
  /** A registration’s package is line 0, without a product; its goods have no price. */
  lines: json(v.array(SaleLine)),
  payments: json(v.array(Payment)),
  refunds: json(v.array(Refund)),
  /** Of a registration. */
  registrant: v.nullable(json(Registrant)),
});
export type Sold = v.InferOutput<typeof Sold>;
type SaleRow = v.InferInput<typeof Sold>;

/** @param which SQL after the FROM: a WHERE, an ORDER BY */
export const soldIn = (d1: D1Database, which: string, params?: readonly Value[]): Fact<Sold[]> =>
  map(rows<SaleRow>(d1, `${SALE} ${which}`, params), (found) => found.map((it) => v.parse(Sold, it)));

/** The sale of that kind and id. @throws Refusal `not_found` */
export const soldWith = (d1: D1Database, kind: Sold['kind'], id: string): Fact<Sold> =>
  map(soldIn(d1, 'WHERE s.id = ?1 AND s.kind = ?2', [id, kind]), ([sold]) => {
    if (!sold) throw new Refusal('not_found');
    return sold;
  });

/** The progress, for everyone who works on it. */
export const statusOf = (sold: Sold): SaleStatus => {
  const { version, createdAt, createdBy, expiresAt, paidAt, claim, ready, release, cancellation, changed } =
    sold;
  return { version, createdAt, createdBy, expiresAt, paidAt, claim, ready, release, cancellation, changed };
};

export interface Good {
  productId: string;
  name: string;
  quantity: number;
}

/** The goods, without prices. */
export const goodsOf = ({ lines }: Pick<Sold, 'lines'>): Good[] =>
  lines.flatMap(({ productId, name, quantity }) =>
    productId === null ? [] : [{ productId, name, quantity }],
  );

/** The goods that did not come back. Those of a package come back with it. */
export function goodsLeft({ lines, refunds, registrant }: Sold): Good[] {
  const left = new Map(piecesLeft({ lines, refunds }).map(({ line, quantity }) => [line, quantity]));
  if (registrant) return left.get(PACKAGE_LINE) === 0 ? [] : goodsOf({ lines });
  return goodsOf({ lines: lines.map((it) => ({ ...it, quantity: left.get(it.line) ?? 0 })) });
}

/** The goods that the desk hands over: nothing that was refunded before. */
export const goodsToRelease = (sold: Sold): Good[] =>
  sold.state === 'for_release' ? goodsLeft(sold).filter(({ quantity }) => quantity > 0) : goodsOf(sold);

export const PACKAGE_LINE = 0;

/** The lines that have prices. */
export const pricedLines = ({ kind, lines }: Pick<Sold, 'kind' | 'lines'>): SaleLine[] =>
  kind === 'order' ? lines : lines.filter(({ line }) => line === PACKAGE_LINE);

/** The money, for tills. */
export function saleOf(sold: Sold): Sale {
  const { id, kind, subtotal, tax, total, taxes, taxIncluded, discount, currency, payments, refunds } = sold;
  const money = { subtotal, tax, total, taxes, taxIncluded, discount, currency, payments, refunds };
  return { id, kind, label: labelOf(sold), lines: pricedLines(sold), ...money };
}

export type Labelled = Pick<Sold, 'kind' | 'date' | 'number' | 'receipt'>;

/** An order's queue number, that of its receipt if it was sold without network, or words; a registration's transaction number. */
export const labelOf = ({ kind, date, number, receipt }: Labelled): string =>
  kind === 'order'
    ? (receipt ?? queueNumber(number))
    : `${date.replaceAll('-', '')}-${String(number).padStart(4, '0')}`;
