/** Corrections as those who decide see them. */
import * as v from 'valibot';
import { BoardPerson } from './attendance';
import { Correction, ReplacedDays } from './corrections';
import { BreakKind } from './settings';
import { Instant, LocalDate } from './values';
import { Epoch, Seq } from './wire';

export const PersonCorrection = v.strictObject({ person: BoardPerson, correction: Correction });
export type PersonCorrection = v.InferOutput<typeof PersonCorrection>;

/** Corrected days, with their person as of each date. */
export const BoardDays = v.strictObject({
  ...ReplacedDays.entries,
  people: v.record(LocalDate, BoardPerson),
});
export type BoardDays = v.InferOutput<typeof BoardDays>;

/** A page of everybody's requests with the cursor of `admin.dashboard`: those that wait oldest first, else newest first. */
export const Corrections = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  corrections: v.array(PersonCorrection),
  /** How many wait for an answer in all. */
  pending: v.number(),
  /** The workplace's kinds of break, as they are now. */
  breakKinds: v.array(BreakKind),
  /** Whether there are more after these. */
  more: v.boolean(),
});
export type Corrections = v.InferOutput<typeof Corrections>;
