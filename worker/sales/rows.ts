/** A sale as the database has it, and what is made of it: its status, which everyone at work on it sees, and its money. */
import * as v from 'valibot';
import type { Standing } from '../contract/sales/moves';
import { queueNumber } from '../contract/sales/orders/orders';
import { Payment, type Sale } from '../contract/sales/payments/payments';
import { Named } from '../contract/sessions/sessions';
import { rowsOf } from '../db/client';
import { type Fact, map, row } from '../db/facts';
import { Refusal } from '../refusal';

const named = (column: string) =>
  `(SELECT json_object('id', id, 'name', name) FROM people WHERE id = s.${column})`;
const paid = (kind: 'payment' | 'refund') =>
  `(SELECT json_object('id', p.id, 'kind', p.kind, 'method', p.method, 'amount', p.amount, 'received', p.received,
     'change', p.change, 'reference', p.reference, 'at', p.at, 'by', json_object('id', who.id, 'name', who.name), 'drawerId', p.drawer_id)
   FROM payments AS p JOIN people AS who ON who.id = p.by WHERE p.sale_id = s.id AND p.kind = '${kind}')`;

/** SQL: sales with all that belongs to them, as JSON. */
export const SALE = `SELECT s.id, s.kind, s.date, s.number, s.state, s.version, s.subtotal, s.tax, s.total, s.tax_rate AS taxRate,
  s.tax_included AS taxIncluded, s.currency, s.created_at AS createdAt, s.expires_at AS expiresAt, s.paid_at AS paidAt,
  s.claimed_at AS claimedAt, s.released_at AS releasedAt, s.received_by AS receivedBy, s.cancelled_at AS cancelledAt,
  s.cancel_reason AS cancelReason, s.restocked, s.changed_at AS changedAt,
  (SELECT json_object('id', id, 'name', name) FROM places WHERE id = s.place_id) AS place,
  ${named('created_by')} AS createdBy, ${named('claimed_by')} AS claimedBy, ${named('released_by')} AS releasedBy,
  ${named('cancelled_by')} AS cancelledBy, ${named('changed_by')} AS changedBy,
  (SELECT json_group_array(json_object('productId', product_id, 'name', name, 'quantity', quantity, 'price', price) ORDER BY position)
   FROM sale_lines WHERE sale_id = s.id) AS lines,
  ${paid('payment')} AS payment, ${paid('refund')} AS refund,
  (SELECT json_object('member', member, 'name', name, 'package', json_object('id', package_id, 'name', package_name), 'personId', person_id)
   FROM registrants WHERE sale_id = s.id) AS registrant
  FROM sales AS s`;

const Line = v.object({ productId: v.string(), name: v.string(), quantity: v.number(), price: v.number() });
export type Line = v.InferOutput<typeof Line>;
const Registrant = v.object({
  member: v.number(),
  name: v.string(),
  package: Named,
  personId: v.nullable(v.string()),
});

interface Columns {
  id: string;
  date: string;
  number: number;
  state: string;
  version: number;
  subtotal: number;
  tax: number;
  total: number;
  taxRate: number;
  currency: string;
  createdAt: number;
  expiresAt: number | null;
  paidAt: number | null;
}

/** A sale with all that belongs to it. */
export interface Sold extends Columns, Standing {
  kind: 'order' | 'registration';
  taxIncluded: boolean;
  /** Of an order. */
  place: Named | null;
  lines: Line[];
  payment: Payment | null;
  refund: Payment | null;
  /** Of a registration. */
  registrant: v.InferOutput<typeof Registrant> | null;
}

export interface SaleRow extends Columns {
  kind: Sold['kind'];
  taxIncluded: number;
  claimedAt: number | null;
  releasedAt: number | null;
  receivedBy: string | null;
  cancelledAt: number | null;
  cancelReason: string | null;
  restocked: number | null;
  changedAt: number;
  place: string | null;
  createdBy: string;
  claimedBy: string | null;
  releasedBy: string | null;
  cancelledBy: string | null;
  changedBy: string | null;
  lines: string;
  payment: string | null;
  refund: string | null;
  registrant: string | null;
}

