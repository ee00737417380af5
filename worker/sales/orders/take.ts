/** Taking an order: its goods are held, its queue number is the next one of its place and day, its prices are the server's. */
import { dateIn } from '../../contract/zones';
import type { NewOrder } from '../../contract/sales/orders/orders';
import type { Publication } from '../../contract/events';
import { query } from '../../db/client';
import { ask, type Found, row, together } from '../../db/facts';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Asker, Scope } from '../../scope';
import { saleSubject } from '../kind';
import { type Line, saleOf, type Sold } from '../rows';
import { onSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { orderOf } from './orders';

/**
 * Takes an order.
 * @throws Refusal `invalid_input` for an unknown product or place, an id that is taken, or too large a total, `place_closed`, `product_inactive`,
 * `out_of_stock` with what is left, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const takeOrder = (scope: Scope, input: NewOrder): Promise<Answer> =>
  scope.commit({
    subject: saleSubject({ kind: 'order', id: input.id }),
    action: 'order.created',
    async facts(d1) {
      const draft = drafted(await ask(d1, factsFor(d1, input)), input, scope.me, scope.now());
      return { ...draft, number: await drawNumber(d1, input.placeId, draft.date) };
    },
    decide: taking,
  });

const factsFor = (d1: D1Database, { id, placeId, lines }: NewOrder) =>
  together({
    products: onSale(
      d1,
      lines.map(({ productId }) => productId),
    ),
    place: row<{ id: string; name: string; active: number }>(
      d1.prepare('SELECT id, name, active FROM places WHERE id = ?1').bind(placeId),
    ),
    taken: row(d1.prepare('SELECT 1 FROM sales WHERE id = ?1').bind(id)),
  });

/** The order but for its number. @throws Refusal as `takeOrder` */
function drafted(
  { products, place, taken }: Found<ReturnType<typeof factsFor>>,
  { id, lines: input }: NewOrder,
  me: Asker,
  at: number,
): Omit<Sold, 'number'> {
  if (!place) throw invalid('placeId', 'is not a place of ours');
  if (!place.active) throw new Refusal('place_closed');
  if (taken) throw invalid('id', 'is taken');
  const { currency, taxRate, taxIncluded, unpaidOrderMinutes } = me.settings;
  const lines = priced(input, products);
  const by = { id: me.id, name: me.name };
  return {
    id,
    kind: 'order',
    date: dateIn(me.settings.zone, at),
    state: 'pending',
    version: 1,
    lines,
    place: { id: place.id, name: place.name },
    ...totalsWithin('lines', lines, me.settings),
    taxRate,
    taxIncluded,
    currency,
    createdAt: at,
    createdBy: by,
    changed: { by, at },
    expiresAt: at + unpaidOrderMinutes * 60_000,
    paidAt: null,
    claim: null,
    release: null,
    cancellation: null,
    payment: null,
    refund: null,
    registrant: null,
  };
}

/** Drawn once nothing prevents the order. A commit that fails after it leaves a gap, never the same number twice. */
async function drawNumber(d1: D1Database, placeId: string, date: string): Promise<number> {
  const last = await d1
    .prepare(
      `INSERT INTO queues (place_id, date, last)
       SELECT ?1, ?2, coalesce(max(number), 0) + 1 FROM sales WHERE kind = 'order' AND place_id = ?1 AND date = ?2
       ON CONFLICT (place_id, date) DO UPDATE SET last = max(last + 1, excluded.last) RETURNING last`,
    )
    .bind(placeId, date)
    .first<number>('last');
  if (last === null) throw new Error('no queue number was drawn');
  return last;
}

function taking(order: Sold) {
  const record = orderOf(order);
  const sale = saleOf(order);
  const goods = shifted(order.lines, 'stock', 'held');
  const lines = JSON.stringify(order.lines.map((line) => ({ ...line, more: line.quantity })));
  return {
    at: order.createdAt,
    before: null,
    after: { record, sale },
    write: query(
      `INSERT INTO sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, currency,
         created_at, created_by, expires_at, changed_at, changed_by)
       SELECT ?1, 'order', ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?12, ?13
       WHERE ${stillSold('?15')} AND EXISTS (SELECT 1 FROM places WHERE id = ?2 AND active)`,
      ...[order.id, record.place.id, order.date, order.number, order.state, order.subtotal, order.tax],
      ...[order.total, order.taxRate, Number(order.taxIncluded), order.currency],
      ...[order.createdAt, order.createdBy.id, order.expiresAt, lines],
    ),
    also: [linesWrite(order.id, order.lines), ...goods.also],
    publish: [
      { channel: 'orders', type: 'order.created', data: record },
      ...goods.publish,
      { channel: 'tills', type: 'sale.created', data: sale },
    ] satisfies Publication[],
  };
}

/** What was ordered, as it was called and priced then. */
export const linesWrite = (saleId: string, lines: readonly Line[]) =>
  query(
    `INSERT INTO sale_lines (sale_id, product_id, position, name, quantity, price)
     SELECT ?1, value ->> 'productId', key, value ->> 'name', value ->> 'quantity', value ->> 'price' FROM json_each(?2) WHERE true`,
    saleId,
    JSON.stringify(lines),
  );
