/** Reports: what people's days came to, day by day and in total. Milliseconds, dates and instants; the pages make words of them. */
import * as v from 'valibot';
import { DayStatus } from '../attendance/attendance';
import { Department } from '../people/people';
import { Id, Instant, LocalDate } from '../values';

/** What one day comes to, or several; milliseconds. */
export const sums = {
  workedMs: v.number(),
  breakMs: v.number(),
  /** Breaks that the rules deduct because they were not taken. */
  deductedMs: v.number(),
  /** Work before the shift's start that does not count. */
  uncountedMs: v.number(),
  /** Of days, each rounded down to the whole steps of its date's settings. */
  overtimeMs: v.number(),
  /** Of whole weeks beyond their limit, on the week's last day. */
  weekOvertimeMs: v.number(),
  lateMs: v.number(),
  earlyMs: v.number(),
};

/** One person's date. */
export const ReportDay = v.strictObject({
  personId: Id,
  name: v.string(),
  /** What tells namesakes apart. */
  email: v.string(),
  staffNumber: v.nullable(v.string()),
  /** As of that date. */
  departmentId: v.nullable(Id),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  category: v.nullable(v.string()),
  workDate: LocalDate,
  zone: v.string(),
  status: v.nullable(DayStatus),
  firstIn: v.nullable(Instant),
  /** Null while a record is open, too. */
  lastOut: v.nullable(Instant),
  /** `workedMs + breakMs + deductedMs + uncountedMs = spanMs`, whole minutes. */
  spanMs: v.number(),
  ...sums,
  open: v.boolean(),
  /** Closed by itself. */
  auto: v.boolean(),
  /** Its end is assumed, and nobody has confirmed it. */
  unconfirmed: v.boolean(),
  corrected: v.boolean(),
  /** A break was longer than its allowance. */
  longBreak: v.boolean(),
  workedOnLeave: v.boolean(),
  note: v.nullable(v.string()),
});
export type ReportDay = v.InferOutput<typeof ReportDay>;

/** The hours of reports in the order of their columns, the same words on pages and in files. */
export const reportHours = [
  ['workedMs', 'Worked'],
  ['breakMs', 'Breaks'],
  ['deductedMs', 'Deducted'],
  ['uncountedMs', 'Not counted'],
  ['overtimeMs', 'Overtime'],
  ['weekOvertimeMs', 'Weekly overtime'],
  ['lateMs', 'Late by'],
  ['earlyMs', 'Left early by'],
] as const satisfies readonly (readonly [keyof ReportDay & keyof ReportTotal, string])[];

/** Remarks of a day beside its hours. */
export const remarksOf = (day: ReportDay): string =>
  [
    day.open && 'still open',
    day.auto && 'closed automatically',
    day.unconfirmed && 'not confirmed',
    day.corrected && 'corrected',
    day.longBreak && 'break over its allowance',
    day.workedOnLeave && 'worked on leave',
  ]
    .filter(Boolean)
    .join(', ');

/** What every report says of itself; its dates end today at the latest. */
const about = {
  organisation: v.string(),
  zone: v.string(),
  asOf: Instant,
  from: LocalDate,
  to: LocalDate,
};

/** Some dates' rows, the earliest first; `next` is the date to go on from. */
export const ReportDays = v.strictObject({ ...about, days: v.array(ReportDay), next: v.nullable(LocalDate) });
export type ReportDays = v.InferOutput<typeof ReportDays>;

/** The sums of one person, or of one department. */
export const ReportTotal = v.strictObject({
  /** A person's or a department's id; empty for none. */
  key: v.string(),
  name: v.string(),
  /** Of a person; null for a department. */
  email: v.nullable(v.string()),
  staffNumber: v.nullable(v.string()),
  /** Of a person, as of their latest day in the span. */
  department: v.nullable(v.string()),
  people: v.number(),
  ...sums,
  /** Days on which somebody on leave worked. */
  workedOnLeave: v.number(),
  unconfirmed: v.number(),
  /** Days of each status; `none` for work that nobody expected. */
  days: v.record(v.string(), v.number()),
});
export type ReportTotal = v.InferOutput<typeof ReportTotal>;

export const ReportTotals = v.strictObject({ ...about, totals: v.array(ReportTotal) });
export type ReportTotals = v.InferOutput<typeof ReportTotals>;

/** What a report can be filtered by, leavers included. */
export const ReportChoices = v.strictObject({
  people: v.array(
    v.strictObject({
      id: Id,
      name: v.string(),
      email: v.string(),
      staffNumber: v.nullable(v.string()),
      active: v.boolean(),
    }),
  ),
  departments: v.array(Department),
  categories: v.array(v.string()),
});
export type ReportChoices = v.InferOutput<typeof ReportChoices>;

/** The longest span of a report, days. */
export const MOST_REPORT_DAYS = 366;

/** How dates and hours are counted; printed on every report. */
export const DATE_RULE =
  'A record belongs to the local date on which its shift began; a night is one record on its first date. Hours are elapsed time; taps are cut to the minute first. Overtime counts in the whole steps of the settings, rounded down each day and each week.';
