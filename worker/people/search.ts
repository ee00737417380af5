/** Stores the search and sort keys of people, because SQLite cannot remove accents. */
import { searchKey, sortKey } from '../contract/search-key';
import type { Person } from '../contract/people/people';
import type { Scope } from '../scope';

/** The most that one run writes; the next run, a minute later, takes the rest. */
const BATCH = 1_000;

type Named = Pick<Person, 'name' | 'email' | 'department' | 'position'> & {
  staffNumber?: string | null | undefined;
};

/** The columns `people.search` and `people.sort_key`. Every write of these fields must write them too. */
export const keysOf = ({ name, email, department, position, staffNumber }: Named) => ({
  search: searchKey([name, email, department ?? '', position ?? '', staffNumber ?? ''].join(' ')),
  sortKey: sortKey(name),
});

/** Writes the keys of people who have none. */
export async function writeKeys({ d1 }: Scope): Promise<void> {
  const { results } = await d1
    .prepare(
      `SELECT id, name, email, department, position, staff_number AS staffNumber FROM people
       WHERE search IS NULL OR sort_key IS NULL LIMIT ${BATCH}`,
    )
    .all<Named & { id: string }>();
  if (results.length === 0) return;
  await d1
    .prepare(
      `UPDATE people SET search = its.value ->> 'search', sort_key = its.value ->> 'sortKey' FROM json_each(?1) AS its
       WHERE people.id = its.value ->> 'id' AND (people.search IS NULL OR people.sort_key IS NULL)`,
    )
    .bind(JSON.stringify(results.map(({ id, ...person }) => ({ id, ...keysOf(person) }))))
    .run();
}
