/** A way to break the core, and the promises that it may break (docs/guarantees.md). */

interface Edit {
  /** From the project's folder. */
  file: string;
  /** Must be in the file exactly once. */
  find: string;
  replace: string;
}

export interface Mutant {
  name: string;
  /** The promise that it breaks. */
  breaks: string;
  /** Several where one defence alone is masked by another. */
  edits: readonly Edit[];
}

export const LIVE_IS_EXACT = 'a screen that is live is exact';
export const APPLIED_ONCE = 'an event is applied once, in order';
export const ACT_ONCE = 'an act takes effect once';
export const NOTHING_LOST = 'what was acknowledged is kept';
export const HEALED = 'once faults end, every screen equals the database';

/** A change of one place. */
export const one = (name: string, breaks: string, file: string, find: string, replace: string): Mutant => ({
  name,
  breaks,
  edits: [{ file, find, replace }],
});