const parsed = <S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> =>
  v.parse(schema, JSON.parse(text));
const maybe = <S extends v.GenericSchema>(schema: S, text: string | null): v.InferOutput<S> | null =>
  text === null ? null : parsed(schema, text);

export function soldOf(row: SaleRow): Sold {
  const { id, kind, date, number, state, version, subtotal, tax, total, taxRate, currency } = row;
  const { claimedAt, releasedAt, cancelledAt } = row;
  const claimedBy = maybe(Named, row.claimedBy);
  const releasedBy = maybe(Named, row.releasedBy);
  return {
    id,
    kind,
    date,
    number,
    state,
    version,
    subtotal,
    tax,
    total,
    taxRate,
    currency,
    taxIncluded: row.taxIncluded === 1,
    place: maybe(Named, row.place),
    lines: parsed(v.array(Line), row.lines),
    createdAt: row.createdAt,
    createdBy: parsed(Named, row.createdBy),
    expiresAt: row.expiresAt,
    paidAt: row.paidAt,
    claim: claimedBy && claimedAt !== null ? { by: claimedBy, at: claimedAt } : null,
    release:
      releasedBy && releasedAt !== null
        ? { by: releasedBy, at: releasedAt, receivedBy: row.receivedBy ?? '' }
        : null,
    cancellation:
      cancelledAt === null
        ? null
        : {
            by: maybe(Named, row.cancelledBy),
            at: cancelledAt,
            reason: row.cancelReason ?? '',
            restocked: row.restocked === 1,
          },
    changed: { by: maybe(Named, row.changedBy), at: row.changedAt },
    payment: maybe(Payment, row.payment),
    refund: maybe(Payment, row.refund),
    registrant: maybe(Registrant, row.registrant),
  };
}

export const soldIn = (result: D1Result | undefined): Sold[] => rowsOf<SaleRow>(result).map(soldOf);

/** The sale of that kind and id. @throws Refusal `not_found` */
export const soldWith = (d1: D1Database, kind: Sold['kind'], id: string): Fact<Sold> =>
  map(row<SaleRow>(d1.prepare(`${SALE} WHERE s.id = ?1 AND s.kind = ?2`).bind(id, kind)), (found) => {
    if (!found) throw new Refusal('not_found');
    return soldOf(found);
  });

/** What everyone at work on it may know of its progress. */
export const statusOf = (sold: Sold): Standing => {
  const { version, createdAt, createdBy, expiresAt, paidAt, claim, release, cancellation, changed } = sold;
  return { version, createdAt, createdBy, expiresAt, paidAt, claim, release, cancellation, changed };
};

/** What is handed over, without its price. */
export const goodsOf = ({ lines }: Sold) =>
  lines.map(({ productId, name, quantity }) => ({ productId, name, quantity }));

/** Its money: for those at a till. */
export function saleOf(sold: Sold): Sale {
  const { id, kind, subtotal, tax, total, taxRate, taxIncluded, currency, payment, refund, registrant } =
    sold;
  const packed = registrant && {
    productId: null,
    name: registrant.package.name,
    quantity: 1,
    price: taxIncluded ? total : subtotal,
  };
  return {
    id,
    kind,
    subtotal,
    tax,
    total,
    taxRate,
    taxIncluded,
    currency,
    payment,
    refund,
    label: labelOf(sold),
    lines: packed ? [packed] : sold.lines,
  };
}

/** How people call it: an order's queue number, a registration's transaction number. */
export const labelOf = ({ kind, date, number }: Pick<Sold, 'kind' | 'date' | 'number'>): string =>
  kind === 'order' ? queueNumber(number) : `${date.replaceAll('-', '')}-${String(number).padStart(4, '0')}`;
