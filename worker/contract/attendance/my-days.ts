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
  /** The server's time, since a phone's clock may be wrong. */
  now: Instant,
  zone: v.string(),
  /** The open record, of any date. */
  open: v.nullable(AttendanceRecord),
  /** Records of `from` … `to`, and the open one. */
  records: v.array(AttendanceRecord),
  /** The latest receipt of each record, by its id. */
  receipts: v.record(Id, Receipt),
  /** The breaks of those records. */
  breaks: v.array(Break),
  /** For `from` … the day after `to`, whose night shift may begin soon. */
  plans: v.record(LocalDate, DayPlan),
  holidays: v.record(LocalDate, v.string()),
  marks: v.array(OwnMark),
  corrections: v.array(Correction),
  breakKinds: v.array(BreakKind),
  /** Whether the workplace takes photos of check-ins. */
  checkInPhoto: v.boolean(),
  from: LocalDate,
  to: LocalDate,
});
export type MyDays = v.InferOutput<typeof MyDays>;
