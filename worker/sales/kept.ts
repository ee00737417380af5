/** Answers that keys repeat were kept in the journal. Those from before migration 0014 had one payment, one refund and one rate of tax. */
import * as v from 'valibot';
import { grossOf, TaxRate } from '../contract/money';
import { Payment, Sale, SaleLine } from '../contract/sales/payments/payments';

const FormerPayment = v.pipe(
  v.omit(Payment, ['rounding', 'tip']),
  v.transform((payment): Payment => ({ ...payment, rounding: 0, tip: 0 })),
);
const Former = v.strictObject({
  ...v.omit(Sale, ['lines', 'taxes', 'discount', 'payments', 'refunds']).entries,
  taxRate: TaxRate,
  lines: v.array(v.pick(SaleLine, ['productId', 'name', 'quantity', 'price'])),
  payment: v.nullable(FormerPayment),
  refund: v.nullable(FormerPayment),
});

/** A sale in a kept answer, in its present shape. */
export const KeptSale = v.union([Sale, v.pipe(Former, v.transform(present))]);

function present({
  taxRate: rate,
  lines: former,
  payment,
  refund,
  ...sale
}: v.InferOutput<typeof Former>): Sale {
  const { kind, subtotal: net, tax, total } = sale;
  const taxes = [{ rate, net, tax }];
  const lines = former.map((line, index) => ({
    ...line,
    ...{ line: kind === 'order' ? index + 1 : index, taxRate: rate, discount: null, share: 0 },
  }));
  const back = lines.map((it) => ({ line: it.line, quantity: it.quantity, amount: grossOf(it) }));
  return {
    ...sale,
    ...{ lines, taxes, discount: null },
    payments: payment ? [payment] : [],
    refunds: refund
      ? [
          {
            ...{ id: refund.id, amount: total, taxes, reason: '', restocked: true, lines: back },
            ...{ at: refund.at, by: refund.by, payments: [refund] },
          },
        ]
      : [],
  };
}
