/** The board of a day, and what supervisors set on it. */
import * as v from 'valibot';
import { DayPlan } from '../schedules/schedules';
import { BreakKind } from '../settings/settings';
import { Note } from '../text';
import { Id, Instant, LocalDate } from '../values';
import { Heads } from '../wire';
import { AttendanceRecord, BoardPerson, Break, DayStatus, Mark } from './attendance';

/** Sets the status (null: as derived) and the note (null: none) of a day. */
export const SetMark = v.strictObject({
  status: v.nullable(DayStatus),
  note: v.nullable(Note(500)),
  /** Work before the shift's start counts. Left out, the value is kept. */
  countsEarly: v.optional(v.boolean()),
  /** The `at` of the mark that the form began with, null for none: an outdated form is refused. Left out, the last change counts. */
  seenAt: v.optional(v.nullable(Instant)),
});
export type SetMark = v.InferOutput<typeof SetMark>;

/** One day of the whole workplace with the head of `admin.dashboard`, all from one D1 batch. */
export const Board = v.strictObject({
  at: Heads,
  now: Instant,
  /** The workplace's zone; `today` is its date. */
  zone: v.string(),
  date: LocalDate,
  today: LocalDate,
  people: v.array(BoardPerson),
  records: v.array(AttendanceRecord),
  /** The breaks of those records. */
  breaks: v.array(Break),
  /** Of `date`. */
  marks: v.array(Mark),
  plans: v.array(DayPlan),
  /** Person's id → index in `plans`. */
  expected: v.record(Id, v.number()),
  /** Id of a record of an earlier date → index in `plans`. */
  carried: v.record(Id, v.number()),
  holiday: v.nullable(v.string()),
  breakKinds: v.array(BreakKind),
});
export type Board = v.InferOutput<typeof Board>;

/** How many check-ins are usual by quarter hours of the workplace's clock ("08:45"), on average over the dates `of`. */
export const Arrivals = v.strictObject({
  date: LocalDate,
  of: v.array(LocalDate),
  quarters: v.record(v.string(), v.number()),
});
export type Arrivals = v.InferOutput<typeof Arrivals>;

/** Whether a board of `date` shows the record: those of that date; today also open ones of earlier dates. */
export function isOnBoard(record: AttendanceRecord, date: string, today: string): boolean {
  return record.workDate === date || (date === today && record.outAt === null);
}
