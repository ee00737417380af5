/** What a person is found by, kept beside them: SQLite cannot take off accents. */
import { folded } from '../contract/folded';
import type { Person } from '../contract/people';
import type { Scope } from '../scope';

/** A run has only so much time; what is left over is the next run's, a minute later. */
const BATCH = 1_000;

type Named = Pick<Person, 'name' | 'email' | 'department' | 'position'>;

/** The text of column `people.search`; every write of one of these fields writes it too. */
export const searchOf = ({ name, email, department, position }: Named): string =>
  folded([name, email, department ?? '', position ?? ''].join(' '));

/** Writes the text for those who were here before it was kept. */
export async function foldNames({ d1 }: Scope): Promise<void> {
  const { results } = await d1
    .prepare(`SELECT id, name, email, department, position FROM people WHERE search IS NULL LIMIT ${BATCH}`)
    .all<Named & { id: string }>();
  if (results.length === 0) return;
  await d1
    .prepare(
      `UPDATE people SET search = told.value ->> 'search' FROM json_each(?1) AS told
       WHERE people.id = told.value ->> 'id' AND people.search IS NULL`,
    )
    .bind(JSON.stringify(results.map(({ id, ...person }) => ({ id, search: searchOf(person) }))))
    .run();
}
