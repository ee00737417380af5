import { Receipt } from '../receipts';
import { Tapped } from '../tap';
import * as v from 'valibot';
import { Id, Instant, LocalDate } from '../values';
import { Heads } from '../wire';

/**
 * From a check-in to a check-out. It belongs to the local date on which its shift began, so a night is one record on its first
 * date. Its length is elapsed time, also on DST nights.
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
  photo: v.optional(v.nullable(Id), null),
  /** An open record closes by itself at this moment; after it the next tap is a check-in. */
  dueAt: v.optional(v.nullable(Instant)),
  /** The shift's end, assumed without a check-out. Null without a shift. */
  dueOut: v.optional(v.nullable(Instant)),
  /** Closed by itself at an assumed end that is not confirmed yet. */
  unconfirmed: v.optional(v.boolean()),
  /** A tap of it was kept on the device, without network. */
  offline: v.optional(v.boolean()),
});
export type AttendanceRecord = v.InferOutput<typeof AttendanceRecord>;

/** Time off within a record. At its allowance (`dueAt`) it ends by itself (`auto`); “End break” sets the true end, which may be later. */
export const Break = v.strictObject({
  id: Id,
  recordId: Id,
  personId: Id,
  kind: v.string(),
  startAt: Instant,
  endAt: v.nullable(Instant),
  dueAt: Instant,
  auto: v.boolean(),
  /** A tap of it was kept on the device, without network. */
  offline: v.optional(v.boolean()),
});
export type Break = v.InferOutput<typeof Break>;

/** How long after a check-in its photo can be added, milliseconds. */
export const CHECK_IN_PHOTO_MS = 15 * 60_000;

/** What a person's day counts as. */
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

/** The status and note of a person's day. The status overrides the derived one; the job's (`setBy` null) gives way to records. */
export const Mark = v.strictObject({
  personId: Id,
  workDate: LocalDate,
  status: v.nullable(DayStatus),
  /** For those who watch the board only. */
  note: v.nullable(v.string()),
  setBy: v.nullable(Id),
  at: Instant,
  /** Work before the shift's start counts. */
  countsEarly: v.optional(v.boolean(), false),
});
export type Mark = v.InferOutput<typeof Mark>;

/** A mark as its person may see it. */
export const OwnMark = v.omit(Mark, ['note']);
export type OwnMark = v.InferOutput<typeof OwnMark>;

/** Where a person is now: what every signed-in person may see of their record. */
export const PresenceState = v.strictObject({
  personId: Id,
  name: v.string(),
  state: v.picklist(['in', 'break', 'out']),
  since: Instant,
});
export type PresenceState = v.InferOutput<typeof PresenceState>;

const tapped = v.optional(Tapped);

/** `id` is made by the client, so a retry names the same record. */
export const CheckIn = v.strictObject({ id: Id, tapped });
export type CheckIn = v.InferOutput<typeof CheckIn>;

/** `id` names the record to close, so a late retry can never close a later one. */
export const CheckOut = v.strictObject({ id: Id, tapped });
export type CheckOut = v.InferOutput<typeof CheckOut>;

/** `id` names the new break; it begins within the open record `recordId`. */
export const StartBreak = v.strictObject({ id: Id, recordId: Id, kind: v.string(), tapped });
export type StartBreak = v.InferOutput<typeof StartBreak>;

/** `id` names the break to end, so a late retry can never end a later one. */
export const EndBreak = v.strictObject({ id: Id, tapped });
export type EndBreak = v.InferOutput<typeof EndBreak>;

/** The answer to a check-in or check-out. A double tap, a second tab and a retry get the first one. */
export const Receipted = v.strictObject({ record: AttendanceRecord, receipt: Receipt });
export type Receipted = v.InferOutput<typeof Receipted>;

/** The answer to starting or ending a break, repeated likewise. */
export const BreakReceipted = v.strictObject({ break: Break, receipt: Receipt });
export type BreakReceipted = v.InferOutput<typeof BreakReceipted>;

export const Marked = v.strictObject({ mark: Mark, receipt: Receipt });
export type Marked = v.InferOutput<typeof Marked>;

/** “I left at …”: sets the end of one's own record that closed by itself, up to its assumed end. */
export const ConfirmCheckOut = v.strictObject({ id: Id, outAt: Instant });
export type ConfirmCheckOut = v.InferOutput<typeof ConfirmCheckOut>;

export const BoardPerson = v.strictObject({
  id: Id,
  name: v.string(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  category: v.optional(v.nullable(v.string()), null),
  photo: v.optional(v.nullable(Id), null),
});
export type BoardPerson = v.InferOutput<typeof BoardPerson>;

/** An event of `admin.dashboard`: with the person, whom a board may not have loaded. */
export const BoardEntry = v.strictObject({ person: BoardPerson, record: AttendanceRecord });
export type BoardEntry = v.InferOutput<typeof BoardEntry>;

export const BoardBreak = v.strictObject({ person: BoardPerson, break: Break });
export type BoardBreak = v.InferOutput<typeof BoardBreak>;

/** Everyone who is in now, with the head of `attendance`. An event with the state `out` removes a person. */
export const PresenceStates = v.strictObject({
  at: Heads,
  now: Instant,
  people: v.array(PresenceState),
});
export type PresenceStates = v.InferOutput<typeof PresenceStates>;
