/** What a decision comes to: the writes that make it true, or that it has been made before. */
import type { Publication } from '../contract/events';
import type { Query } from '../db/client';
import type { Change, Commit, Entry } from './commit';

interface Parts {
  publish?: readonly Publication[] | undefined;
  also?: readonly Query[] | undefined;
  /** Where the server's clock must not count: UTC epoch milliseconds. */
  at?: number | undefined;
}

/** The change of the mutation's subject, with those of other subjects that are made before it. */
interface OwnChange extends Parts, Pick<Change, 'write' | 'before' | 'after' | 'onlyIf'> {
  /** Where what was found decides of it; else the mutation's own. */
  subject?: string | undefined;
  action?: string | undefined;
  /** Where the write changes many rows: what the others' entries say. */
  more?: readonly Entry[] | undefined;
  first?: readonly Change[] | undefined;
}

/** Changes with subjects and actions of their own; the last one is the answer. */
interface Changes extends Parts {
  changes: readonly Change[];
}

export type Plan = OwnChange | Changes;

/** It was done before: answered by the first journal entry of that action. */
export interface Done {
  done: string;
  subject?: string;
}

export type Decision = Plan | Done;

/** All is so already, and the journal has no entry of it: nothing is written, and there is no receipt. */
export interface Unchanged {
  unchanged: unknown;
}

export const isUnchanged = (decision: Decision | Unchanged): decision is Unchanged => 'unchanged' in decision;

export const isDone = (decision: Decision): decision is Done => 'done' in decision;

/** The plan as a commit. @param now the time of a plan that names none */
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
