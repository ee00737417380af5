/** Takes an order, for payment now or saved for later: holds its goods, at the server's prices. A saved one draws its number. */
import { businessDate } from '../../contract/business-day';
import type { NewOrder } from '../../contract/sales/orders/orders';
import { type Found, row, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { begun, creating } from '../create';
import { saleSubject } from '../kind';
import type { Sold } from '../rows';
import { onSale, type Seen } from '../stock';
import { drawNumber } from './numbers';
import { orderOf } from './orders';
import { priced } from './price';

/**
 * @throws Refusal `invalid_input` for an unknown product or place, an id that is taken, or too large a total, `place_closed`,
 * `product_inactive`, `out_of_stock` with the stock left
 */
export const takeOrder = (scope: Scope, input: NewOrder): Promise<Answer> =>
  scope.commit({
    subject: saleSubject({ kind: 'order', id: input.id }),
    action: 'order.created',
    async facts(d1) {
      const draft = drafted(await scope.ask(factsFor(d1, input)), input, scope.me, scope.now());
      const { state, place, date, createdAt: at } = draft.sold;
      const number = state === 'pending' ? await drawNumber(d1, place, { date, at }) : null;
      return { sold: { ...draft.sold, number }, seen: draft.seen };
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
      d1,
      'SELECT id, name, active FROM places WHERE id = ?1',
      [placeId],
    ),
    taken: row(d1, 'SELECT 1 FROM sales WHERE id = ?1', [id]),
  });

/** The order without its number. @throws Refusal as `takeOrder` */
function drafted(
  { products, place, taken }: Found<ReturnType<typeof factsFor>>,
  { id, lines, discount, state }: NewOrder,
  me: Asker,
  at: number,
): { sold: Omit<Sold, 'number'>; seen: Seen[] } {
  if (!place) throw invalid('placeId', 'is not a place of ours');
  if (!place.active) throw new Refusal('place_closed');
  if (taken) throw invalid('id', 'is taken');
  const { ordered, seen } = priced(lines, discount, products, me);
  const sold = {
    ...begun(me, at),
    ...ordered,
    id,
    kind: 'order' as const,
    date: businessDate(me.settings, at),
    state,
    place: { id: place.id, name: place.name },
    expiresAt: at + me.settings.unpaidOrderMinutes * 60_000,
    paidAt: null,
    registrant: null,
  };
  return { sold, seen };
}

const taking = ({ sold: order, seen }: { sold: Sold; seen: readonly Seen[] }) =>
  creating(order, {
    created: { channel: 'orders', type: 'order.created', data: orderOf(order) },
    seen,
    guard: `EXISTS (SELECT 1 FROM places WHERE id = ?1 ->> '$.place.id' AND active)`,
  });
