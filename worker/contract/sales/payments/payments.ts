/** Money that came in or went out, what a sale came to, and the drawers it lies in. For those at a till; never for others. */
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

/** At least what the server says is due; only cash may bring change. */
export const TakePayment = v.strictObject({
  method: PaymentMethod,
  received: Money,
  /** Such as a card terminal's number of it. */
  reference: v.optional(v.nullable(Line(60)), null),
});
export type TakePayment = v.InferOutput<typeof TakePayment>;

/** All of the money goes back; `restock` says whether the goods do. */
export const TakeRefund = v.strictObject({ method: PaymentMethod, restock: v.boolean() });
export type TakeRefund = v.InferOutput<typeof TakeRefund>;

export const Payment = v.strictObject({
  id: Id,
  /** Always positive: a refund goes the other way. */
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
  /** How people call it: "042", "20261121-0007". */
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

/** A refund of what was paid into another drawer. */
export const Adjustment = v.strictObject({ ...Payment.entries, saleId: Id, label: v.string() });
export type Adjustment = v.InferOutput<typeof Adjustment>;

/** What a person is answerable for from opening to closing. A closed one never changes again. */
export const Drawer = v.strictObject({
  id: Id,
  person: Named,
  place: Named,
  openedAt: Instant,
  /** Cash that lay in it at the beginning. */
  float: Money,
  closedAt: v.nullable(Instant),
  /** What should be there, by method, the float included; of an open one, as of now. */
  expected: ByMethod,
  /** What was there when it was closed. */
  counted: v.nullable(ByMethod),
  note: v.nullable(v.string()),
  /** Refunds of what was paid into it, out of another drawer: made after it was closed, or by somebody else. Part of that one's count. */
  adjustments: v.array(Adjustment),
});
export type Drawer = v.InferOutput<typeof Drawer>;

export const OpenDrawer = v.strictObject({ id: Id, placeId: Id, float: Money });
export type OpenDrawer = v.InferOutput<typeof OpenDrawer>;
export const CloseDrawer = v.strictObject({
  counted: v.strictObject({ cash: Money, card: Money, transfer: Money }),
  note: v.nullable(Note(300)),
});
export type CloseDrawer = v.InferOutput<typeof CloseDrawer>;
export const DrawerChange = v.strictObject({ drawer: Drawer, receipt: Receipt });
export type DrawerChange = v.InferOutput<typeof DrawerChange>;
/** One's own open drawer, and where one could be opened, with the heads of one's own channel and of `tills`. */
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
/** Those that were open at some time of `date`, the latest first, with the head of `tills`. */
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

/** Which print of a receipt this is: all but the first are copies. */
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
  /** How many were paid on that date, and how many refunded, whenever they had been paid. */
  paid: v.number(),
  refunded: v.number(),
  /** Every method once; `count` is of payments. */
  byMethod: v.array(v.strictObject({ method: PaymentMethod, amount: v.number(), count: v.number() })),
  /** Lines' prices, without a tax that is added to them, by the names they were sold under; a package stands for its products. */
  byProduct: v.array(
    v.strictObject({ productId: v.nullable(Id), name: v.string(), quantity: v.number(), amount: v.number() }),
  ),
  /** Revenue by hour of the day, 24 numbers. */
  byHour: v.array(v.number()),
  /** The same weekday a week before: all of it, until this time of the day, and by hour. */
  lastWeek: v.strictObject({
    date: LocalDate,
    revenue: v.number(),
    untilNow: v.number(),
    byHour: v.array(v.number()),
  }),
  /** Everyone who may be online at a till or a desk, by name. */
  staff: v.array(Named),
});
export type SalesReport = v.InferOutput<typeof SalesReport>;
