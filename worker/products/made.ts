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

/**
 * The decision for an existing id. The first state may be of a release that did not know all fields: the schema fills them in.
 * @throws Refusal `id_taken` if it was created with other content
 */
export function createdBefore<Created extends { updatedAt: number }>(
  first: FirstState,
  created: Created,
  { of, action }: { of: v.GenericSchema<unknown, Created>; action: string },
) {
  const before = v.safeParse(of, { ...first, updatedAt: created.updatedAt });
  const same = before.success && JSON.stringify(before.output) === JSON.stringify(v.parse(of, created));
  if (!same) throw new Refusal('id_taken');
  return { done: action };
}
