import * as v from 'valibot';
import { Instant } from './values';

/** Proof of a change: its number in the journal and the server's time. */
export const Receipt = v.strictObject({ entry: v.number(), at: Instant });
export type Receipt = v.InferOutput<typeof Receipt>;

/** The answer of a write that returns only its receipt. */
export const Done = v.strictObject({ receipt: Receipt });
export type Done = v.InferOutput<typeof Done>;
