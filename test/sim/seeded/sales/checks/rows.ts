/** The database's sales as the checks read them: without the product's own mapping. */
import type { World } from '../../World';

export interface TaxPart {
  rate: number;
  net: number;
  tax: number;
}
export interface Line {
  line: number;
  product: string | null;
  name: string;
  quantity: number;
  price: number;
  rate: number;
  discount: number;
  percent: number | null;
  share: number;
}
export interface Money {
  method: 'cash' | 'card' | 'transfer';
  amount: number;
  rounding: number;
  tip: number;
  drawer: string;
  by: string;
}
export interface Refund {
  amount: number;
  taxes: TaxPart[];
  lines: { line: number; quantity: number; amount: number }[];
  payments: Money[];
}
export interface Sale {
  id: string;
  kind: 'order' | 'registration';
  state: string;
  version: number;
  subtotal: number;
  tax: number;
  total: number;
  refunded: number;
  taxIncluded: number;
  discount: number;
  percent: number | null;
  paidAt: number | null;
  releasedAt: number | null;
  cancelledAt: number | null;
  taxes: TaxPart[];
  lines: Line[];
  payments: Money[];
  refunds: Refund[];
}

const payments = (which: string) =>
  `(SELECT json_group_array(json_object('method', method, 'amount', amount, 'rounding', rounding, 'tip', tip, 'drawer', drawer_id, 'by', by))
    FROM payments WHERE ${which})`;

const SALES = `SELECT id, kind, state, version, subtotal, tax, total, refunded, tax_included AS taxIncluded, discount, discount_percent AS percent,
    paid_at AS paidAt, released_at AS releasedAt, cancelled_at AS cancelledAt, taxes,
    (SELECT json_group_array(json_object('line', position, 'product', product_id, 'name', name, 'quantity', quantity, 'price', price,
       'rate', tax_rate, 'discount', discount, 'percent', discount_percent, 'share', share) ORDER BY position)
     FROM sale_lines WHERE sale_id = sales.id) AS lines,
    ${payments('sale_id = sales.id AND refund_id IS NULL')} AS payments,
    (SELECT json_group_array(json_object('amount', amount, 'taxes', json(taxes),
       'lines', (SELECT json_group_array(json_object('line', position, 'quantity', quantity, 'amount', amount))
         FROM refund_lines WHERE refund_id = refunds.id),
       'payments', ${payments('refund_id = refunds.id')}) ORDER BY at, id)
     FROM refunds WHERE sale_id = sales.id) AS refunds
  FROM sales WHERE id IN (SELECT value FROM json_each(?1))`;

type Row = Omit<Sale, 'taxes' | 'lines' | 'payments' | 'refunds'> &
  Record<'taxes' | 'lines' | 'payments' | 'refunds', string>;

export const salesWith = ({ db }: World, ids: readonly string[]): Sale[] =>
  db.rows<Row>(SALES, JSON.stringify(ids)).map((row) => ({
    ...row,
    taxes: JSON.parse(row.taxes) as TaxPart[],
    lines: JSON.parse(row.lines) as Line[],
    payments: JSON.parse(row.payments) as Money[],
    refunds: JSON.parse(row.refunds) as Refund[],
  }));
