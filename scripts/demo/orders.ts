/** What Harbour Clinic's café has sold for two weeks, the drawers it went into, and the orders that wait just now. */
import { Temporal } from 'temporal-polyfill';
import { totalsOf } from '../../worker/contract/money.ts';
import type { OrderState } from '../../worker/contract/orders.ts';
import type { ByMethod, PaymentMethod } from '../../worker/contract/payments.ts';
import type { Product } from '../../worker/contract/products.ts';
import type { Calendar } from './calendar.ts';
import { Chance } from './chance.ts';
import { idAt } from './history.ts';
import type { Act } from './journal.ts';
import { cafe } from './products.ts';

const DAYS = 15;
const MINUTE = 60_000;
/** Minutes after midnight, by the clock on the wall. */
const [OPENS, CLOSES] = [8 * 60, 17 * 60];
const FLOAT = 15_000;
const TAX = { taxRate: 1_900, taxIncluded: true };
const receivers = [
  'Mrs Lang',
  'Mr Okafor',
  'Ward 3',
  'Ms Ito',
  'Mr Brandt',
  'Radiology',
  'Mrs Yilmaz',
  'Mr Novak',
];

/** The ones that wait: how many minutes ago they were taken, how far they are, and what was written about them. */
const waiting: readonly [ago: number, state: OrderState, claimed?: boolean, comment?: string][] = [
  [17, 'for_release', true],
  [11, 'for_release', false, 'Oat milk in both, please. They sit by the window.'],
  [5, 'for_release', false],
  [3, 'for_payment'],
  [1, 'pending'],
];

interface SaleRow {
  id: string;
  number: number;
  date: string;
  state: OrderState;
  lines: { product: Product; quantity: number }[];
  createdAt: number;
  paidAt: number | null;
  claimedAt: number | null;
  releasedAt: number | null;
  receivedBy: string | null;
  subtotal: number;
  tax: number;
  total: number;
  method: PaymentMethod;
  received: number;
}

type Closing = { closedAt: number; expected: string; counted: string; note: string | null };

export type Takings = {
  sales: object[];
  lines: object[];
  drawers: { drawer: { id: string }; payments: object[]; closing: Closing | undefined }[];
  comments: object[];
  queues: object[];
  products: Product[];
  acts: Act[];
};

/** @param who their ids: the cashier's and that of whoever hands over */
export function takingsOf(
  products: readonly Product[],
  calendar: Calendar,
  who: { cashier: string; releasing: string },
): Takings {
  const days = calendar.dates.slice(-DAYS).map((date) => dayOf(date.toString(), products, calendar));
  const sales = days.flatMap(({ sales: those }) => those);
  const pieces = (of: (sale: SaleRow) => boolean, id: string) =>
    sales
      .filter(of)
      .flatMap(({ lines }) => lines)
      .reduce((sum, { product, quantity }) => sum + (product.id === id ? quantity : 0), 0);
  return {
    sales: sales.map((sale) => asRow(sale, who)),
    lines: sales.flatMap(({ id, lines }) =>
      lines.map(({ product: { id: productId, name, price }, quantity }, position) => ({
        ...{ saleId: id, productId, position, name, price, quantity },
      })),
    ),
    drawers: days.map(({ date, sales: those }) => {
      const openedAt = calendar.at(date, OPENS - 5);
      const id = idAt(openedAt, 'drawer', date);
      return {
        drawer: { id, personId: who.cashier, placeId: cafe.id, float: FLOAT, openedAt },
        payments: those
          .filter(({ paidAt }) => paidAt !== null)
          .map((sale) => paymentOf(sale, id, who.cashier)),
        closing: date === calendar.today ? undefined : closing(date, those, calendar),
      };
    }),
    comments: sales.flatMap(({ id, createdAt }) => {
      const text = waiting.find(([ago]) => createdAt === calendar.now - ago * MINUTE)?.[3];
      const at = createdAt + MINUTE;
      return text ? [{ id: idAt(at, 'comment', id), saleId: id, personId: who.cashier, at, text }] : [];
    }),
    queues: days.map(({ date, sales: those }) => ({ placeId: cafe.id, date, last: those.length })),
    products: products.map((product) => ({
      ...product,
      held: pieces(({ paidAt }) => paidAt === null, product.id),
      sold: pieces(({ paidAt }) => paidAt !== null, product.id),
    })),
    acts: sales.flatMap((sale) => actsOf(sale, who)),
  };
}

function dayOf(date: string, products: readonly Product[], calendar: Calendar) {
  const chance = new Chance('café', date);
  const weekend = calendar.like(Temporal.PlainDate.from(date)).dayOfWeek > 5;
  const usual = Array.from({ length: Math.round(chance.around(weekend ? 14 : 34, 5)) }, () =>
    calendar.at(date, Math.round(chance.around((OPENS + CLOSES) / 2, 130))),
  );
  const today = date === calendar.today;
  const latest = today ? calendar.now - 25 * MINUTE : Number.MAX_SAFE_INTEGER;
  const done = usual.filter((at) => at < latest).sort((a, b) => a - b);
  const all = [
    ...done.map((at) => ({ at, state: 'released', claimed: false }) as const),
    ...(today
      ? waiting.map(([ago, state, claimed = false]) => ({ at: calendar.now - ago * MINUTE, state, claimed }))
      : []),
  ];
  return { date, sales: all.map((it, index) => saleOf(date, index + 1, it, products, chance)) };
}

