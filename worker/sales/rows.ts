/** Maps rows to sales: the status for everyone who works on them, and the money for tills. */
import * as v from 'valibot';
import { SaleStatus } from '../contract/sales/moves';
import { queueNumber } from '../contract/sales/orders/orders';
import { Payment, type Sale } from '../contract/sales/payments/payments';
import { Named } from '../contract/sessions/sessions';
import { type Fact, map, rows, type Value } from '../db/queries';
import { Refusal } from '../refusal';

const named = (column: string) =>
  `(SELECT json_object('id', id, 'name', name) FROM people WHERE id = s.${column})`;
const done = (verb: string, more = '') =>
  `json_object('by', json(${named(`${verb}_by`)}), 'at', s.${verb}_at${more})`;
const ifDone = (verb: string, more = '') => `iif(s.${verb}_at IS NULL, NULL, ${done(verb, more)})`;
/** SQL: the pairs of a payment as JSON. @param p the payment @param who the person who took it */
export const paymentPairs = (p: string, who: string) =>
  `'id', ${p}.id, 'kind', ${p}.kind, 'method', ${p}.method, 'amount', ${p}.amount, 'received', ${p}.received,
   'change', ${p}.change, 'reference', ${p}.reference, 'at', ${p}.at,
   'by', json_object('id', ${who}.id, 'name', ${who}.name), 'drawerId', ${p}.drawer_id`;
const paid = (kind: 'payment' | 'refund') =>
  `(SELECT json_object(${paymentPairs('p', 'who')})
   FROM payments AS p JOIN people AS who ON who.id = p.by WHERE p.sale_id = s.id AND p.kind = '${kind}')`;

/** SQL: sales; what belongs to them is JSON. */
export const SALE = `SELECT s.id, s.kind, s.date, s.number, s.state, s.version, s.subtotal, s.tax, s.total, s.tax_rate AS taxRate,
  s.tax_included AS taxIncluded, s.currency, s.created_at AS createdAt, s.expires_at AS expiresAt, s.paid_at AS paidAt,
  ${named('created_by')} AS createdBy, ${ifDone('claimed')} AS claim,
  ${ifDone('ready')} AS ready, ${ifDone('released', `, 'receivedBy', s.received_by`)} AS release,
  ${ifDone('cancelled', `, 'reason', coalesce(s.cancel_reason, ''), 'restocked', json(iif(s.restocked, 'true', 'false'))`)} AS cancellation,
  ${done('changed')} AS changed,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = s.place_id) AS place,
  (SELECT json_group_array(json_object('productId', product_id, 'name', name, 'quantity', quantity, 'price', price) ORDER BY position)
   FROM sale_lines WHERE sale_id = s.id AND product_id IS NOT NULL) AS lines,
  ${paid('payment')} AS payment, ${paid('refund')} AS refund,
  (SELECT json_object('member', member, 'name', name, 'package', json_object('id', package_id, 'name', package_name), 'personId', person_id)
   FROM registrants WHERE sale_id = s.id) AS registrant
  FROM sales AS s`;

export const json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema);

const Line = v.object({ productId: v.string(), name: v.string(), quantity: v.number(), price: v.number() });
export type Line = v.InferOutput<typeof Line>;
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
  taxRate: v.number(),
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
  /** Of an order. */
  place: v.nullable(json(Named)),
  lines: json(v.array(Line)),
  payment: v.nullable(json(Payment)),
  refund: v.nullable(json(Payment)),
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

/** The goods, without prices. */
export const goodsOf = ({ lines }: Sold) =>
  lines.map(({ productId, name, quantity }) => ({ productId, name, quantity }));

/** The money, for tills. */
export function saleOf(sold: Sold): Sale {
  const { id, kind, subtotal, tax, total, taxRate, taxIncluded, currency, payment, refund, registrant } =
    sold;
  const price = taxIncluded ? total : subtotal;
  const label = labelOf(sold);
  const lines = registrant
    ? [{ productId: null, name: registrant.package.name, quantity: 1, price }]
    : sold.lines;
  return { id, kind, subtotal, tax, total, taxRate, taxIncluded, currency, payment, refund, label, lines };
}

/** An order's queue number, or words if it has none; a registration's transaction number. */
export const labelOf = ({ kind, date, number }: Pick<Sold, 'kind' | 'date' | 'number'>): string =>
  kind === 'order' ? queueNumber(number) : `${date.replaceAll('-', '')}-${String(number).padStart(4, '0')}`;
