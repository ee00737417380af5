/** A mutation: what it reads, what it then decides (a plan of writes, or that it was done before), and how often it decides again. */
import type { Publication } from '../contract/events';
import type { Fact, Query } from '../db/queries';
import { Refusal } from '../refusal';
import type { Asker } from '../session';
import type { Change, Commit, Entry } from './commit';

export interface Mutation<Found, Else extends Unchanged = never> {
  /** As the journal names it: `slice/id`. */
  subject: string;
  action: string;
  /**
   * What the decision depends on: one batch, or an async function if one query depends on another's result.
   * @param who the person's id
   */
  facts: (d1: D1Database, who: string) => Fact<Found> | Promise<Found>;
  /** Pure. @param now UTC epoch milliseconds @throws Refusal */
  decide: (found: Found, me: Asker, now: number) => Decision | Else;
}

interface Parts {
  publish?: readonly Publication[] | undefined;
  also?: readonly Query[] | undefined;
  /** UTC epoch milliseconds, if not the server's present time. */
  at?: number | undefined;
}

/** The change of the mutation's subject, after the changes of other subjects in `first`. */
interface OwnChange extends Parts, Pick<Change, 'write' | 'before' | 'after' | 'onlyIf'> {
  /** If the facts decide it; else the mutation's own. */
  subject?: string | undefined;
  action?: string | undefined;
  /** The entries of the other rows, if the write changes many. */
  more?: readonly Entry[] | undefined;
  first?: readonly Change[] | undefined;
}

/** Changes that each name their subject and action; the last one is the answer. */
interface Changes extends Parts {
  changes: readonly Change[];
}

export type Plan = OwnChange | Changes;

/** Done before: the first journal entry of that action is the answer. */
export interface Done {
  done: string;
  subject?: string;
}

export type Decision = Plan | Done;

/** Nothing to write and no journal entry to name: the answer has no receipt. */
export interface Unchanged {
  unchanged: unknown;
}

export const isUnchanged = (decision: Decision | Unchanged): decision is Unchanged => 'unchanged' in decision;

export const isDone = (decision: Decision): decision is Done => 'done' in decision;

/** The plan as a commit. @param now for a plan without a time */
export function committing(
  plan: Plan,
  own: { subject: string; action: string },
  now: number,
): Pick<Commit, 'at' | 'changes' | 'publish' | 'also'> {
  const { publish = [], also, at = now } = plan;
  if ('changes' in plan) return { at, changes: plan.changes, publish, also };
  const { write, before, after, onlyIf, more, first = [] } = plan;
  const { subject = own.subject, action = own.action } = plan;
  return {
    at,
    changes: [...first, { subject, action, write, before, after, onlyIf, more }],
    publish,
    also,
  };
}

/** Two hundred tills at one moment need forty tries. */
const RETRY_MS = 5_000;
const PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;
/** After these many tries of the same facts no passing conflict refuses them. */
const MOST_SAME = 4;

/** For `JSON.stringify`, which writes maps and sets as `{}`. */
const mapsAsLists = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;

/** How often and how long a mutation is decided again after a conflict. */
export class Retries {
  readonly #until = Date.now() + RETRY_MS;
  #tried = 0;
  #last = '';
  #same = 0;

  /** Whether a try has failed. */
  get again(): boolean {
    return this.#tried > 0;
  }

  /**
   * Waits a little. A guard that refuses what the same facts allow would refuse it again, and keep the database busy.
   * @throws Refusal `changed_meanwhile` after the same facts again and again, or too long
   */
  async next(facts: unknown): Promise<void> {
    this.#tried += 1;
    const text = JSON.stringify(facts, mapsAsLists);
    this.#same = text === this.#last ? this.#same + 1 : 1;
    this.#last = text;
    if (this.#same >= MOST_SAME || Date.now() >= this.#until) throw new Refusal('changed_meanwhile');
    const longest = Math.min(PAUSE_MS * this.#tried, LONGEST_PAUSE_MS);
    await new Promise<void>((resolve) => setTimeout(resolve, Math.random() * longest));
  }
}
