/**
 * Sales without network: cash only, goods handed over at once, one act of the outbox. The server books what was charged, whatever
 * has changed meanwhile. What differs from its own view is a difference, for a person to look at (`differences.ts`).
 */
import * as v from 'valibot';
import { Currency, Money, TaxRate } from '../../money';
import { Quantity } from '../../products/products';
import { Receipt } from '../../receipts';
import { Tapped } from '../../tap';
import { Title } from '../../text';
import { Id } from '../../values';
import { GiveDiscount } from '../discounts';
import { Order } from '../orders/orders';
import { Sale } from '../payments/payments';
import { Difference } from './differences';

/** A browser's own id, such as `crypto.randomUUID()` makes. */
export const Device = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID'),
);

/** The letter of a drawer's first, second … device: A to Z, then AA, AB … @param count from 1 */
export const letterOf = (count: number): string =>
  count > 26
    ? letterOf(Math.floor((count - 1) / 26)) + letterOf(((count - 1) % 26) + 1)
    : String.fromCodePoint(64 + count);

/**
 * `PUT /drawers/:id/devices/:device`: a device's series in a drawer. The device may know higher numbers, of sales that it has not sent yet: the next receipt has the
 * higher of both. No `receipt` if the device had its letter already.
 */
export const DeviceSeries = v.strictObject({
  letter: v.string(),
  next: v.number(),
  receipt: v.nullable(Receipt),
});
export type DeviceSeries = v.InferOutput<typeof DeviceSeries>;

/** As it was charged: the price of one piece, and the rate of its tax in hundredths of a percent. */
const ChargedLine = v.strictObject({
  productId: Id,
  name: Title,
  quantity: Quantity,
  price: Money,
  taxRate: TaxRate,
  discount: v.optional(v.nullable(GiveDiscount), null),
});

/**
 * `POST /orders/offline-sales`. Amounts as the device computed them: `received − change − tip` is what the customer paid, `total`
 * and `rounding` only tell whether the device computed as the server does.
 */
export const OfflineSale = v.strictObject({
  /** Of the order that it becomes: sent again, by whatever key, it is booked once. */
  id: Id,
  placeId: Id,
  /** The person's own, open when the device last heard of it. */
  drawerId: Id,
  device: Device,
  /** As it was printed, with the device's letter: `D0147-A001`. */
  receipt: v.pipe(
    v.string(),
    v.regex(/^D\d{4,9}-[A-Z]{1,3}\d{3,9}$/, 'must be a device’s number such as D0147-A001'),
  ),
  lines: v.pipe(
    v.array(ChargedLine),
    v.minLength(1, 'must name at least one product'),
    v.maxLength(100, 'must name at most 100 lines'),
  ),
  /** Of the whole order, beside those of lines. */
  discount: v.optional(v.nullable(GiveDiscount), null),
  taxIncluded: v.boolean(),
  currency: Currency,
  total: Money,
  rounding: v.pipe(v.number(), v.integer()),
  tip: Money,
  received: Money,
  change: Money,
  /**
   * The order that was taken for payment before the network went, if the same cart was then sold without it. Still unpaid, it is
   * cancelled in the same commit and its goods are free. Paid, it stays, and the difference `twice` says so.
   */
  replaces: v.optional(v.nullable(Id), null),
  tapped: Tapped,
});
export type OfflineSale = v.InferOutput<typeof OfflineSale>;

/** The order is `released`, without a number, with `arrivedAt`. The sale's `label` is the number of its receipt. */
export const OfflineSaleBooked = v.strictObject({
  order: Order,
  sale: Sale,
  differences: v.array(Difference),
  receipt: Receipt,
});
export type OfflineSaleBooked = v.InferOutput<typeof OfflineSaleBooked>;
