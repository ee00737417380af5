/** The end of a drawer, or of a business day, as it was printed: numbered without gap, and never changed. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Named } from '../../sessions/sessions';
import { Instant, LocalDate } from '../../values';
import { ByMethod, Drawer } from '../drawers/drawers';
import { PaymentMethod } from '../payments/payments';
import { Seller } from '../receipts/receipts';

const amount = v.number();

/** A series of a drawer's receipts: its own, or that of a device without network. */
const Receipts = v.strictObject({ from: v.string(), to: v.string(), count: v.number() });

const ReportedDrawer = v.strictObject({
  number: v.number(),
  person: Named,
  place: Named,
  openedAt: Instant,
  closedAt: Instant,
  float: amount,
  expected: ByMethod,
  counted: ByMethod,
  /** Counted less expected. */
  variance: ByMethod,
  note: v.nullable(v.string()),
  receipts: v.array(Receipts),
});

/** Amounts are minor units. Payments less refunds are the total less what was returned, and the rounding. */
export const DayReport = v.strictObject({
  number: v.number(),
  date: LocalDate,
  /** Null for the whole day. */
  drawer: v.nullable(v.number()),
  at: Instant,
  by: Named,
  zone: v.string(),
  currency: v.string(),
  seller: Seller,
  /** Sales that were paid, and their totals. */
  sales: v.number(),
  total: amount,
  /** Refunds, and the value of what came back. */
  refunds: v.number(),
  returned: amount,
  /** Of the paid sales. Their totals are without it. */
  discounts: amount,
  rounding: amount,
  tips: amount,
  /** Every method once; tips lie beside `payments`. */
  methods: v.array(
    v.strictObject({
      method: PaymentMethod,
      payments: amount,
      refunds: amount,
      tips: amount,
      rounding: amount,
    }),
  ),
  /** Of the sales less the refunds, by rate in hundredths of a percent, the highest first. */
  taxes: v.array(v.strictObject({ rate: v.number(), net: amount, tax: amount })),
  drawers: v.array(ReportedDrawer),
  /** What arrived after its drawer closed, and is in no sum above. */
  late: v.array(v.strictObject({ ...Drawer.entries.late.item.entries, drawer: v.number() })),
});
export type DayReport = v.InferOutput<typeof DayReport>;

export const DayReportLine = v.strictObject({
  ...v.pick(DayReport, ['number', 'date', 'drawer', 'at']).entries,
  by: v.string(),
  /** Payments less refunds, without tips. */
  taken: amount,
});

/** A business day with drawers. */
export const DayOfDrawers = v.strictObject({
  date: LocalDate,
  drawers: v.number(),
  /** How many of them are open. */
  open: v.number(),
  /** The number of its report. */
  report: v.nullable(v.number()),
});
export type DayOfDrawers = v.InferOutput<typeof DayOfDrawers>;

/** The latest first, of 31 days up to `until`. */
export const DayReportList = v.strictObject({
  from: LocalDate,
  until: LocalDate,
  today: LocalDate,
  zone: v.string(),
  currency: v.string(),
  reports: v.array(DayReportLine),
  /** For people who may close a day. */
  days: v.array(DayOfDrawers),
});
export type DayReportList = v.InferOutput<typeof DayReportList>;

export const CloseDay = v.strictObject({ date: LocalDate });
export type CloseDay = v.InferOutput<typeof CloseDay>;
export const DayClosed = v.strictObject({ report: DayReport, receipt: Receipt });
export type DayClosed = v.InferOutput<typeof DayClosed>;
