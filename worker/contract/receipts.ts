/** What proves that something was done. */
import * as v from 'valibot';
import { Instant } from './values';

/** Proof of an act: its number in the journal and the server's time. */
export const Receipt = v.strictObject({ entry: v.number(), at: Instant });
export type Receipt = v.InferOutput<typeof Receipt>;

/** It is done, and there is nothing to show but the proof. */
export const Done = v.strictObject({ receipt: Receipt });
export type Done = v.InferOutput<typeof Done>;
