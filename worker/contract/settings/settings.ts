/** The numbers a workplace sets for itself, as a whole and from a date on: what is past keeps the rules it was lived under. */
import * as v from 'valibot';
import { Currency, TaxRate } from '../money';
import { HoursReason, Line } from '../text';
import { Instant, LocalDate, Minutes, WallTime, Whole, Zone } from '../values';
import { Heads } from '../wire';

export const BreakKind = v.strictObject({
  /** Stored with each break; never shown. */
  kind: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,29}$/, 'must be a short word of lower-case letters')),
  name: Line(40),
  /** The allowance a day. */
  minutes: Minutes(1, 480),
});
export type BreakKind = v.InferOutput<typeof BreakKind>;

export const Settings = v.strictObject({
  organisation: Line(120),
  /** Of the board's "today", of the reports, and of people without their own. */
  zone: Zone,
  /** Where a day without a schedule begins: whoever comes earlier still belongs to the day before. */
  dayStart: WallTime,
  /** How late is not late yet, where a schedule says nothing of its own. */
  graceMinutes: Minutes(0, 120),
  /** How long after the shift's end a check-out is waited for before the record closes by itself. */
  checkOutWaitMinutes: v.optional(Minutes(60, 720), 300),
  breaks: v.pipe(
    v.array(BreakKind),
    v.maxLength(8),
    v.check(
      (kinds) => new Set(kinds.map(({ kind }) => kind)).size === kinds.length,
      'must not name a kind twice',
    ),
  ),
  /** Overtime counts in whole steps of so many minutes, rounded down. */
  overtimeStepMinutes: v.picklist([1, 5, 6, 10, 15, 30]),
  /** Breaks that are deducted where fewer were taken: whoever has worked longer than `afterMinutes` must have had `minutes`. */
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
  /** Whether the time by which a break is longer than its allowance is a break or counts as work. */
  overlongBreak: v.optional(v.picklist(['as_taken', 'allowance']), 'as_taken'),
  /** What somebody works in a week beyond this is overtime, unless their own terms say otherwise; null for no limit. */
  weeklyLimitMinutes: v.optional(v.nullable(Minutes(60, 10_080)), null),
  /** Who may see who is at work: everyone, or those who watch the board. */
  boardVisibleTo: v.picklist(['everyone', 'supervisors']),
  /** Whether people may add a photo of themselves to a check-in. */
  checkInPhoto: v.optional(v.picklist(['off', 'optional']), 'optional'),
  /** Of all prices. What was sold keeps the one it was sold in. */
  currency: v.optional(Currency, 'EUR'),
  taxRate: v.optional(TaxRate, 0),
  /** Whether prices contain the tax already. */
  taxIncluded: v.optional(v.boolean(), true),
  /** An order that is not paid after so long is cancelled, and its goods are free again. */
  unpaidOrderMinutes: v.optional(Minutes(5, 1_440), 60),
  /** The same for a registration. */
  unpaidRegistrationDays: v.optional(Whole('days', 1, 90), 14),
});
export type Settings = v.InferOutput<typeof Settings>;

/** What holds before anybody has set anything. */
export const defaultSettings = (zone: string): Settings => ({
  organisation: 'Our workplace',
  zone,
  dayStart: '04:00',
  graceMinutes: 5,
  checkOutWaitMinutes: 300,
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
  currency: 'EUR',
  taxRate: 0,
  taxIncluded: true,
  unpaidOrderMinutes: 60,
  unpaidRegistrationDays: 14,
});

/** Kept under whatever rule of text there was: one that is broken today must not shut everybody out. */
const KeptSettings = v.strictObject({
  ...Settings.entries,
  organisation: v.string(),
  breaks: v.array(v.strictObject({ ...BreakKind.entries, name: v.string() })),
});

/** Settings as they are kept: one JSON column. */
export function parseSettings(value: string | null | undefined, zone: string): Settings {
  return value ? v.parse(KeptSettings, JSON.parse(value)) : defaultSettings(zone);
}

/** One version: the rules, and the local date from which they hold. */
export const SettingsVersion = v.strictObject({ validFrom: LocalDate, settings: Settings });
export type SettingsVersion = v.InferOutput<typeof SettingsVersion>;

/** Every version there is, the earliest first, and the one that holds now, with the head of `admin.dashboard`. */
export const AllSettings = v.strictObject({
  at: Heads,
  now: Instant,
  /** In the zone that holds now. */
  today: LocalDate,
  current: Settings,
  versions: v.array(SettingsVersion),
});
export type AllSettings = v.InferOutput<typeof AllSettings>;

/** Payroll is done up to `through`: no day up to it changes any more. Null while nothing is closed. */
export const Closing = v.strictObject({ through: v.nullable(LocalDate) });
export type Closing = v.InferOutput<typeof Closing>;

/** `seen` is the date that the form began with. Reopening, to an earlier date or none, needs a reason. */
export const SetClosing = v.strictObject({
  through: v.nullable(LocalDate),
  seen: v.nullable(LocalDate),
  reason: v.optional(v.nullable(HoursReason), null),
});
export type SetClosing = v.InferOutput<typeof SetClosing>;
