/** Trials: the outcomes of past days under a rule before it is saved. */
import * as v from 'valibot';
import { DayStatus } from '../attendance/attendance';
import { sums } from './reports';
import { Week } from '../schedules/schedules';
import { Settings } from '../settings/settings';
import { Id, LocalDate } from '../values';

const span = { from: LocalDate, to: LocalDate };

/** Applies the settings to every date of the span. */
export const TrySettings = v.strictObject({ ...span, settings: Settings });
export type TrySettings = v.InferOutput<typeof TrySettings>;

/** Applies the week to every date of the span, for the followers of its schedule. */
export const TryWeek = v.strictObject({ ...span, week: Week });
export type TryWeek = v.InferOutput<typeof TryWeek>;

export const TriedSums = v.strictObject({
  status: v.nullable(DayStatus),
  ...sums,
});
export type TriedSums = v.InferOutput<typeof TriedSums>;

/** One person's date that would change. */
export const TriedDay = v.strictObject({
  personId: Id,
  name: v.string(),
  /** Distinguishes namesakes. */
  email: v.string(),
  staffNumber: v.nullable(v.string()),
  workDate: LocalDate,
  before: TriedSums,
  after: TriedSums,
});
export type TriedDay = v.InferOutput<typeof TriedDay>;

/** The days of one stretch that would change, by date and name; `next` is the first date of the next stretch. */
export const TriedDays = v.strictObject({
  from: LocalDate,
  to: LocalDate,
  days: v.array(TriedDay),
  next: v.nullable(LocalDate),
});
export type TriedDays = v.InferOutput<typeof TriedDays>;
