/** Orders as a desk and a till begin with them: every open one whatever its date, and those that were closed today. */
import { type ChannelName, userChannel } from '../../contract/channels';
import type { OneOrder, OrderList, Till } from '../../contract/sales/orders/orders';
import type { Named } from '../../contract/sessions/sessions';
import { rowsOf } from '../../db/client';
import { ask } from '../../db/facts';
import { DRAWER, drawerOf, type DrawerRow } from '../drawers/rows';
import { headsAt, readHeads } from '../../live/replay';
import {
  BY_NAME,
  PLACE,
  placeOf,
  type PlaceRow,
  PRODUCT,
  productOf,
  type ProductRow,
} from '../../products/rows';
import { listedIds, listedSales, staffWith, type Today, todayFrom } from '../listed';
import { saleOf, type Sold, soldIn, soldWith } from '../rows';
import type { Scope } from '../../scope';
import { COMMENT, commentOf, type CommentRow } from './comments';
import { orderOf } from './orders';

/** The latest comments of all listed orders together: more does not fit an answer. */
const COMMENTS = 2_000;

/** What a desk needs. */
export async function ordersNow(scope: Scope): Promise<OrderList> {
  const { d1 } = scope;
  const today = todayFrom(scope);
  return listOf(scope, today, await d1.batch(statements(d1, today, ['orders'])));
}

/** What a till needs: the same, its money, what is sold, and the drawer that the money goes into. */
export async function tillNow(scope: Scope): Promise<Till> {
  const { d1, me } = scope;
  const today = todayFrom(scope);
  const results = await d1.batch([
    ...statements(d1, today, ['orders', 'tills', userChannel(me.id)]),
    d1.prepare(`${PRODUCT} ${BY_NAME}`),
    d1.prepare(`${DRAWER} WHERE d.person_id = ?1 AND d.closed_at IS NULL`).bind(me.id),
  ]);
  const [products, drawers] = results.slice(-2);
  const { currency, taxRate, taxIncluded } = me.settings;
  return {
    ...listOf(scope, today, results),
    sales: soldOf(results).map(saleOf),
    products: rowsOf<ProductRow>(products).map(productOf),
    ...{ currency, taxRate, taxIncluded },
    drawer: rowsOf<DrawerRow>(drawers).map(drawerOf)[0] ?? null,
  };
}

/** One order with its money, for those who may see it, however old it is. @throws Refusal `not_found` */
export async function orderNow(scope: Scope, id: string): Promise<OneOrder> {
  const sold = await ask(scope.d1, soldWith(scope.d1, 'order', id));
  return { order: orderOf(sold), sale: saleOf(sold) };
}

const listed = `IN (${listedIds('order')})`;

const statements = (d1: D1Database, today: Today, channels: ChannelName[]): D1PreparedStatement[] => [
  headsAt(d1, ...channels),
  ...listedSales(d1, 'order', today),
  d1
    .prepare(`${COMMENT} WHERE c.sale_id ${listed} ORDER BY c.at DESC, c.id DESC LIMIT ${COMMENTS}`)
    .bind(today.since),
  d1.prepare(`${PLACE} ORDER BY name COLLATE NOCASE, id`),
  staffWith(d1, 'orders.see'),
];

const soldOf = (results: readonly D1Result[]): Sold[] => soldIn(results[1]);

function listOf(scope: Scope, { date }: Today, results: readonly D1Result[]): OrderList {
  const [heads, , truncated, comments, places, staff] = results;
  return {
    at: readHeads(heads),
    now: scope.now(),
    today: date,
    orders: soldOf(results).map(orderOf),
    comments: rowsOf<CommentRow>(comments).map(commentOf).reverse(),
    places: rowsOf<PlaceRow>(places).map(placeOf),
    staff: rowsOf<Named>(staff),
    truncated: rowsOf<{ truncated: number }>(truncated)[0]?.truncated === 1,
  };
}
