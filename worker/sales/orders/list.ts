/** The orders that a desk and a till load: every open one, and those closed today. */
import { type ChannelName, userChannel } from '../../contract/channels';
import { moneyRulesOf } from '../../contract/money';
import type { OneOrder, OrderList, Till } from '../../contract/sales/orders/orders';
import { sellerOf } from '../../contract/sales/receipts/receipts';
import { ask, type Found, map, rows, together } from '../../db/queries';
import {
  BY_NAME,
  PLACE,
  placeOf,
  type PlaceRow,
  PRODUCT,
  productOf,
  type ProductRow,
} from '../../products/rows';
import type { Scope } from '../../scope';
import { openDrawerOf } from '../drawers/rows';
import { listed, type Listed, listedIds, type Today, todayFrom } from '../listed';
import { saleOf, soldWith } from '../rows';
import { commentsIn } from './comments';
import { orderOf } from './orders';

/** The most comments of all listed orders together; the latest count. */
const COMMENTS = 2_000;

export async function ordersNow(scope: Scope): Promise<OrderList> {
  const today = todayFrom(scope);
  return listOf(scope, today, await ask(scope.d1, listFacts(scope.d1, { offline: false }, today, 'orders')));
}

/** A till gets orders, their money, products and the person's drawer. */
export async function tillNow(scope: Scope): Promise<Till> {
  const { d1, me } = scope;
  const today = todayFrom(scope);
  const { list, products, drawer } = await ask(
    d1,
    together({
      list: listFacts(d1, { offline: true }, today, 'orders', 'tills', userChannel(me.id)),
      products: rows<ProductRow>(d1, `${PRODUCT} ${BY_NAME}`),
      drawer: openDrawerOf(d1, me.id),
    }),
  );
  return {
    ...listOf(scope, today, list),
    sales: list.listed.sold.map(saleOf),
    products: products.map(productOf),
    ...moneyRulesOf(me.settings),
    drawer: drawer ?? null,
    seller: sellerOf(me.settings),
  };
}

/** @throws Refusal `not_found` */
export async function orderNow(scope: Scope, id: string): Promise<OneOrder> {
  const sold = await ask(scope.d1, soldWith(scope.d1, 'order', id));
  return { order: orderOf(sold), sale: saleOf(sold) };
}

const listFacts = (
  d1: D1Database,
  { offline }: Pick<Listed, 'offline'>,
  today: Today,
  ...channels: ChannelName[]
) =>
  together({
    listed: listed(d1, { kind: 'order', offline }, today, ...channels),
    comments: commentsIn(
      d1,
      `WHERE c.sale_id IN (${listedIds({ kind: 'order', offline })}) ORDER BY c.at DESC, c.id DESC LIMIT ${COMMENTS}`,
      [today.since],
    ),
    places: map(rows<PlaceRow>(d1, `${PLACE} ORDER BY name COLLATE NOCASE, id`), (found) =>
      found.map(placeOf),
    ),
  });

function listOf(
  scope: Scope,
  { date, dayStart }: Today,
  { listed: { at, sold, staff, truncated }, comments, places }: Found<ReturnType<typeof listFacts>>,
): OrderList {
  return {
    at,
    now: scope.now(),
    today: date,
    dayStart,
    orders: sold.map(orderOf),
    comments: comments.reverse(),
    places,
    staff,
    truncated,
  };
}
