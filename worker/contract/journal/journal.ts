/** The journal: who did what and when, with the state before and after, sealed so that tampering shows. */
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
  /** The name of the person or thing that it is about, if any. */
  about: v.nullable(v.string()),
  before: v.unknown(),
  after: v.unknown(),
  /** Before and after were erased with a person's data. */
  erased: v.boolean(),
});
export type JournalEntry = v.InferOutput<typeof JournalEntry>;

/** A page, newest first. */
export const JournalPage = v.strictObject({
  entries: v.array(JournalEntry),
  /** `before` of the next page, or of the next step of a search; null at the end. */
  next: v.nullable(v.number()),
  /** How far back a search for a text has read, when nothing more was found there. */
  searchedTo: v.nullable(Instant),
  /** The people whom the text names, and the actor of the filter. */
  people: v.array(v.strictObject({ id: Id, name: v.string() })),
  /** All actions, for the filter. */
  actions: v.array(v.string()),
  /** The workplace's, to show instants in. */
  zone: v.string(),
  /** The latest seal. A copy kept elsewhere proves that no earlier entry has changed since. */
  seal: v.nullable(v.strictObject({ entry: v.number(), hash: v.string() })),
});
export type JournalPage = v.InferOutput<typeof JournalPage>;

/** The first entry that differs from its seal. */
export const Broken = v.strictObject({
  entry: v.number(),
  /** `missing`: the entry, or its contents in the archive. `inserted`: an entry without a seal among sealed ones. */
  what: v.picklist(['altered', 'missing', 'inserted']),
});
export type Broken = v.InferOutput<typeof Broken>;

/** One step of verifying: entries up to `through` match their seals; `broken` names the first that does not. */
export const Verification = v.strictObject({
  checked: v.number(),
  through: v.number(),
  /** The seal of `through`, for the next step. */
  hash: v.string(),
  more: v.boolean(),
  broken: v.nullable(Broken),
  /** The number of entries without a seal yet. */
  waiting: v.number(),
});
export type Verification = v.InferOutput<typeof Verification>;
