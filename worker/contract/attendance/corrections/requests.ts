/** Corrections as deciders see them, and the days that they correct. */
import * as v from 'valibot';
import { BoardPerson } from '../attendance';
import { Correction, RecordWithBreaks, ReplacedDays } from './corrections';
import { Shift } from '../../schedules/schedules';
import { BreakKind } from '../../settings/settings';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';

export const PersonCorrection = v.strictObject({ person: BoardPerson, correction: Correction });
export type PersonCorrection = v.InferOutput<typeof PersonCorrection>;

/** Corrected days, with their person as of each date. */
export const BoardDays = v.strictObject({
  ...ReplacedDays.entries,
  people: v.record(LocalDate, BoardPerson),
});
export type BoardDays = v.InferOutput<typeof BoardDays>;

/** A page of everybody's requests with the head of `admin.dashboard`: those that wait oldest first, else newest first. */
export const Corrections = v.strictObject({
  at: Heads,
  now: Instant,
  corrections: v.array(PersonCorrection),
  /** How many wait for an answer in all. */
  pending: v.number(),
  /** Whether nobody else may decide, so that the reader may decide their own. */
  alone: v.boolean(),
  /** The workplace's kinds of break, as they are now. */
  breakKinds: v.array(BreakKind),
  /** Whether there are more after these. */
  more: v.boolean(),
});
export type Corrections = v.InferOutput<typeof Corrections>;

/** One person's date with the two dates before and after it, as a supervisor corrects them. */
export const PersonDays = v.strictObject({
  person: v.strictObject({
    id: Id,
    name: v.string(),
    email: v.string(),
    staffNumber: v.nullable(v.string()),
  }),
  now: Instant,
  date: LocalDate,
  /** The local date now, by the person's zone. */
  today: LocalDate,
  /** The zone of the date. */
  zone: v.string(),
  /** The records of these dates, in the order they began. */
  days: v.array(RecordWithBreaks),
  /** When they are expected; dates without a shift are left out. */
  shifts: v.record(LocalDate, Shift),
  /** What breaks there are on the date. */
  breakKinds: v.array(BreakKind),
  /** Their request for one of these dates that waits for an answer. */
  pending: v.nullable(Correction),
  /** Hours up to this date are closed; null while none are. */
  closedThrough: v.nullable(LocalDate),
});
export type PersonDays = v.InferOutput<typeof PersonDays>;
