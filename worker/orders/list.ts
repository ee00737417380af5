/** Orders as a desk and a till begin with them: every open one whatever its date, and those that were closed today. */
import { userChannel } from '../contract/channels';
import { dateIn } from '../contract/dates';
import type { OneOrder, OrderList, Till } from '../contract/orders';
import { rolesWith } from '../contract/roles';
import type { Named } from '../contract/sessions';
import { rowsOf } from '../db/client';
import { cursorOf, readCursor } from '../live/replay';
import {
  BY_NAME,
  PLACE,
  placeOf,
  type PlaceRow,
  PRODUCT,
  productOf,
  type ProductRow,
} from '../products/rows';
import { SALE, saleOf, type Sold, soldIn, soldWith } from '../sales/rows';
import type { Scope } from '../scope';
import { instantOf } from '../settings/roster';
import { COMMENT, commentOf, type CommentRow } from './comments';
import { orderOf } from './orders';

/** The oldest open ones, and the latest closed ones: more does not fit a screen, nor an answer. */
const [OPEN, CLOSED] = [500, 300];

/** What a desk needs. */
export async function ordersNow(scope: Scope): Promise<OrderList> {
  const { d1 } = scope;
  const today = todayFrom(scope);
  return listOf(scope, today, await d1.batch(statements(d1, today.since)));
}

/** What a till needs: the same, its money, and what is sold. */
export async function tillNow(scope: Scope): Promise<Till> {
  const { d1, me } = scope;
  const today = todayFrom(scope);
  const results = await d1.batch([
    ...statements(d1, today.since),
    cursorOf(d1, 'tills'),
    cursorOf(d1, userChannel(me.id)),
    d1.prepare(`${PRODUCT} ${BY_NAME}`),
  ]);
  const [tills, own, products] = results.slice(-3);
  return {
    ...listOf(scope, today, results),
    tills: readCursor(tills).head,
    own: readCursor(own).head,
    sales: soldOf(results).map(saleOf),
    products: rowsOf<ProductRow>(products).map(productOf),
  };
}

/** One order with its money, for those who may see it, however old it is. @throws Refusal `not_found` */
export async function orderNow(scope: Scope, id: string): Promise<OneOrder> {
  const sold = await soldWith(scope.d1, 'order', id);
  return { order: orderOf(sold), sale: saleOf(sold) };
}

interface Today {
  date: string;
  /** When it began. */
  since: number;
}

function todayFrom(scope: Scope): Today {
  const { zone } = scope.me.settings;
  const date = dateIn(zone, scope.now());
  return { date, since: instantOf(zone, date, '00:00') };
}

const openSales = `SELECT id FROM sales WHERE kind = 'order' AND state NOT IN ('released', 'cancelled') ORDER BY created_at LIMIT ${OPEN}`;
const closedSales = `SELECT id FROM sales WHERE kind = 'order' AND state IN ('released', 'cancelled') AND changed_at >= ?1
  ORDER BY changed_at DESC LIMIT ${CLOSED}`;
const listed = `IN (SELECT id FROM (${openSales}) UNION ALL SELECT id FROM (${closedSales}))`;

const statements = (d1: D1Database, since: number): D1PreparedStatement[] => [
  cursorOf(d1, 'orders'),
  d1.prepare(`${SALE} WHERE s.id ${listed} ORDER BY s.created_at, s.id`).bind(since),
  d1
    .prepare(
      `SELECT (SELECT count(*) FROM sales WHERE kind = 'order' AND state NOT IN ('released', 'cancelled')) > ${OPEN}
       OR (SELECT count(*) FROM sales WHERE kind = 'order' AND state IN ('released', 'cancelled') AND changed_at >= ?1) > ${CLOSED}
       AS truncated`,
    )
    .bind(since),
  d1.prepare(`${COMMENT} WHERE c.sale_id ${listed} ORDER BY c.at, c.id`).bind(since),
  d1.prepare(`${PLACE} ORDER BY name COLLATE NOCASE, id`),
  d1
    .prepare(
      `SELECT id, name FROM people WHERE active AND EXISTS (SELECT 1 FROM json_each(roles) AS role
         WHERE role.value IN (SELECT value FROM json_each(?1))) ORDER BY name COLLATE NOCASE, id`,
    )
    .bind(JSON.stringify(rolesWith('orders.see'))),
];

const soldOf = (results: readonly D1Result[]): Sold[] => soldIn(results[1]);

function listOf(scope: Scope, { date }: Today, results: readonly D1Result[]): OrderList {
  const [cursor, , truncated, comments, places, staff] = results;
  return {
    ...readCursor(cursor),
    now: scope.now(),
    today: date,
    orders: soldOf(results).map(orderOf),
    comments: rowsOf<CommentRow>(comments).map(commentOf),
    places: rowsOf<PlaceRow>(places).map(placeOf),
    staff: rowsOf<Named>(staff),
    truncated: rowsOf<{ truncated: number }>(truncated)[0]?.truncated === 1,
  };
}
