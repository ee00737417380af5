/** Payments, the money of sales, and drawers: for people at a till only. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Currency, Money, TaxRate, Totals } from '../../money';
import { Named } from '../../sessions/sessions';
import { Line, Note } from '../../text';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';

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

export const ByMethod = v.strictObject({ cash: v.number(), card: v.number(), transfer: v.number() });
export type ByMethod = v.InferOutput<typeof ByMethod>;

/** A refund, from another drawer, of a payment in this one. */
export const Adjustment = v.strictObject({ ...Payment.entries, saleId: Id, label: v.string() });
export type Adjustment = v.InferOutput<typeof Adjustment>;

/** A person's drawer from opening to closing. A closed one never changes. */
export const Drawer = v.strictObject({
  id: Id,
  person: Named,
  place: Named,
  openedAt: Instant,
  /** The cash at the opening. */
  float: Money,
  closedAt: v.nullable(Instant),
  /** The expected amounts by method, the float included; of an open drawer as of now. */
  expected: ByMethod,
  /** The amounts counted at the closing. */
  counted: v.nullable(ByMethod),
  note: v.nullable(v.string()),
  /** Refunds of its payments from other drawers, after it closed or by another person. They count in the other drawer. */
  adjustments: v.array(Adjustment),
});
export type Drawer = v.InferOutput<typeof Drawer>;

/** A drawer as other tills see it: without its money. */
export const DrawerUpdate = v.pick(Drawer, ['id', 'person', 'place', 'openedAt', 'closedAt']);

export const OpenDrawer = v.strictObject({ id: Id, placeId: Id, float: Money });
export type OpenDrawer = v.InferOutput<typeof OpenDrawer>;
export const CloseDrawer = v.strictObject({
  counted: v.strictObject({ cash: Money, card: Money, transfer: Money }),
  note: v.nullable(Note(300)),
});
export type CloseDrawer = v.InferOutput<typeof CloseDrawer>;
export const DrawerChange = v.strictObject({ drawer: Drawer, receipt: Receipt });
export type DrawerChange = v.InferOutput<typeof DrawerChange>;
/** The person's open drawer and the places to open one, with the heads of their own channel and of `tills`. */
export const OwnDrawer = v.strictObject({
  at: Heads,
  now: Instant,
  zone: v.string(),
  currency: Currency,
  drawer: v.nullable(Drawer),
  /** Active ones, by name. */
  places: v.array(Named),
});
export type OwnDrawer = v.InferOutput<typeof OwnDrawer>;
/** The drawers that were open on `date`, the latest first, with the head of `tills`. */
export const DrawerList = v.strictObject({
  at: Heads,
  now: Instant,
  date: LocalDate,
  zone: v.string(),
  currency: Currency,
  drawers: v.array(Drawer),
});
export type DrawerList = v.InferOutput<typeof DrawerList>;

/** Counted less expected, by method, minor units. */
export const varianceOf = ({ counted, expected }: Pick<Drawer, 'counted' | 'expected'>): ByMethod | null =>
  counted && {
    cash: counted.cash - expected.cash,
    card: counted.card - expected.card,
    transfer: counted.transfer - expected.transfer,
  };

/** The number of a receipt's print: all but the first are copies. */
export const PrintedReceipt = v.strictObject({
  saleId: Id,
  /** 1 for the first. */
  print: v.number(),
  receipt: Receipt,
});
export type PrintedReceipt = v.InferOutput<typeof PrintedReceipt>;

/** Payments less refunds of a date in the workplace's zone. */
export const SalesReport = v.strictObject({
  at: Heads,
  now: Instant,
  date: LocalDate,
  zone: v.string(),
  currency: Currency,
  revenue: v.number(),
  /** The number of payments and of refunds on that date; a refunded sale may be older. */
  paid: v.number(),
  refunded: v.number(),
  /** Every method once; `count` is the number of payments. */
  byMethod: v.array(v.strictObject({ method: PaymentMethod, amount: v.number(), count: v.number() })),
  /** By the names at the time of sale, without added tax; a package counts as one product. */
  byProduct: v.array(
    v.strictObject({ productId: v.nullable(Id), name: v.string(), quantity: v.number(), amount: v.number() }),
  ),
  /** Revenue by hour of the day, 24 numbers. */
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
