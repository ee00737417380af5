import { Receipt } from '../receipts';
import * as v from 'valibot';
import { BreakKind } from '../settings/settings';
import { DayPlan } from '../schedules/schedules';
import { Note } from '../text';
import { Id, Instant, LocalDate } from '../values';
import { Heads } from '../wire';

/**
 * One stay at work, from check-in to check-out. It belongs to the local date of its start in its zone, so a night
 * shift is one record on its first date; its length is elapsed time, true on both DST nights.
 */
export const AttendanceRecord = v.strictObject({
  id: Id,
  personId: Id,
  workDate: LocalDate,
  zone: v.string(),
  inAt: Instant,
  outAt: v.nullable(Instant),
  /** Closed by the job, because the check-out was forgotten. */
  auto: v.optional(v.boolean(), false),
  /** An approved correction has changed its times. */
  corrected: v.optional(v.boolean(), false),
  /** The check-in photo, if one was taken. */
  photo: v.optional(v.nullable(Id), null),
  /** Open at this moment, it is closed by itself; from then on the next tap is a check-in. */
  dueAt: v.optional(v.nullable(Instant)),
  /** The assumed end: the shift's end, which counts if nobody checks out. Null without a shift. */
  dueOut: v.optional(v.nullable(Instant)),
  /** Closed by itself at an assumed end that nobody has confirmed yet. */
  unconfirmed: v.optional(v.boolean()),
});
export type AttendanceRecord = v.InferOutput<typeof AttendanceRecord>;

/**
 * Time off within a record. At the day's allowance (`dueAt`) it ends by itself, as assumed (`auto`); “Back” sets the true end,
 * which may lie later.
 */
export const Break = v.strictObject({
  id: Id,
  recordId: Id,
  personId: Id,
  kind: v.string(),
  startAt: Instant,
  endAt: v.nullable(Instant),
  dueAt: Instant,
  auto: v.boolean(),
});
export type Break = v.InferOutput<typeof Break>;

/** How long after a check-in its photo can be added, milliseconds. */
export const CHECK_IN_PHOTO_MS = 15 * 60_000;

/** What a person's day counts as (PRODUCT, part B). */
export const DayStatus = v.picklist([
  'pending',
  'present',
  'late',
  'half_day',
  'left_early',
  'absent',
  'excused',
  'on_leave',
]);
export type DayStatus = v.InferOutput<typeof DayStatus>;

/** Each status as a person reads it. */
export const dayStatusWords = {
  pending: 'Expected',
  present: 'Present',
  late: 'Late',
  half_day: 'Half day',
  left_early: 'Left early',
  absent: 'Absent',
  excused: 'Excused',
  on_leave: 'On leave',
} as const satisfies Record<DayStatus, string>;

/** A status and a note that were set for a person's day. The status overrides the derived one, unless the job set it (`setBy` null) and records say otherwise. */
export const Mark = v.strictObject({
  personId: Id,
  workDate: LocalDate,
  status: v.nullable(DayStatus),
  /** For those who watch the board only. */
  note: v.nullable(v.string()),
  setBy: v.nullable(Id),
  at: Instant,
  /** All of the day counts, also what lies before the shift's start. */
  countsEarly: v.optional(v.boolean(), false),
});
export type Mark = v.InferOutput<typeof Mark>;

/** A mark as the person themselves may know it. */
export const OwnMark = v.omit(Mark, ['note']);
export type OwnMark = v.InferOutput<typeof OwnMark>;

/** Sets the status (null: as derived) and the note (null: none) of a day. */
export const SetMark = v.strictObject({
  status: v.nullable(DayStatus),
  note: v.nullable(Note(500)),
  /** Lets all of the day count, also before the shift's start. Left out, it stays as it is. */
  countsEarly: v.optional(v.boolean()),
  /** The `at` of the mark that the form began with, null for none: an outdated form is refused. Left out, the last change counts. */
  seenAt: v.optional(v.nullable(Instant)),
});
export type SetMark = v.InferOutput<typeof SetMark>;

