/**
 * Books a sale that a till made without network: at the prices charged, with its money, goods and receipt in one commit. Nothing that
 * has changed meanwhile refuses it, because goods and money have changed hands.
 */
import * as v from 'valibot';
import type { Publication } from '../../contract/events';
import { inCoins } from '../../contract/money';
import { Difference, type SaleToReview } from '../../contract/sales/offline/differences';
import type { OfflineSale, OfflineSaleBooked } from '../../contract/sales/offline/offline-sales';
import { Order } from '../../contract/sales/orders/orders';
import { receiptParts } from '../../contract/sales/receipts/receipts';
import type { Named } from '../../contract/sessions/sessions';
import { type Found, known, map, row, together } from '../../db/queries';
import type { Decision } from '../../live/decision';
import { invalid, Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { linesWrite, saleRow } from '../create';
import { updatedAtTills } from '../drawers/drawers';
import { KeptSale } from '../kept';
import { saleSubject } from '../kind';
import { tillOf } from '../move';
import { changedAtTills, orderOf } from '../orders/orders';
import { isCurrency, paymentRows } from '../payments/payments';
import { saleOf, type Sold, soldIn } from '../rows';
import { asTaken, handedOver, onSale, piecesOf } from '../stock';
import { differencesOf } from './compare';
import { replaced } from './replace';
import { goodsGone, soldAs } from './charged';
import { notYours, numberedAs, seriesOf } from './series';

const Booked = v.object({ record: Order, sale: KeptSale, differences: v.array(Difference) });

/**
 * The sale of one id is booked once; sent again, it has its first answer.
 * @throws Refusal `invalid_input` for an id that is taken or too large a total, `not_your_drawer`, `no_drawer` if the drawer is
 * unknown and the person never had one, `currency_changed` before the workplace's first payment
 */
export async function bookOffline(scope: Scope, input: OfflineSale): Promise<OfflineSaleBooked> {
  const { after, receipt } = await scope.commit({
    subject: saleSubject({ kind: 'order', id: input.id }),
    action: 'order.sold_offline',
    facts: (d1, who) => factsFor(d1, who, input),
    decide: (found, me, at) => booking(scope, input, found, me, at),
  });
  const { record: order, sale, differences } = v.parse(Booked, after);
  return { order, sale, differences, receipt };
}

/** SQL: the drawer ?1, or if it is unknown, as after a restore, the open or the last one of the person ?2. */
const TARGET = `coalesce((SELECT id FROM drawers WHERE id = ?1),
  (SELECT id FROM drawers WHERE person_id = ?2 ORDER BY closed_at IS NOT NULL, opened_at DESC LIMIT 1))`;

interface TargetDrawer {
  id: string;
  number: number | null;
  date: string;
  personId: string;
  openedAt: number;
  closedAt: number | null;
  placeId: string;
  place: string;
}

function factsFor(
  d1: D1Database,
  who: string,
  { id, drawerId, placeId, lines, receipt, replaces }: OfflineSale,
) {
  const target = [drawerId, who];
  const { letter, number } = receiptParts(receipt);
  return together({
    taken: row<{ by: string; arrivedAt: number | null }>(
      d1,
      'SELECT created_by AS by, arrived_at AS arrivedAt FROM sales WHERE id = ?1',
      [id],
    ),
    drawer: row<TargetDrawer>(
      d1,
      `SELECT d.id, d.number, d.date, d.person_id AS personId, d.opened_at AS openedAt, d.closed_at AS closedAt, p.id AS placeId, p.name AS place
       FROM drawers AS d JOIN places AS p ON p.id = d.place_id WHERE d.id = ${TARGET}`,
      target,
    ),
    place: row<Named>(d1, 'SELECT id, name FROM places WHERE id = ?1', [placeId]),
    products: onSale(
      d1,
      lines.map(({ productId }) => productId),
    ),
    series: seriesOf(d1, TARGET, target),
    numberTaken: map(
      row(d1, `SELECT 1 FROM receipts WHERE drawer_id = ${TARGET} AND letter = ?3 AND number = ?4`, [
        ...target,
        letter,
        number,
      ]),
      (found) => found !== undefined,
    ),
    other:
      replaces === null
        ? known(undefined)
        : map(soldIn(d1, `WHERE s.id = ?1 AND s.kind = 'order'`, [replaces]), ([sold]) => sold),
  });
}

type Facts = Found<ReturnType<typeof factsFor>>;

/** @throws Refusal as `bookOffline` */
function booking(scope: Scope, input: OfflineSale, found: Facts, me: Asker, at: number): Decision {
  const { taken, drawer, place, products } = found;
  if (taken?.by === me.id && taken.arrivedAt !== null) return { done: 'order.sold_offline' };
  if (taken) throw invalid('id', 'is taken');
  if (!drawer) throw new Refusal('no_drawer');
  if (drawer.personId !== me.id) throw notYours();
  if (input.currency !== me.settings.currency) throw new Refusal('currency_changed');
  const arrivedAt = scope.tap?.receivedAt ?? at;
  const instead = replaced(found.other, me, arrivedAt);
  const numbered = numberedAs(input.receipt, drawer, input.device, {
    series: found.series,
    taken: found.numberTaken,
  });
  const till = tillOf(scope, me, drawer.id, at);
  const where = place ?? { id: drawer.placeId, name: drawer.place };
  const sold = soldAs(input, { me, till, arrivedAt, place: where, products, receipt: numbered.label });
  const goods = goodsGone(sold, products, piecesOf(instead.freed));
  const paid = input.received - input.change - input.tip;
  const compared = { input, sold, paid, due: inCoins(sold.total, till.coin), products, goods, drawer };
  const differences = differencesOf(
    { ...compared, label: numbered.label, placeKnown: place !== undefined, twice: instead.twice },
    me,
    scope.tap,
  );
  const moved = handedOver(goods);
  const late = drawer.closedAt !== null;
  return {
    first: instead.first,
    write: saleRow({ ...sold, differences: differences.length > 0 ? differences : undefined }, GUARD, [
      drawer.id,
      late ? 1 : 0,
      JSON.stringify(goods),
    ]),
    before: null,
    after: { record: orderOf(sold), sale: saleOf(sold), differences },
    also: [
      ...instead.also,
      linesWrite(sold.id, sold.lines),
      ...moved.also,
      ...paymentRows(sold.id, sold.payments, null, { ...numbered, late }),
      ...numbered.also,
    ],
    publish: [
      ...instead.publish,
      ...moved.publish,
      ...eventsOf(sold),
      // Not to the person's own channel, whose pages take a closed drawer for the one that they have open.
      ...(late ? [updatedAtTills(updateOf(drawer, me))] : []),
      ...(differences.length > 0 ? [toReview(sold, drawer, differences)] : []),
    ],
  };
}

/** SQL: the drawer is as it was read, and the stock gives what was read. */
const GUARD = `EXISTS (SELECT 1 FROM drawers WHERE id = ?2 AND (closed_at IS NOT NULL) = ?3) AND ${asTaken('?4')}
  AND ${isCurrency(`?1 ->> 'currency'`, `?1 ->> 'arrivedAt'`)}`;

function eventsOf(sold: Sold): Publication[] {
  const sale = saleOf(sold);
  return [
    changedAtTills(sold),
    { channel: 'tills', type: 'sale.created', data: sale },
    { channel: 'tills', type: 'sale.paid', data: sale },
  ];
}

const updateOf = ({ placeId, place, personId: _id, number, ...drawer }: TargetDrawer, me: Asker) => ({
  ...drawer,
  number: number ?? 0,
  person: { id: me.id, name: me.name },
  place: { id: placeId, name: place },
});

function toReview(sold: Sold, drawer: TargetDrawer, differences: Difference[]): Publication {
  const { id, label, total } = saleOf(sold);
  const data: SaleToReview = {
    ...{ id, label, total },
    currency: sold.currency,
    by: sold.createdBy,
    place: sold.place ?? { id: drawer.placeId, name: drawer.place },
    drawer: { id: drawer.id, number: drawer.number ?? 0, date: drawer.date },
    soldAt: sold.createdAt,
    arrivedAt: sold.arrivedAt ?? sold.createdAt,
    differences,
  };
  return { channel: 'tills', type: 'sale.differed', data };
}