function saleOf(
  date: string,
  number: number,
  { at, state, claimed }: { at: number; state: OrderState; claimed: boolean },
  products: readonly Product[],
  chance: Chance,
): SaleRow {
  const sold = products.filter(
    ({ stock, category }) => stock > 0 && (category !== 'Shop' || chance.happens(0.15)),
  );
  const chosen = new Set(
    Array.from(
      { length: 1 + Math.floor(chance.next() * 3) },
      () => sold[Math.floor(chance.next() * sold.length)],
    ),
  );
  const lines = [...chosen].flatMap((product) =>
    product ? [{ product, quantity: chance.happens(0.25) ? 2 : 1 }] : [],
  );
  const totals = totalsOf(
    lines.map(({ product, quantity }) => ({ price: product.price, quantity })),
    TAX,
  );
  const method: PaymentMethod = chance.happens(0.52) ? 'card' : 'cash';
  const isPaid = state === 'released' || state === 'for_release';
  const paidAt = isPaid ? at + Math.round(chance.around(55, 15)) * 1_000 : null;
  const releasedAt =
    state === 'released' && paidAt !== null ? paidAt + Math.round(chance.around(240, 80)) * 1_000 : null;
  return {
    ...{ id: idAt(at, 'order', `${date}/${number}`), number, date, state, lines, ...totals, method },
    ...{
      createdAt: at,
      paidAt,
      claimedAt: claimed && paidAt !== null ? paidAt + 4 * MINUTE : null,
      releasedAt,
    },
    receivedBy:
      releasedAt === null ? null : (receivers[Math.floor(chance.next() * receivers.length)] ?? null),
    received: method === 'cash' ? Math.ceil(totals.total / 500) * 500 : totals.total,
  };
}

function asRow(sale: SaleRow, { cashier, releasing }: { cashier: string; releasing: string }): object {
  const { lines: _lines, method: _method, received: _received, ...row } = sale;
  const { createdAt, paidAt, claimedAt, releasedAt } = sale;
  const changedAt = releasedAt ?? claimedAt ?? paidAt ?? createdAt;
  return {
    ...row,
    ...{ kind: 'order', placeId: cafe.id, currency: 'EUR', taxRate: TAX.taxRate, taxIncluded: 1 },
    version: 1 + [sale.state !== 'pending', paidAt, claimedAt, releasedAt].filter(Boolean).length,
    ...{ createdBy: cashier, expiresAt: paidAt === null ? createdAt + 60 * MINUTE : null },
    claimedBy: claimedAt === null ? null : releasing,
    releasedBy: releasedAt === null ? null : releasing,
    ...{ changedAt, changedBy: (releasedAt ?? claimedAt) ? releasing : cashier },
  };
}

const paymentOf = (sale: SaleRow, drawerId: string, by: string): object => ({
  ...{
    id: idAt(sale.paidAt ?? 0, 'payment', sale.id),
    saleId: sale.id,
    kind: 'payment',
    method: sale.method,
  },
  ...{ amount: sale.total, received: sale.received, change: sale.received - sale.total },
  ...{ at: sale.paidAt, by, drawerId },
});

/** Counted at the end of the day: now and then a coin is missing. */
function closing(date: string, sales: readonly SaleRow[], calendar: Calendar): Closing {
  const chance = new Chance('drawer', date);
  const of = (method: PaymentMethod) =>
    sales.reduce((sum, sale) => sum + (sale.method === method ? sale.total : 0), 0);
  const expected: ByMethod = { cash: FLOAT + of('cash'), card: of('card'), transfer: 0 };
  const missing = chance.happens(0.3) ? Math.round(chance.around(0, 60) / 10) * 10 : 0;
  return {
    closedAt: calendar.at(date, CLOSES + 20),
    expected: JSON.stringify(expected),
    counted: JSON.stringify({ ...expected, cash: expected.cash - missing }),
    note: missing === 0 ? null : 'Counted twice.',
  };
}

function actsOf(sale: SaleRow, { cashier, releasing }: { cashier: string; releasing: string }): Act[] {
  const subject = `order/${sale.id}`;
  const steps: [at: number | null, actor: string, action: string, state: OrderState][] = [
    [sale.createdAt, cashier, 'order.created', 'pending'],
    [sale.paidAt, cashier, 'order.paid', 'for_release'],
    [sale.claimedAt, releasing, 'order.claimed', 'for_release'],
    [sale.releasedAt, releasing, 'order.released', 'released'],
  ];
  return steps.flatMap(([at, actor, action, state]) => {
    const { number, date, total } = sale;
    return at === null
      ? []
      : [{ at, actor, action, subject, before: null, after: { number, date, total, state } }];
  });
}
