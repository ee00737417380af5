/** The values of a report's filters, with people who have left. */
import type { ReportChoices } from '../contract/reports/reports';
import { inOrder } from '../contract/search-key';
import type { Department } from '../contract/people/people';
import { ask, rows, together } from '../db/queries';
import type { Scope } from '../scope';

type Person = ReportChoices['people'][number];

export async function reportChoices({ d1 }: Scope): Promise<ReportChoices> {
  const { people, departments, categories } = await ask(
    d1,
    together({
      people: rows<Omit<Person, 'active'> & { active: number }>(
        d1,
        `SELECT id, name, email, staff_number AS staffNumber, active FROM people
         WHERE EXISTS (SELECT 1 FROM terms WHERE person_id = people.id) ORDER BY sort_key, id`,
      ),
      departments: rows<Department>(d1, 'SELECT id, name FROM departments'),
      categories: rows<{ word: string }>(
        d1,
        'SELECT DISTINCT category AS word FROM terms WHERE category IS NOT NULL',
      ),
    }),
  );
  return {
    people: people.map((row) => ({ ...row, active: row.active === 1 })),
    departments: departments.sort((a, b) => inOrder(a.name, b.name)),
    categories: categories.map(({ word }) => word).sort(inOrder),
  };
}
