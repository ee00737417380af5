/** Payments and the money of sales: for people at a till only. */
import * as v from 'valibot';
import { Currency, Money, TaxRate, Totals } from '../../money';
import { Named } from '../../sessions/sessions';
import { Line } from '../../text';
import { Id, Instant } from '../../values';

export const PaymentMethod = v.picklist(['cash', 'card', 'transfer']);
export type PaymentMethod = v.InferOutput<typeof PaymentMethod>;
export const methodWords = {
  cash: 'Cash',
  card: 'Card',
  transfer: 'Bank transfer',
} as const satisfies Record<PaymentMethod, string>;

/** At least the amount due; only cash may exceed it. */
export const TakePayment = v.strictObject({
  method: PaymentMethod,
  received: Money,
  /** Such as a card terminal's number. */
  reference: v.optional(v.nullable(Line(60)), null),
});
export type TakePayment = v.InferOutput<typeof TakePayment>;

/** Refunds the whole payment; `restock` says whether the goods are free again. */
export const TakeRefund = v.strictObject({ method: PaymentMethod, restock: v.boolean() });
export type TakeRefund = v.InferOutput<typeof TakeRefund>;

export const Payment = v.strictObject({
  id: Id,
  /** Amounts are positive for both. */
  kind: v.picklist(['payment', 'refund']),
  method: PaymentMethod,
  amount: Money,
  received: Money,
  change: Money,
  reference: v.nullable(v.string()),
  at: Instant,
  by: Named,
  drawerId: Id,
});
export type Payment = v.InferOutput<typeof Payment>;

export const Sale = v.strictObject({
  /** The order's or the registration's. */
  id: Id,
  kind: v.picklist(['order', 'registration']),
  /** "042", "20261121-0007". */
  label: v.string(),
  lines: v.array(
    v.strictObject({
      /** Null for a package. */
      productId: v.nullable(Id),
      name: v.string(),
      quantity: v.number(),
      price: Money,
    }),
  ),
  ...Totals.entries,
  taxRate: TaxRate,
  taxIncluded: v.boolean(),
  currency: Currency,
  payment: v.nullable(Payment),
  refund: v.nullable(Payment),
});
export type Sale = v.InferOutput<typeof Sale>;
