/** Payments and the money of sales: for people at a till only. */
import * as v from 'valibot';
import { Currency, Money, TaxPart, TaxRate, Totals } from '../../money';
import { Quantity } from '../../products/products';
import { Discount } from '../discounts';
import { Named } from '../../sessions/sessions';
import { Line, Reason } from '../../text';
import { Id, Instant } from '../../values';

export const PaymentMethod = v.picklist(['cash', 'card', 'transfer']);
export type PaymentMethod = v.InferOutput<typeof PaymentMethod>;
export const methodWords = {
  cash: 'Cash',
  card: 'Card',
  transfer: 'Bank transfer',
} as const satisfies Record<PaymentMethod, string>;

/** A line's number in its sale; 0 for a registration's package. */
export const LineNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000));

/** One part of a payment. Cash may be more than is due; other methods are exact. */
export const PaymentPart = v.strictObject({
  method: PaymentMethod,
  /** With the tip. */
  received: Money,
  /** Beside the amount: neither taxed nor discounted. */
  tip: v.optional(Money, 0),
  /** Such as a card terminal's number. */
  reference: v.optional(v.nullable(Line(60)), null),
});
export type PaymentPart = v.InferOutput<typeof PaymentPart>;

/** All parts at once, cash at most once: it pays what the others leave, rounded to the smallest coin. */
export const TakePayment = v.strictObject({
  parts: v.pipe(
    v.array(PaymentPart),
    v.minLength(1, 'must have at least one part'),
    v.maxLength(10, 'must have at most 10 parts'),
    v.check(
      (parts) => parts.filter(({ method }) => method === 'cash').length <= 1,
      'must name cash only once',
    ),
  ),
});
export type TakePayment = v.InferOutput<typeof TakePayment>;

/** How a refund is given: the exact value by method, each at most what that method paid; the server rounds cash. */
const RefundParts = v.pipe(
  v.array(v.strictObject({ method: PaymentMethod, amount: Money })),
  v.minLength(1, 'must have at least one part'),
  v.check(
    (parts) => new Set(parts.map(({ method }) => method)).size === parts.length,
    'must not name a method twice',
  ),
);
/** Refunds pieces of lines. One of all pieces cancels a sale that was not released yet. */
export const TakeRefund = v.strictObject({
  parts: RefundParts,
  /** Whether the goods are free again. */
  restock: v.boolean(),
  lines: v.pipe(
    v.array(v.strictObject({ line: LineNumber, quantity: Quantity })),
    v.minLength(1, 'must name at least one line'),
    v.maxLength(100, 'must name at most 100 lines'),
    v.check(
      (lines) => new Set(lines.map(({ line }) => line)).size === lines.length,
      'must not name a line twice',
    ),
  ),
  reason: Reason,
});
export type TakeRefund = v.InferOutput<typeof TakeRefund>;

export const Payment = v.strictObject({
  id: Id,
  /** Amounts are positive for both. */
  kind: v.picklist(['payment', 'refund']),
  method: PaymentMethod,
  /** For the goods, as it was paid: with the rounding, without the tip. */
  amount: Money,
  /** What of the amount only the smallest coin explains; 0 but for cash. */
  rounding: v.number(),
  tip: Money,
  received: Money,
  change: Money,
  reference: v.nullable(v.string()),
  at: Instant,
  by: Named,
  drawerId: Id,
});
export type Payment = v.InferOutput<typeof Payment>;

/** What came back of a sale. */
export const Refund = v.strictObject({
  id: Id,
  /** Its value, without rounding. */
  amount: Money,
  taxes: v.array(TaxPart),
  reason: v.string(),
  restocked: v.boolean(),
  at: Instant,
  by: Named,
  /** `amount` is the value as the price counts it, after discounts. */
  lines: v.array(v.strictObject({ line: LineNumber, quantity: v.number(), amount: Money })),
  payments: v.array(Payment),
});
export type Refund = v.InferOutput<typeof Refund>;

export const SaleLine = v.strictObject({
  /** Its number in the sale. */
  line: LineNumber,
  /** Null for a package. */
  productId: v.nullable(Id),
  name: v.string(),
  quantity: v.number(),
  /** Of one piece; with the tax if prices include it. */
  price: Money,
  taxRate: TaxRate,
  discount: v.nullable(Discount),
  /** Its share of the order's discount. */
  share: Money,
});
export type SaleLine = v.InferOutput<typeof SaleLine>;

/** `payments - refunds = total - returned + rounding`, refunds' rounding counted negative. */
export const Sale = v.strictObject({
  /** The order's or the registration's. */
  id: Id,
  kind: v.picklist(['order', 'registration']),
  /** "042", "20261121-0007". */
  label: v.string(),
  lines: v.array(SaleLine),
  ...Totals.entries,
  taxIncluded: v.boolean(),
  /** Of the whole order. */
  discount: v.nullable(Discount),
  currency: Currency,
  /** The parts of its payment; none if it is unpaid. */
  payments: v.array(Payment),
  /** The earliest first. */
  refunds: v.array(Refund),
});
export type Sale = v.InferOutput<typeof Sale>;
