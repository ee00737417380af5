/** The journal: who did what, when, before and after, sealed so that a later change of it shows. */
import * as v from 'valibot';
import { Id, Instant } from '../values';

export const JournalEntry = v.strictObject({
  id: v.number(),
  at: Instant,
  /** Null for the product itself. */
  actor: v.nullable(v.strictObject({ id: Id, name: v.string() })),
  action: v.string(),
  /** What changed, as `slice/id`. */
  subject: v.string(),
  /** Whom it concerns, if it concerns somebody. */
  about: v.nullable(v.string()),
  before: v.unknown(),
  after: v.unknown(),
});
export type JournalEntry = v.InferOutput<typeof JournalEntry>;

/** A page, newest first. */
export const JournalPage = v.strictObject({
  entries: v.array(JournalEntry),
  more: v.boolean(),
  /** Every action there is, for the filter. */
  actions: v.array(v.string()),
  /** In which instants are to be read: the workplace's. */
  zone: v.string(),
  /** The latest seal: kept elsewhere, it proves that nothing before it was changed since. */
  seal: v.nullable(v.strictObject({ entry: v.number(), hash: v.string() })),
});
export type JournalPage = v.InferOutput<typeof JournalPage>;

/** What is wrong with the first entry that is not as it was sealed. */
export const Broken = v.strictObject({
  entry: v.number(),
  /** Its content differs from its seal, it is gone, or no seal covers it: it was put in between, or its seal was taken away. */
  what: v.picklist(['altered', 'missing', 'inserted']),
});
export type Broken = v.InferOutput<typeof Broken>;

/** One step of verifying: entries up to `through` are as they were sealed, unless `broken` names one that is not. */
export const Verification = v.strictObject({
  checked: v.number(),
  through: v.number(),
  /** The chain so far: hand it on with the next step. */
  hash: v.string(),
  more: v.boolean(),
  broken: v.nullable(Broken),
  /** Entries that no seal covers yet. */
  waiting: v.number(),
});
export type Verification = v.InferOutput<typeof Verification>;