/** The public projection that every signed-in person may see. */
export const Standing = v.strictObject({
  personId: Id,
  name: v.string(),
  state: v.picklist(['in', 'break', 'out']),
  since: Instant,
});
export type Standing = v.InferOutput<typeof Standing>;

/** `id` is made by the client, so a retry names the same record. */
export const CheckIn = v.strictObject({ id: Id });
export type CheckIn = v.InferOutput<typeof CheckIn>;

/** `id` names the record to close, so a late retry can never close a later one. */
export const CheckOut = v.strictObject({ id: Id });
export type CheckOut = v.InferOutput<typeof CheckOut>;

/** `id` names the new break; it begins within the open record `recordId`. */
export const StartBreak = v.strictObject({ id: Id, recordId: Id, kind: v.string() });
export type StartBreak = v.InferOutput<typeof StartBreak>;

/** `id` names the break to end, so a late retry can never end a later one. */
export const EndBreak = v.strictObject({ id: Id });
export type EndBreak = v.InferOutput<typeof EndBreak>;

/** The answer to an act. A double tap, a second tab and a retry after a lost answer all get the first one. */
export const Receipted = v.strictObject({ record: AttendanceRecord, receipt: Receipt });
export type Receipted = v.InferOutput<typeof Receipted>;

/** The answer to starting or ending a break, with the same promise. */
export const BreakReceipted = v.strictObject({ break: Break, receipt: Receipt });
export type BreakReceipted = v.InferOutput<typeof BreakReceipted>;

/** The answer to setting a mark. */
export const Marked = v.strictObject({ mark: Mark, receipt: Receipt });
export type Marked = v.InferOutput<typeof Marked>;

/** “I left at …”: sets the end of one's own record that was closed by itself, up to its assumed end. */
export const ConfirmCheckOut = v.strictObject({ id: Id, outAt: Instant });
export type ConfirmCheckOut = v.InferOutput<typeof ConfirmCheckOut>;

/** A person as a row of the board. */
export const BoardPerson = v.strictObject({
  id: Id,
  name: v.string(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  category: v.optional(v.nullable(v.string()), null),
  photo: v.optional(v.nullable(Id), null),
});
export type BoardPerson = v.InferOutput<typeof BoardPerson>;

/** What `admin.dashboard` tells of one change: enough for a board that has never heard of the person. */
export const BoardEntry = v.strictObject({ person: BoardPerson, record: AttendanceRecord });
export type BoardEntry = v.InferOutput<typeof BoardEntry>;

/** A break began or ended. */
export const BoardBreak = v.strictObject({ person: BoardPerson, break: Break });
export type BoardBreak = v.InferOutput<typeof BoardBreak>;

/** One day of the whole workplace with the head of `admin.dashboard`, all from one D1 batch. */
export const Board = v.strictObject({
  at: Heads,
  now: Instant,
  /** The workplace's zone, in which "today" is told. */
  zone: v.string(),
  date: LocalDate,
  today: LocalDate,
  people: v.array(BoardPerson),
  /** See `isOnBoard`. */
  records: v.array(AttendanceRecord),
  /** The breaks of those records. */
  breaks: v.array(Break),
  /** Of `date`. */
  marks: v.array(Mark),
  /** The day's different plans, and whose is which: person's id → place in `plans`. */
  plans: v.array(DayPlan),
  expected: v.record(Id, v.number()),
  /** Of records that began on an earlier date: record's id → place in `plans`. */
  carried: v.record(Id, v.number()),
  /** The holiday's name, if it is one. */
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

/** What a board of `date` shows: the records of that date; today also those still open from earlier dates. */
export function isOnBoard(record: AttendanceRecord, date: string, today: string): boolean {
  return record.workDate === date || (date === today && record.outAt === null);
}

/** Who is in now, with the head of `attendance`. An event that says somebody is out removes them. */
export const Standings = v.strictObject({
  at: Heads,
  now: Instant,
  standings: v.array(Standing),
});
export type Standings = v.InferOutput<typeof Standings>;
