/** What a sale without network differs in from the server's view, and the list of those that a person must look at. */
import * as v from 'valibot';
import { Currency, Money, TaxRate } from '../../money';
import { Named } from '../../sessions/sessions';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';
import { Sale } from '../payments/payments';

/** `is` is what the server had when the sale arrived. Amounts are minor units. */
export const Difference = v.variant('kind', [
  /** Another price of one piece. */
  v.strictObject({ kind: v.literal('price'), name: v.string(), charged: Money, is: Money }),
  /** Another rate of tax, in hundredths of a percent. */
  v.strictObject({ kind: v.literal('rate'), name: v.string(), charged: TaxRate, is: TaxRate }),
  /** Whether prices included the tax; now it is the other way. */
  v.strictObject({ kind: v.literal('tax_included'), charged: v.boolean() }),
  /** A product that is no longer sold, or that the server does not know: it is kept by its name. */
  v.strictObject({ kind: v.literal('product'), name: v.string(), is: v.picklist(['inactive', 'unknown']) }),
  /** Pieces that the stock did not have; they are the product's `short`. */
  v.strictObject({ kind: v.literal('stock'), name: v.string(), missing: v.number() }),
  /** More was taken off than the person may give. */
  v.strictObject({ kind: v.literal('discount'), given: Money, most: Money }),
  /** The device's total, and that of the same prices by the server. */
  v.strictObject({ kind: v.literal('total'), said: Money, is: Money }),
  /** What the customer paid, and what was due in the workplace's coins. */
  v.strictObject({ kind: v.literal('paid'), paid: Money, due: Money }),
  /** The device's rounding to coins, and what was paid beyond the total. */
  v.strictObject({ kind: v.literal('rounding'), said: v.number(), is: v.number() }),
  /** Its drawer was closed meanwhile, so the money lies beside it; or unknown, so it lies in the person’s open or last one. */
  v.strictObject({ kind: v.literal('drawer'), is: v.picklist(['closed', 'unknown']) }),
  /** The number on the customer's paper was taken; the sale has another. */
  v.strictObject({ kind: v.literal('receipt'), said: v.string(), is: v.string() }),
  /** The place is unknown; the sale has its drawer's. */
  v.strictObject({ kind: v.literal('place') }),
  /** By the device's clock it was sold longer ago than the workplace accepts, or later than it was sent. */
  v.strictObject({ kind: v.literal('time'), is: v.picklist(['late', 'future']) }),
  /** The order that it replaces was paid too. */
  v.strictObject({ kind: v.literal('twice'), label: v.string() }),
]);
export type Difference = v.InferOutput<typeof Difference>;

/** A sale without network that differs, until a person has looked at it. */
export const SaleToReview = v.strictObject({
  ...v.pick(Sale, ['id', 'label', 'total']).entries,
  currency: Currency,
  by: Named,
  place: Named,
  drawer: v.strictObject({ id: Id, number: v.number(), date: LocalDate }),
  soldAt: Instant,
  arrivedAt: Instant,
  differences: v.array(Difference),
});
export type SaleToReview = v.InferOutput<typeof SaleToReview>;

/**
 * `GET /sales/to-review`: those to look at, the latest sold first, with the head of `tills`. `PUT /sales/:id/review` says that the
 * person has looked at one.
 */
export const SalesToReview = v.strictObject({
  at: Heads,
  now: Instant,
  zone: v.string(),
  sales: v.array(SaleToReview),
  /** Whether there are earlier ones: `before` is the last one's id. */
  more: v.boolean(),
});
export type SalesToReview = v.InferOutput<typeof SalesToReview>;

/** A person has looked at it. */
export const SaleReviewed = v.strictObject({ id: Id, by: Named, at: Instant });
export type SaleReviewed = v.InferOutput<typeof SaleReviewed>;
