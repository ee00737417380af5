/** Corrections and days as deciders see them. */
import * as v from 'valibot';
import { BoardPerson } from '../attendance';
import { Correction, RecordWithBreaks, ReplacedDays } from './corrections';
import { Shift } from '../../schedules/schedules';
import { BreakKind } from '../../settings/settings';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';

export const PersonCorrection = v.strictObject({ person: BoardPerson, correction: Correction });
export type PersonCorrection = v.InferOutput<typeof PersonCorrection>;

/** Corrected days with the person as of each date. */
export const BoardDays = v.strictObject({
  ...ReplacedDays.entries,
  people: v.record(LocalDate, BoardPerson),
});
export type BoardDays = v.InferOutput<typeof BoardDays>;

/** A page of corrections with the head of `admin.dashboard`: pending ones oldest first, else newest first. */
export const Corrections = v.strictObject({
  at: Heads,
  now: Instant,
  corrections: v.array(PersonCorrection),
  /** The number of all pending requests. */
  pending: v.number(),
  /** Whether no other person may decide, so that the reader may decide their own. */
  alone: v.boolean(),
  breakKinds: v.array(BreakKind),
  more: v.boolean(),
});
export type Corrections = v.InferOutput<typeof Corrections>;

/** A date of one person with the two dates before and after it. */
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
  /** Dates without a shift are left out. */
  shifts: v.record(LocalDate, Shift),
  /** Those of the date. */
  breakKinds: v.array(BreakKind),
  /** Their pending request for the date. */
  pending: v.nullable(Correction),
  /** The last closed date; null if none. */
  closedThrough: v.nullable(LocalDate),
});
export type PersonDays = v.InferOutput<typeof PersonDays>;
