/** Clients choose ids. A repeated creation with another key gets the first answer. */
import * as v from 'valibot';
import { type Fact, map, row } from '../db/queries';
import { Refusal } from '../refusal';

/** The state after the first entry of a subject, from the journal. */
export type FirstState = Record<string, unknown>;

export const firstState = (d1: D1Database, subject: string, action: string): Fact<FirstState> =>
  map(
    row<{ after: string | null }>(
      d1,
      'SELECT after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id LIMIT 1',
      [subject, action],
    ),
    (entry) => (entry?.after ? v.parse(v.looseObject({}), JSON.parse(entry.after)) : {}),
  );

/** The decision for an existing id. @throws Refusal `id_taken` if it was created with other content */
export function createdBefore(first: FirstState, created: { updatedAt: number }, action: string) {
  const { updatedAt } = created;
  if (JSON.stringify({ ...first, updatedAt }) !== JSON.stringify(created)) throw new Refusal('id_taken');
  return { done: action };
}
