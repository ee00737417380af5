/** Creates a sale: row, lines and goods in one commit. A guard refuses it if a price, package or place has changed. */
import type { Publication } from '../contract/events';
import type { Difference } from '../contract/sales/offline/differences';
import { type Query, query, type Value } from '../db/queries';
import type { Asker } from '../session';
import { waits } from './kind';
import { drawerIsOpen, isCurrency, paymentRows } from './payments/payments';
import { goodsOf, type Line, saleOf, type Sold } from './rows';
import { type Seen, shifted, stillSold } from './stock';

/** The fields that every new sale has. */
export function begun({ id, name, settings }: Asker, at: number) {
  const { currency, taxIncluded } = settings;
  const by = { id, name };
  return {
    version: 1,
    currency,
    taxIncluded,
    createdAt: at,
    createdBy: by,
    changed: { by, at },
    claim: null,
    ready: null,
    release: null,
    cancellation: null,
    arrivedAt: null,
    receipt: null,
    payments: [],
    refunds: [],
  };
}

interface Own {
  /** The event of its channel; its data is the journal's record too. */
  created: Publication;
  /** The products as read, with the pieces that the sale takes of each. */
  seen: readonly Seen[];
  /** SQL: a further condition; ?1 is the sale as JSON, `values` begin at ?4. */
  guard: string;
  values?: (string | number)[];
  /** Writes before the lines, and events at the end. */
  also?: Query[];
  publish?: Publication[];
}

export function creating(sold: Sold, { created, seen, guard, values = [], also = [], publish = [] }: Own) {
  const sale = saleOf(sold);
  const goods = shifted(goodsOf(sold), 'stock', 'held');
  const [payment] = sold.payments;
  return {
    at: sold.createdAt,
    before: null,
    after: { record: created.data, sale },
    write: saleRow(
      sold,
      `${stillSold('?2')} AND ${drawerIsOpen('?3')} AND ${guard}
         AND (?1 ->> 'paidAt' IS NULL OR ${isCurrency(`?1 ->> 'currency'`, `?1 ->> 'createdAt'`)})`,
      [JSON.stringify(seen), payment?.drawerId ?? null, ...values],
    ),
    also: [
      ...also,
      linesWrite(sold.id, sold.lines),
      ...goods.also,
      ...(payment ? [...paymentRows(sold.id, sold.payments), waits(sold)] : []),
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

/**
 * Inserts the sale's row, without its lines and money.
 * @param guard SQL: ?1 is the sale as JSON, `values` begin at ?2
 */
export const saleRow = (
  sold: Sold & { differences?: readonly Difference[] | undefined },
  guard: string,
  values: readonly Value[],
): Query =>
  query(
    `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, taxes, discount,
       discount_percent, discount_reason, tax_rate, tax_included, currency, created_at, created_by, expires_at, paid_at,
       released_at, released_by, changed_at, changed_by, arrived_at, differences)
     SELECT ?1 ->> 'id', ?1 ->> 'kind', ?1 ->> '$.place.id', ?1 ->> 'date', ?1 ->> 'number', ?1 ->> 'state', ?1 ->> 'version',
       ?1 ->> 'subtotal', ?1 ->> 'tax', ?1 ->> 'total', ?1 -> 'taxes', coalesce(?1 ->> '$.discount.amount', 0),
       ?1 ->> '$.discount.percent', ?1 ->> '$.discount.reason', coalesce(?1 ->> '$.taxes[0].rate', 0), ?1 ->> 'taxIncluded', ?1 ->> 'currency',
       ?1 ->> 'createdAt', ?1 ->> '$.createdBy.id', ?1 ->> 'expiresAt', ?1 ->> 'paidAt', ?1 ->> '$.release.at', ?1 ->> '$.release.by.id',
       ?1 ->> '$.changed.at', ?1 ->> '$.changed.by.id', ?1 ->> 'arrivedAt', ?1 -> 'differences'
     WHERE ${guard}`,
    [JSON.stringify(sold), ...values],
  );

/** Stores the lines with their names, prices and rates at the time of the sale. */
export const linesWrite = (saleId: string, lines: readonly Line[]): Query =>
  query(
    `INSERT INTO sale_lines (sale_id, position, product_id, name, quantity, price, tax_rate, discount, discount_percent, discount_reason, share)
     SELECT ?1, value ->> 'line', value ->> 'productId', value ->> 'name', value ->> 'quantity', value ->> 'price', value ->> 'taxRate',
       coalesce(value ->> '$.discount.amount', 0), value ->> '$.discount.percent', value ->> '$.discount.reason', value ->> 'share'
     FROM json_each(?2) WHERE true`,
    [saleId, JSON.stringify(lines)],
  );
