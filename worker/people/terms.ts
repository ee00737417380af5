/**
 * Terms of employment: complete rows, each valid from a local date on. A back-dated row changes only days from its date on,
 * and no closed day. `people` holds a copy of today's terms.
 */
import { addDays } from '../contract/zones';
import type { Department, Person, Term, Terms } from '../contract/people/people';
import { ask, type Fact, map, query, rows } from '../db/queries';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { rosterUpdated, todayOf } from '../settings/plan';
import { personSubject } from './people';

const TERMS = `SELECT person_id AS personId, valid_from AS validFrom, employed, department_id AS departmentId,
    departments.name AS department, position, category, zone, weekly_minutes AS weeklyMinutes
  FROM terms LEFT JOIN departments ON departments.id = department_id
  WHERE person_id IN (SELECT value FROM json_each(?1)) ORDER BY valid_from`;

/** A person's terms, the earliest first. */
export const termsOf = (d1: D1Database, personId: string): Fact<Term[]> =>
  map(termsOfAll(d1, [personId]), (all) => all.get(personId) ?? []);

/** The terms of each of these people, the earliest first. */
export const termsOfAll = (d1: D1Database, people: readonly string[]): Fact<ReadonlyMap<string, Term[]>> =>
  map(
    rows<Omit<Term, 'employed'> & { personId: string; employed: number }>(d1, TERMS, [
      JSON.stringify(people),
    ]),
    (found) => {
      const all = new Map<string, Term[]>();
      for (const { personId, employed, ...term } of found)
        all.set(personId, [...(all.get(personId) ?? []), { ...term, employed: employed === 1 }]);
      return all;
    },
  );

/** One employment. */
export interface Period {
  firstDay: string;
  /** Null without a known end. */
  lastDay: string | null;
  /** Its rows, without the row that ends it. */
  rows: readonly Term[];
  /** Of the previous employment. */
  lastDayBefore: string | null;
}

export function latestPeriod(terms: readonly Term[]): Period | undefined {
  const began = terms.findLastIndex(({ employed }, at) => employed && terms[at - 1]?.employed !== true);
  const first = terms[began];
  if (!first) return undefined;
  const since = terms.slice(began);
  const end = since.find(({ employed }) => !employed);
  const left = terms[began - 1];
  return {
    firstDay: first.validFrom,
    lastDay: end ? addDays(end.validFrom, -1) : null,
    rows: since.filter(({ employed }) => employed),
    lastDayBefore: left ? addDays(left.validFrom, -1) : null,
  };
}

export async function termsPage(scope: Scope, personId: string): Promise<Terms> {
  const terms = await ask(scope.d1, termsOf(scope.d1, personId));
  const period = latestPeriod(terms);
  const [firstDay, lastDay] = [period?.firstDay ?? null, period?.lastDay ?? null];
  return { today: todayOf(scope.me, scope.now()), terms, firstDay, lastDay };
}

/** The terms on a date; undefined before the first day. */
export const termOn = (terms: readonly Term[], date: string): Term | undefined =>
  terms.findLast(({ validFrom }) => validFrom <= date);

/** Adds a row; it replaces a row of the same date. */
export const withTerm = (terms: readonly Term[], term: Term): Term[] =>
  [...terms.filter(({ validFrom }) => validFrom !== term.validFrom), term].sort((a, b) =>
    a.validFrom < b.validFrom ? -1 : 1,
  );

export const sameTerm = (a: Term, b: Term): boolean =>
  (['departmentId', 'position', 'category', 'zone', 'weeklyMinutes'] as const).every(
    (key) => a[key] === b[key],
  );

/** The copy of today's terms for `people`. */
export const copyOf = (terms: readonly Term[], today: string) => {
  const term = termOn(terms, today) ?? terms[0];
  return {
    department: term?.department ?? null,
    position: term?.position ?? null,
    category: term?.category ?? null,
    zone: term?.zone ?? null,
  };
};

/** The change that sets a row, unless its date is closed. */
export const termChange = (personId: string, before: Term | undefined, after: Term): Change => ({
  write: query(
    `INSERT INTO terms (person_id, valid_from, employed, department_id, position, category, zone, weekly_minutes)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
     ON CONFLICT (person_id, valid_from) DO UPDATE SET employed = excluded.employed, department_id = excluded.department_id,
       position = excluded.position, category = excluded.category, zone = excluded.zone, weekly_minutes = excluded.weekly_minutes`,
    [
      personId,
      after.validFrom,
      after.employed ? 1 : 0,
      after.departmentId,
      after.position,
      after.category,
      after.zone,
      after.weeklyMinutes,
    ],
  ),
  action: 'terms.set',
  subject: personSubject(personId),
  before: before ? { personId, ...before } : null,
  after: { personId, ...after },
  onlyIf: openOn(after.validFrom),
});

export const firstTerm = (
  { zone, position, category }: Pick<Person, 'zone' | 'position' | 'category'>,
  department: Department | null,
  validFrom: string,
  weeklyMinutes: number | null = null,
): Term => ({
  validFrom,
  employed: true,
  departmentId: department?.id ?? null,
  department: department?.name ?? null,
  position: position ?? null,
  category: category ?? null,
  zone: zone ?? null,
  weeklyMinutes,
});

export const allDepartments = (d1: D1Database): Fact<Department[]> =>
  rows<Department>(d1, 'SELECT id, name FROM departments');

/**
 * The departments of these names, with the changes that create missing ones. Names ignore case.
 * @param all the existing departments
 */
export function departmentsOf(
  { newId }: Pick<Scope, 'newId'>,
  all: readonly Department[],
  names: readonly (string | null)[],
): { of: (name: string | null) => Department | null; created: Change[] } {
  const known = new Map(all.map((it) => [it.name.toLowerCase(), it]));
  const created: Change[] = [];
  for (const name of names) {
    if (name === null || known.has(name.toLowerCase())) continue;
    const department = { id: newId(), name };
    known.set(name.toLowerCase(), department);
    created.push({
      write: query('INSERT INTO departments (id, name) VALUES (?1, ?2)', [department.id, name]),
      action: 'department.created',
      subject: `department/${department.id}`,
      before: null,
      after: department,
    });
  }
  return { of: (name) => (name === null ? null : (known.get(name.toLowerCase()) ?? null)), created };
}

/** Renames a department, which keeps its id and its past. @throws Refusal `not_found`, `name_taken`, `changed_meanwhile` */
export const renameDepartment = (scope: Scope, id: string, name: string): Promise<Answer> =>
  scope.commit({
    subject: `department/${id}`,
    action: 'department.renamed',
    facts: allDepartments,
    decide(all) {
      const before = all.find((it) => it.id === id);
      if (!before) throw new Refusal('not_found');
      if (all.some((it) => it.id !== id && it.name.toLowerCase() === name.toLowerCase()))
        throw new Refusal('name_taken');
      return {
        write: query('UPDATE departments SET name = ?2 WHERE id = ?1 AND name = ?3', [id, name, before.name]),
        before,
        after: { id, name },
        // A job rewrites the search keys.
        also: [
          query(
            `UPDATE people SET department = ?2, search = NULL WHERE department = ?3 AND EXISTS (SELECT 1 FROM terms
             WHERE person_id = people.id AND department_id = ?1)`,
            [id, name, before.name],
          ),
        ],
        publish: [rosterUpdated],
      };
    },
  });
