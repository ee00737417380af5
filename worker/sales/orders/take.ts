/** Taking an order: its goods are held, its queue number is the next one of its place and day, its prices are the server's. */
import { dateIn } from '../../contract/zones';
import type { NewOrder } from '../../contract/sales/orders/orders';
import { query, rowsOf } from '../../db/client';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import { type Line, saleOf, type Sold } from '../rows';
import { type OnSale, onSale, priced, shifted, stillSold } from '../stock';
import { totalsWithin } from '../totals';
import { saleSubject } from '../trade';
import type { Scope } from '../../scope';
import { orderOf } from './orders';

/** How often we look again when somebody took goods, or an admin changed them, between our look and our commit. */
const TRIES = 10;

/**
 * Takes an order.
 * @throws Refusal `invalid_input` for an unknown product or place, an id that is taken, or too large a total, `place_closed`, `product_inactive`,
 * `out_of_stock` with what is left, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const takeOrder = (scope: Scope, asked: NewOrder): Promise<Answer> =>
  scope.once(async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const draft = await drafted(scope, asked);
      const order = { ...draft, number: await drawNumber(scope, asked.placeId, draft.date) };
      const answer = await committed(scope, order);
      if (answer) return answer;
    }
    throw new Refusal('changed_meanwhile');
  });

/** Drawn once nothing stands in the way any more. A commit that fails after it leaves a gap, never the same number twice. */
async function drawNumber({ d1 }: Scope, placeId: string, date: string): Promise<number> {
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

/** The order but for its number. @throws Refusal as `takeOrder` */
async function drafted(
  scope: Scope,
  { id, placeId, lines: wanted }: NewOrder,
): Promise<Omit<Sold, 'number'>> {
  const { d1, me } = scope;
  const at = scope.now();
  const date = dateIn(me.settings.zone, at);
  const [products, places, others] = await d1.batch([
    onSale(
      d1,
      wanted.map(({ productId }) => productId),
    ),
    d1.prepare('SELECT id, name, active FROM places WHERE id = ?1').bind(placeId),
    d1.prepare('SELECT id FROM sales WHERE id = ?1').bind(id),
  ]);
  const [place] = rowsOf<{ id: string; name: string; active: number }>(places);
  if (!place) throw wrong('placeId', 'is not a place of ours');
  if (!place.active) throw new Refusal('place_closed');
  if (rowsOf(others).length > 0) throw wrong('id', 'is taken');
  const { currency, taxRate, taxIncluded, unpaidOrderMinutes } = me.settings;
  const lines = priced(wanted, rowsOf<OnSale>(products));
  const by = { id: me.id, name: me.name };
  return {
    ...{ id, kind: 'order', date, state: 'pending', version: 1, lines },
    place: { id: place.id, name: place.name },
    ...totalsWithin('lines', lines, me.settings),
    ...{ taxRate, taxIncluded, currency },
    ...{ createdAt: at, createdBy: by, changed: { by, at } },
    expiresAt: at + unpaidOrderMinutes * 60_000,
    ...{ paidAt: null, claim: null, release: null, cancellation: null },
    ...{ payment: null, refund: null, registrant: null },
  };
}

function committed(scope: Scope, order: Sold): Promise<Answer | undefined> {
  const record = orderOf(order);
  const sale = saleOf(order);
  const goods = shifted(order.lines, 'stock', 'held');
  const lines = JSON.stringify(order.lines.map((line) => ({ ...line, more: line.quantity })));
  return scope.attempt({
    at: order.createdAt,
    changes: [
      {
        subject: saleSubject(order),
        action: 'order.created',
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
      },
    ],
    also: [linesWrite(order.id, order.lines), ...goods.also],
    publish: [
      { channel: 'orders', type: 'order.created', data: record },
      ...goods.publish,
      { channel: 'tills', type: 'sale.created', data: sale },
    ],
  });
}

/** What was ordered, as it was called and priced then. */
export const linesWrite = (saleId: string, lines: readonly Line[]) =>
  query(
    `INSERT INTO sale_lines (sale_id, product_id, position, name, quantity, price)
     SELECT ?1, value ->> 'productId', key, value ->> 'name', value ->> 'quantity', value ->> 'price' FROM json_each(?2) WHERE true`,
    saleId,
    JSON.stringify(lines),
  );

function wrong(path: string, message: string): Refusal {
  return new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
}
