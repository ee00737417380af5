/** Adds one movement of money to a sales report, with the same sums as the database. */
import { amountOf, sum } from '$contract/money';
import type { SalesReport } from '$contract/sales/report/report';
import { businessHours, hourAt } from '$contract/business-day';
import { signed } from '$lib/sales/movements';
import type { Movement } from '$lib/sales/sale-events';

/** A movement in a drawer of another day changes nothing. */
export function counted(day: SalesReport, moved: Movement): SalesReport {
  const [first] = moved.payments;
  if (!first || !day.drawers.includes(first.drawerId)) return day;
  const amount = sum(moved.payments.map(signed));
  const one = moved.refund ? 0 : 1;
  const hour = hourAt(businessHours(day, day.date), first.at);
  return {
    ...day,
    revenue: day.revenue + amount,
    paid: day.paid + one,
    refunded: day.refunded + 1 - one,
    byMethod: day.byMethod.map((row) => withParts(row, moved.payments)),
    byProduct: withLines(day.byProduct, moved),
    byHour: day.byHour.map((all, at) => (at === hour ? all + amount : all)),
  };
}

function withParts(row: SalesReport['byMethod'][number], payments: Movement['payments']) {
  const parts = payments.filter(({ method }) => method === row.method);
  const count = row.count + parts.filter(({ kind }) => kind === 'payment').length;
  return { ...row, amount: row.amount + sum(parts.map(signed)), count };
}

type ByProduct = SalesReport['byProduct'];
type Row = ByProduct[number];

function withLines(rows: ByProduct, { sale, refund }: Movement): ByProduct {
  const all = new Map(rows.map((row) => [keyOf(row), row]));
  const lines = refund
    ? refund.lines.map(({ line, quantity, amount }) => ({ line, quantity: -quantity, amount: -amount }))
    : sale.lines.map((it) => ({ line: it.line, quantity: it.quantity, amount: amountOf(it) }));
  for (const { line, quantity, amount } of lines) {
    const it = sale.lines.find((sold) => sold.line === line);
    if (!it) continue;
    const key = keyOf(it);
    const row = all.get(key) ?? { productId: it.productId, name: it.name, quantity: 0, amount: 0 };
    all.set(key, { ...row, quantity: row.quantity + quantity, amount: row.amount + amount });
  }
  return [...all.values()]
    .filter(({ quantity, amount }) => quantity !== 0 || amount !== 0)
    .toSorted((a, b) => b.amount - a.amount || order(a.name, b.name) || order(a.productId, b.productId));
}

const keyOf = ({ productId, name }: Pick<Row, 'productId' | 'name'>): string => `${productId ?? ''} ${name}`;

/** As the database sorts: null first. */
function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
