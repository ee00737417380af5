/** Things whose ids their makers choose: the same request with another key is answered as the first one was. */
import * as v from 'valibot';
import { type Fact, map, row } from '../db/queries';
import { Refusal } from '../refusal';

/** What was first made under that id, as the journal has it. */
export type Made = Record<string, unknown>;

export const firstMade = (d1: D1Database, subject: string, action: string): Fact<Made> =>
  map(
    row<{ after: string | null }>(
      d1
        .prepare('SELECT after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id LIMIT 1')
        .bind(subject, action),
    ),
    (entry) => (entry?.after ? v.parse(v.looseObject({}), JSON.parse(entry.after)) : {}),
  );

/** The decision where the id is there already. @throws Refusal `id_taken` where something else was made with it */
export function madeBefore(first: Made, made: { updatedAt: number }, action: string) {
  const { updatedAt } = made;
  if (JSON.stringify({ ...first, updatedAt }) !== JSON.stringify(made)) throw new Refusal('id_taken');
  return { done: action };
}
