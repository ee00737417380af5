/** A person's own days, as their pages load them. */
import * as v from 'valibot';
import { AttendanceRecord, Break, OwnMark } from './attendance';
import { Receipt } from '../receipts';
import { Correction } from './corrections/corrections';
import { DayPlan } from '../schedules/schedules';
import { BreakKind } from '../settings/settings';
import { Id, Instant, LocalDate } from '../values';
import { Heads } from '../wire';

/** A person's own days, newest record first, with the heads of their `user.{id}` channel and of `presence`. */
export const MyDays = v.strictObject({
  at: Heads,
  /** The server's time, so that a phone with a wrong clock still counts rightly. */
  now: Instant,
  zone: v.string(),
  /** The open record, if any, whatever its date. */
  open: v.nullable(AttendanceRecord),
  /** Records of `from` … `to`, and the open one. */
  records: v.array(AttendanceRecord),
  /** The receipt of the latest act on each record, by record id. */
  receipts: v.record(Id, Receipt),
  /** The breaks of those records. */
  breaks: v.array(Break),
  /** What each date's hours are computed with, for `from` … the day after `to` (a night's shift may begin soon). */
  plans: v.record(LocalDate, DayPlan),
  holidays: v.record(LocalDate, v.string()),
  marks: v.array(OwnMark),
  corrections: v.array(Correction),
  /** What breaks there are now. */
  breakKinds: v.array(BreakKind),
  /** Whether a check-in may be given a photo. */
  checkInPhoto: v.boolean(),
  from: LocalDate,
  to: LocalDate,
});
export type MyDays = v.InferOutput<typeof MyDays>;
