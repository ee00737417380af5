/** Corrections as those who decide see them. */
import * as v from 'valibot';
import { BoardPerson } from './attendance';
import { Correction } from './corrections';
import { Instant } from './values';
import { Epoch, Seq } from './wire';

export const PersonCorrection = v.strictObject({ person: BoardPerson, correction: Correction });
export type PersonCorrection = v.InferOutput<typeof PersonCorrection>;

/** A page of everybody's requests with the cursor of `admin.dashboard`: those that wait oldest first, else newest first. */
export const Corrections = v.strictObject({
  epoch: Epoch,
  head: Seq,
  now: Instant,
  corrections: v.array(PersonCorrection),
  /** How many wait for an answer in all. */
  pending: v.number(),
  /** Whether there are more after these. */
  more: v.boolean(),
});
export type Corrections = v.InferOutput<typeof Corrections>;
