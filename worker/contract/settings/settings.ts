/** A workplace's settings: complete versions, each from a date on. Past days keep the settings of their own date. */
import * as v from 'valibot';
import { Currency, TaxRate } from '../money';
import { HoursReason, Line, Note } from '../text';
import { Instant, LocalDate, Minutes, WallTime, Whole, Zone } from '../values';
import { Heads } from '../wire';

export const BreakKind = v.strictObject({
  /** Stored with each break; not shown. */
  kind: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,29}$/, 'must be a short word of lower-case letters')),
  name: Line(40),
  /** The allowance a day. */
  minutes: Minutes(1, 480),
});
export type BreakKind = v.InferOutput<typeof BreakKind>;

export const Settings = v.strictObject({
  organisation: Line(120),
  /** For the board, for reports, and for people without their own zone. */
  zone: Zone,
  /** The start of a day without a schedule; an earlier check-in belongs to the previous day. */
  dayStart: WallTime,
  /** Minutes of grace before a check-in is late, for schedules without their own. */
  graceMinutes: Minutes(0, 120),
  /** Minutes after the shift's end until an open record closes automatically. */
  checkOutWaitMinutes: v.optional(Minutes(60, 720), 300),
  /** How old a tap without network may be when it arrives; an older one waits for a supervisor. */
  offlineTapHours: v.optional(Whole('hours', 1, 72), 12),
  breaks: v.pipe(
    v.array(BreakKind),
    v.maxLength(8),
    v.check(
      (kinds) => new Set(kinds.map(({ kind }) => kind)).size === kinds.length,
      'must not name a kind twice',
    ),
  ),
  /** Overtime is rounded down to steps of this many minutes. */
  overtimeStepMinutes: v.picklist([1, 5, 6, 10, 15, 30]),
  /** Work longer than `afterMinutes` requires `minutes` of breaks; missing ones are deducted. */
  breakDeductions: v.optional(
    v.pipe(
      v.array(v.strictObject({ afterMinutes: Minutes(1, 1_440), minutes: Minutes(1, 480) })),
      v.maxLength(4, 'must be at most 4'),
      v.check(
        (tiers) =>
          tiers.every((tier, index) => {
            const before = tiers[index - 1];
            return !before || (before.afterMinutes < tier.afterMinutes && before.minutes < tier.minutes);
          }),
        'must each ask for a longer break after more work than the one before',
      ),
    ),
    [],
  ),
  /** Whether work before the shift's start counts. */
  earlyArrival: v.optional(v.picklist(['counts', 'from_start']), 'counts'),
  /** Whether break time beyond the allowance counts as break or as work. */
  overlongBreak: v.optional(v.picklist(['as_taken', 'allowance']), 'as_taken'),
  /** Weekly minutes beyond which work is overtime, unless the person's terms have their own; null for no limit. */
  weeklyLimitMinutes: v.optional(v.nullable(Minutes(60, 10_080)), null),
  /** Who may see who is at work: everyone, or people who watch the board. */
  boardVisibleTo: v.picklist(['everyone', 'supervisors']),
  /** Whether people may add a photo to a check-in. */
  checkInPhoto: v.optional(v.picklist(['off', 'optional']), 'optional'),
  /** For receipts, with the organisation as the seller’s name. */
  sellerAddress: v.optional(v.nullable(Note(300)), null),
  taxNumber: v.optional(v.nullable(Line(40)), null),
  /** For all prices; past sales keep their own. */
  currency: v.optional(Currency, 'EUR'),
  taxRate: v.optional(TaxRate, 0),
  /** Whether prices include the tax. */
  taxIncluded: v.optional(v.boolean(), true),
  /** The most that a cashier may take off an order, percent. */
  cashierDiscountPercent: v.optional(Whole('percent', 0, 100), 100),
  /** The smallest coin, in minor units: cash is rounded to it. */
  smallestCoin: v.optional(Whole('minor units', 1, 10_000), 1),
  /** Whether a till asks for tips. */
  tips: v.optional(v.boolean(), false),
  /** Minutes until an unpaid order is cancelled and its goods are free again. */
  unpaidOrderMinutes: v.optional(Minutes(5, 1_440), 60),
  /** Days until an unpaid registration is cancelled. */
  unpaidRegistrationDays: v.optional(Whole('days', 1, 90), 14),
});
export type Settings = v.InferOutput<typeof Settings>;

/** The settings before an admin sets any. */
export const defaultSettings = (zone: string): Settings => ({
  organisation: 'Our workplace',
  zone,
  dayStart: '04:00',
  graceMinutes: 5,
  checkOutWaitMinutes: 300,
  offlineTapHours: 12,
  breaks: [
    { kind: 'meal', name: 'Meal', minutes: 45 },
    { kind: 'rest', name: 'Rest', minutes: 20 },
  ],
  overtimeStepMinutes: 5,
  breakDeductions: [],
  earlyArrival: 'counts',
  overlongBreak: 'as_taken',
  weeklyLimitMinutes: null,
  boardVisibleTo: 'everyone',
  checkInPhoto: 'optional',
  sellerAddress: null,
  taxNumber: null,
  currency: 'EUR',
  taxRate: 0,
  taxIncluded: true,
  cashierDiscountPercent: 100,
  smallestCoin: 1,
  tips: false,
  unpaidOrderMinutes: 60,
  unpaidRegistrationDays: 14,
});

/** Accepts stored names that today's rule of text would refuse, because a refusal would lock everyone out. */
const KeptSettings = v.strictObject({
  ...Settings.entries,
  organisation: v.string(),
  sellerAddress: v.optional(v.nullable(v.string()), null),
  taxNumber: v.optional(v.nullable(v.string()), null),
  breaks: v.array(v.strictObject({ ...BreakKind.entries, name: v.string() })),
});

/** By their text: nearly every request reads the same ones. */
const parsed = new Map<string, Settings>();
const MOST_PARSED = 50;

/** Parses the settings column, which is JSON. */
export function parseSettings(value: string | null | undefined, zone: string): Settings {
  if (!value) return defaultSettings(zone);
  const settings = parsed.get(value) ?? v.parse(KeptSettings, JSON.parse(value));
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(value, settings);
  return settings;
}

/** The settings and the local date from which they hold. */
export const SettingsVersion = v.strictObject({ validFrom: LocalDate, settings: Settings });
export type SettingsVersion = v.InferOutput<typeof SettingsVersion>;

/** All versions, the earliest first, and the present settings, with the head of `admin.dashboard`. */
export const AllSettings = v.strictObject({
  at: Heads,
  now: Instant,
  /** In the present zone. */
  today: LocalDate,
  current: Settings,
  versions: v.array(SettingsVersion),
});
export type AllSettings = v.InferOutput<typeof AllSettings>;

/** Payroll is done up to `through`, and no day up to it changes. Null if nothing is closed. */
export const Closing = v.strictObject({ through: v.nullable(LocalDate) });
export type Closing = v.InferOutput<typeof Closing>;

/** `seen` is the date that the form loaded. Reopening, to an earlier date or none, needs a reason. */
export const SetClosing = v.strictObject({
  through: v.nullable(LocalDate),
  seen: v.nullable(LocalDate),
  reason: v.optional(v.nullable(HoursReason), null),
});
export type SetClosing = v.InferOutput<typeof SetClosing>;
