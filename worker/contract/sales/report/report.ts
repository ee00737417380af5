import * as v from 'valibot';
import { Currency } from '../../money';
import { Named } from '../../sessions/sessions';
import { Id, Instant, LocalDate, WallTime } from '../../values';
import { Heads } from '../../wire';
import { PaymentMethod } from '../payments/payments';

/** Payments less refunds of a business day: those of its drawers, tips apart. */
export const SalesReport = v.strictObject({
  at: Heads,
  now: Instant,
  date: LocalDate,
  zone: v.string(),
  dayStart: WallTime,
  currency: Currency,
  revenue: v.number(),
  /** The ids of its drawers. */
  drawers: v.array(Id),
  /** The number of sales paid and of refunds on that day; a refunded sale may be older. */
  paid: v.number(),
  refunded: v.number(),
  /** Every method once; `count` is the number of payments. */
  byMethod: v.array(v.strictObject({ method: PaymentMethod, amount: v.number(), count: v.number() })),
  /** By the names at the time of sale, after discounts, without added tax; a package counts as one product. */
  byProduct: v.array(
    v.strictObject({ productId: v.nullable(Id), name: v.string(), quantity: v.number(), amount: v.number() }),
  ),
  /** Revenue by hour from the day's start, 24 numbers. */
  byHour: v.array(v.number()),
  /** The same weekday a week before: in all, until the present time of day, and by hour. */
  lastWeek: v.strictObject({
    date: LocalDate,
    revenue: v.number(),
    untilNow: v.number(),
    byHour: v.array(v.number()),
  }),
  /** People who may work at a till or a desk, by name. */
  staff: v.array(Named),
});
export type SalesReport = v.InferOutput<typeof SalesReport>;
