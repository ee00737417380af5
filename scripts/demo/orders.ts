/** The orders of Harbour Clinic's café for two weeks, day and night, and the waiting ones. */
import type { Temporal } from 'temporal-polyfill';
import type { OrderState } from '../../worker/contract/sales/orders/orders.ts';
import type { Product } from '../../worker/contract/products/products.ts';
import { type Calendar, DAY_START } from './calendar.ts';
import { Chance } from './chance.ts';
import { closingOf, type DemoDrawer, type Drawer, drawersOf } from './drawers.ts';
import { idAt } from './ids.ts';
import type { Act } from './journal.ts';
import { cafe } from './products.ts';
import {
  actsOfSale,
  lineRows,
  type Order,
  paymentRows,
  refundRows,
  type Sale,
  saleOf,
  saleRow,
} from './sales.ts';

const DAYS = 15;
const MINUTE = 60_000;
/** From then on what the kitchen made is sold for half, in minutes after midnight. */
const EVENING = 17 * 60;
type Waiting = { ago: number; state: OrderState; claimed?: true; ready?: true; comment?: string };
/** The waiting orders: the minutes since they were taken, their state, and their comments. */
const waiting: readonly Waiting[] = [
  { ago: 11, state: 'for_release', claimed: true, ready: true },
  { ago: 8, state: 'for_release', claimed: true },
  { ago: 6, state: 'for_release', comment: 'Oat milk in both, please. They sit by the window.' },
  { ago: 3, state: 'for_release' },
  { ago: 2, state: 'for_payment' },
  { ago: 1, state: 'pending' },
];

export type Takings = {
  sales: object[];
  lines: object[];
  refunds: { refund: object; line: object }[];
  drawers: DemoDrawer[];
  comments: object[];
  queues: object[];
  products: Product[];
  acts: Act[];
};

/** @param crews the ids of the café's staff, the present crew first */
export function takingsOf(
  products: readonly Product[],
  calendar: Calendar,
  crews: readonly { cashier: string; barista: string }[],
): Takings {
  const dates = calendar.dates.slice(-DAYS);
  const drawers = drawersOf(dates, calendar, crews);
  const days = dates.map((date) => dayOf(date, products, calendar, drawers));
  const sales = days.flatMap(({ sales: those }) => those);
  const pieces = (of: (sale: Sale) => boolean, id: string) =>
    sales
      .filter(of)
      .flatMap(({ lines }) => lines)
      .reduce((sum, { product, quantity }) => sum + (product.id === id ? quantity : 0), 0);
  return {
    sales: sales.map(saleRow),
    lines: sales.flatMap(lineRows),
    refunds: sales.flatMap(refundRows),
    drawers: drawers.map((drawer) => {
      const those = sales.filter((sale) => sale.drawer === drawer && sale.paidAt !== null);
      const payments = those.flatMap((sale) => sale.payments);
      return {
        drawer,
        payments: those.flatMap(paymentRows),
        closing: closingOf(drawer, payments, calendar.now),
      };
    }),
    comments: sales.flatMap(({ id, createdAt, drawer }) => {
      const text = waiting.find(({ ago }) => createdAt === calendar.now - ago * MINUTE)?.comment;
      const at = createdAt + MINUTE;
      return text ? [{ id: idAt(at, 'comment', id), saleId: id, personId: drawer.personId, at, text }] : [];
    }),
    queues: days
      .filter(({ sales: those }) => those.length > 0)
      .map(({ date, sales: those }) => ({ placeId: cafe.id, date, last: those.length })),
    products: products.map((product) => ({
      ...product,
      held: pieces(({ paidAt }) => paidAt === null, product.id),
      sold: pieces(({ paidAt }) => paidAt !== null, product.id),
    })),
    acts: sales.flatMap(actsOfSale),
  };
}

/** A business day's orders by time, in minutes after midnight: most at noon, some at night. */
function dayOf(
  day: Temporal.PlainDate,
  products: readonly Product[],
  calendar: Calendar,
  drawers: readonly Drawer[],
) {
  const date = day.toString();
  const chance = new Chance('café', date);
  const isWeekend = calendar.like(day).dayOfWeek > 5;
  const times = (count: number, minute: () => number) =>
    Array.from({ length: Math.round(chance.around(count, 3)) }, () => calendar.at(day, Math.floor(minute())));
  const usual = [
    ...times(isWeekend ? 14 : 32, () => chance.around(12.5 * 60, 130)),
    ...times(22, () => DAY_START + chance.next() * 24 * 60),
  ];
  const done = usual.filter((at) => at < calendar.now - 25 * MINUTE);
  const all: Omit<Order, 'drawer' | 'evening'>[] = [
    ...done.map((at) => ({ at, state: 'released', claimed: false, ready: false }) as const),
    ...waiting.map(({ ago, state, claimed = false, ready = false }) => ({
      ...{ at: calendar.now - ago * MINUTE, state, claimed, ready },
    })),
  ];
  const those = all
    .filter(({ at }) => calendar.businessDate(at) === date)
    .sort((a, b) => a.at - b.at)
    .flatMap((order) => {
      const drawer = drawers.find(({ from, to }) => from <= order.at && order.at < to);
      const evening = order.at >= calendar.at(day, EVENING);
      return drawer ? [{ ...order, evening, drawer }] : [];
    });
  return { date, sales: those.map((it, index) => saleOf(date, index + 1, it, products, chance)) };
}
