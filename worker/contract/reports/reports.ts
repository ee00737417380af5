/** Reports: outcomes of days, and their totals. */
import * as v from 'valibot';
import { DayStatus } from '../attendance/attendance';
import { Department } from '../people/people';
import { Id, Instant, LocalDate } from '../values';

/** Sums of one day or several, in milliseconds. */
export const sums = {
  workedMs: v.number(),
  breakMs: v.number(),
  /** Required breaks that were not taken. */
  deductedMs: v.number(),
  /** Work before the shift's start that does not count. */
  uncountedMs: v.number(),
  /** Of days, each rounded down to the steps of its date's settings. */
  overtimeMs: v.number(),
  /** Of weeks beyond their limit, dated on the week's last day. */
  weekOvertimeMs: v.number(),
  lateMs: v.number(),
  earlyMs: v.number(),
};

/** One person's date. */
export const ReportDay = v.strictObject({
  personId: Id,
  name: v.string(),
  /** Distinguishes namesakes. */
  email: v.string(),
  staffNumber: v.nullable(v.string()),
  /** Terms of that date. */
  departmentId: v.nullable(Id),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  category: v.nullable(v.string()),
  workDate: LocalDate,
  zone: v.string(),
  status: v.nullable(DayStatus),
  firstIn: v.nullable(Instant),
  /** Null also while a record is open. */
  lastOut: v.nullable(Instant),
  /** `workedMs + breakMs + deductedMs + uncountedMs = spanMs`, whole minutes. */
  spanMs: v.number(),
  ...sums,
  open: v.boolean(),
  /** A record closed by itself. */
  auto: v.boolean(),
  /** An end is assumed and not confirmed. */
  unconfirmed: v.boolean(),
  corrected: v.boolean(),
  /** A break was longer than its allowance. */
  longBreak: v.boolean(),
  workedOnLeave: v.boolean(),
  note: v.nullable(v.string()),
});
export type ReportDay = v.InferOutput<typeof ReportDay>;

/** The hours in the order of their columns, on pages and in files. */
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

/** Part of every report; `to` is today at the latest. */
const about = {
  organisation: v.string(),
  zone: v.string(),
  asOf: Instant,
  from: LocalDate,
  to: LocalDate,
};

/** Days in order of their dates; `next` is the first date of the next page. */
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
  /** The person's on their latest day in the span. */
  department: v.nullable(v.string()),
  people: v.number(),
  ...sums,
  /** Days of work on leave. */
  workedOnLeave: v.number(),
  unconfirmed: v.number(),
  /** Days of each status; `none` for work without being expected. */
  days: v.record(v.string(), v.number()),
});
export type ReportTotal = v.InferOutput<typeof ReportTotal>;

export const ReportTotals = v.strictObject({ ...about, totals: v.array(ReportTotal) });
export type ReportTotals = v.InferOutput<typeof ReportTotals>;

/** The values of a report's filters, with people who have left. */
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

/** Printed on every report. */
export const DATE_RULE =
  'A night shift counts on the day it began. Check-ins and check-outs count by their minute, without seconds. Overtime is rounded down, each day and each week, to the steps in the workplace’s settings.';
