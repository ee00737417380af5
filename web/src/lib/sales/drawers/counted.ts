/** Adds one movement of money to a sales report, with the same sums as the database. */
import type { Payment, Sale } from '$contract/sales/payments/payments';
import type { SalesReport } from '$contract/sales/report/report';
import { businessHours, hourAt } from '$contract/business-day';
import { signed } from '$lib/sales/movements';

/** A movement in a drawer of another day changes nothing. */
export function counted(day: SalesReport, sale: Sale, payment: Payment): SalesReport {
  if (!day.drawers.includes(payment.drawerId)) return day;
  const amount = signed(payment);
  const one = payment.kind === 'payment' ? 1 : 0;
  const hour = hourAt(businessHours(day, day.date), payment.at);
  return {
    ...day,
    revenue: day.revenue + amount,
    paid: day.paid + one,
    refunded: day.refunded + 1 - one,
    byMethod: day.byMethod.map((row) =>
      row.method === payment.method ? { ...row, amount: row.amount + amount, count: row.count + one } : row,
    ),
    byProduct: withLines(day.byProduct, sale, one === 1 ? 1 : -1),
    byHour: day.byHour.map((sum, at) => (at === hour ? sum + amount : sum)),
  };
}

type ByProduct = SalesReport['byProduct'];
type Row = ByProduct[number];

function withLines(rows: ByProduct, { lines }: Sale, sign: 1 | -1): ByProduct {
  const all = new Map(rows.map((row) => [keyOf(row), row]));
  for (const { productId, name, quantity, price } of lines) {
    const key = keyOf({ productId, name });
    const row = all.get(key) ?? { productId, name, quantity: 0, amount: 0 };
    all.set(key, {
      ...row,
      quantity: row.quantity + sign * quantity,
      amount: row.amount + sign * quantity * price,
    });
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
