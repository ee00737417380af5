/** Creates a sale: row, lines and goods in one commit. A guard refuses it if a price, package or place has changed. */
import type { Publication } from '../contract/events';
import { type Query, query } from '../db/queries';
import type { Asker } from '../session';
import { waits } from './kind';
import { drawerIsOpen, paymentRows } from './payments/payments';
import { type Line, saleOf, type Sold } from './rows';
import { shifted, stillSold } from './stock';

/** The fields that every new sale has. */
export function begun({ id, name, settings }: Asker, at: number) {
  const { currency, taxRate, taxIncluded } = settings;
  const by = { id, name };
  return {
    version: 1,
    currency,
    taxRate,
    taxIncluded,
    createdAt: at,
    createdBy: by,
    changed: { by, at },
    claim: null,
    ready: null,
    release: null,
    cancellation: null,
    refund: null,
  };
}

interface Own {
  /** The event of its channel; its data is the journal's record too. */
  created: Publication;
  /** The lines with the prices as read. */
  seen: readonly Line[];
  /** SQL: a further condition; ?1 is the sale as JSON, `values` begin at ?4. */
  guard: string;
  values?: (string | number)[];
  /** Writes before the lines, and events at the end. */
  also?: Query[];
  publish?: Publication[];
}

export function creating(sold: Sold, { created, seen, guard, values = [], also = [], publish = [] }: Own) {
  const sale = saleOf(sold);
  const goods = shifted(sold.lines, 'stock', 'held');
  const { payment } = sold;
  const lines = seen.map((line) => ({ ...line, more: line.quantity }));
  return {
    at: sold.createdAt,
    before: null,
    after: { record: created.data, sale },
    write: query(
      `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, expires_at, paid_at, changed_at, changed_by)
       SELECT ?1 ->> 'id', ?1 ->> 'kind', ?1 ->> '$.place.id', ?1 ->> 'date', ?1 ->> 'number', ?1 ->> 'state', ?1 ->> 'version',
         ?1 ->> 'subtotal', ?1 ->> 'tax', ?1 ->> 'total', ?1 ->> 'taxRate', ?1 ->> 'taxIncluded', ?1 ->> 'currency',
         ?1 ->> 'createdAt', ?1 ->> '$.createdBy.id', ?1 ->> 'expiresAt', ?1 ->> 'paidAt', ?1 ->> '$.changed.at',
         ?1 ->> '$.changed.by.id'
       WHERE ${stillSold('?2')} AND ${drawerIsOpen('?3')} AND ${guard}`,
      [JSON.stringify(sold), JSON.stringify(lines), payment?.drawerId ?? null, ...values],
    ),
    also: [
      ...also,
      linesWrite(sold.id, sold.lines),
      ...goods.also,
      ...(payment ? [...paymentRows(sold.id, payment), waits(sold)] : []),
    ],
    publish: [
      created,
      ...goods.publish,
      { channel: 'tills', type: 'sale.created', data: sale },
      ...(payment ? [{ channel: 'tills', type: 'sale.paid', data: sale } as const] : []),
      ...publish,
    ] satisfies Publication[],
  };
}

/** Stores the lines with their names and prices at the time of the order. */
export const linesWrite = (saleId: string, lines: readonly Line[]): Query =>
  query(
    `INSERT INTO sale_lines (sale_id, product_id, position, name, quantity, price)
     SELECT ?1, value ->> 'productId', key + 1, value ->> 'name', value ->> 'quantity', value ->> 'price' FROM json_each(?2) WHERE true`,
    [saleId, JSON.stringify(lines)],
  );
