import * as v from 'valibot';
import { Epoch, Seq } from './wire';
import { Id, Instant, LocalDate } from './values';

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
});
export type AttendanceRecord = v.InferOutput<typeof AttendanceRecord>;

/** The public projection that every signed-in person may see. */
export const Standing = v.strictObject({
  personId: Id,
  name: v.string(),
  state: v.picklist(['in', 'out']),
  since: Instant,
});
export type Standing = v.InferOutput<typeof Standing>;

/** `id` is made by the client, so a retry names the same record. */
export const CheckIn = v.strictObject({ id: Id });
export type CheckIn = v.InferOutput<typeof CheckIn>;

/** `id` names the record to close, so a late retry can never close a later one. */
export const CheckOut = v.strictObject({ id: Id });
export type CheckOut = v.InferOutput<typeof CheckOut>;

/** Proof of an act: its number in the journal and the server's time. */
export const Receipt = v.strictObject({ entry: v.number(), at: Instant });
export type Receipt = v.InferOutput<typeof Receipt>;

/** The answer to an act. A double tap, a second tab and a retry after a lost answer all get the first one. */
export const Receipted = v.strictObject({ record: AttendanceRecord, receipt: Receipt });
export type Receipted = v.InferOutput<typeof Receipted>;

/** A person's own days, newest record first, with the cursor of their `user.{id}` channel. */
export const MyDays = v.strictObject({
  epoch: Epoch,
  head: Seq,
  /** The server's time, so that a phone with a wrong clock still counts rightly. */
  now: Instant,
  zone: v.string(),
  /** The open record, if any, whatever its date. */
  open: v.nullable(AttendanceRecord),
  /** Records of `from` … `to`, and the open one. */
  records: v.array(AttendanceRecord),
  /** The receipt of the latest act on each record, by record id. */
  receipts: v.record(Id, Receipt),
  from: LocalDate,
  to: LocalDate,
});
export type MyDays = v.InferOutput<typeof MyDays>;

/** A person as a row of the board. */
export const BoardPerson = v.strictObject({
  id: Id,
  name: v.string(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
});
export type BoardPerson = v.InferOutput<typeof BoardPerson>;

/** What `admin.dashboard` tells of one change: enough for a board that has never heard of the person. */
export const BoardEntry = v.strictObject({ person: BoardPerson, record: AttendanceRecord });
export type BoardEntry = v.InferOutput<typeof BoardEntry>;

/** One day of the whole workplace with the cursor of `admin.dashboard`, all from one D1 batch. */
export const Board = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  /** The workplace's zone, in which "today" is told. */
  zone: v.string(),
  date: LocalDate,
  today: LocalDate,
  people: v.array(BoardPerson),
  /** See `isOnBoard`. */
  records: v.array(AttendanceRecord),
});
export type Board = v.InferOutput<typeof Board>;

/** What a board of `date` shows: the records of that date; today also those still open from earlier dates. */
export function isOnBoard(record: AttendanceRecord, date: string, today: string): boolean {
  return record.workDate === date || (date === today && record.outAt === null);
}

/** Who is in now, with the cursor of `attendance`. Whoever an event says is out leaves the list. */
export const Standings = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  standings: v.array(Standing),
});
export type Standings = v.InferOutput<typeof Standings>;
