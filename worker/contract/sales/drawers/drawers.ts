/** Drawers: a person's money at a till, from the opening to the count. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Currency, Money } from '../../money';
import { Named } from '../../sessions/sessions';
import { Note } from '../../text';
import { Id, Instant, LocalDate, WallTime } from '../../values';
import { Heads } from '../../wire';
import { Payment } from '../payments/payments';

export const ByMethod = v.strictObject({ cash: v.number(), card: v.number(), transfer: v.number() });
export type ByMethod = v.InferOutput<typeof ByMethod>;

/** A movement of money beside the expected amounts of a drawer. */
export const Adjustment = v.strictObject({ ...Payment.entries, saleId: Id, label: v.string() });
export type Adjustment = v.InferOutput<typeof Adjustment>;

/** A person's drawer from opening to closing. A closed one never changes. */
export const Drawer = v.strictObject({
  id: Id,
  /** Counts all drawers of the workplace. */
  number: v.number(),
  /** The business day on which it was opened, which is the day of all its payments. */
  date: LocalDate,
  person: Named,
  place: Named,
  openedAt: Instant,
  /** The cash at the opening. */
  float: Money,
  closedAt: v.nullable(Instant),
  /** The expected amounts by method with the float and tips, less refunds; of an open drawer as of now. */
  expected: ByMethod,
  /** The amounts counted at the closing. */
  counted: v.nullable(ByMethod),
  /** Of its sales less its refunds, by rate in hundredths of a percent, the highest first. Kept answers may have none. */
  taxes: v.optional(v.array(v.strictObject({ rate: v.number(), net: v.number(), tax: v.number() })), []),
  note: v.nullable(v.string()),
  /** Refunds of its payments from other drawers, after it closed or by another person. They count in the other drawer. */
  adjustments: v.array(Adjustment),
  /** What arrived after it closed, from a till without network. The expected amounts are without it. */
  late: v.array(Adjustment),
  /** The number of its report, once it is closed. */
  report: v.nullable(v.number()),
});
export type Drawer = v.InferOutput<typeof Drawer>;

/** "D0147" */
export const drawerLabel = (number: number): string => `D${String(number).padStart(4, '0')}`;

/** A drawer as other tills see it: without its money. */
export const DrawerUpdate = v.pick(Drawer, [
  'id',
  'number',
  'date',
  'person',
  'place',
  'openedAt',
  'closedAt',
]);

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
  dayStart: WallTime,
  currency: Currency,
  drawer: v.nullable(Drawer),
  /** Active ones, by name. */
  places: v.array(Named),
});
export type OwnDrawer = v.InferOutput<typeof OwnDrawer>;
/** The drawers that were opened on the business day `date`, the latest first, with the head of `tills`. */
export const DrawerList = v.strictObject({
  at: Heads,
  now: Instant,
  date: LocalDate,
  zone: v.string(),
  dayStart: WallTime,
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
