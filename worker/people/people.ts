import * as v from 'valibot';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { Person, type PersonChange } from '../contract/people/people';
import { rolesOf } from '../contract/roles';
import { type Fact, map, type Query, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import { keysOf } from './search';

/** SQL: the person works here, which a mere member does not. Roles are stored as `JSON.stringify` writes them. */
export const WORKS_HERE = `roles <> '["member"]'`;

/** The journal's subject of a person. */
export const personSubject = (id: string) => `person/${id}`;

export const PERSON = `id, name, email, roles, active, department, position, zone, category, image AS photo,
  staff_number AS staffNumber, updated_at AS updatedAt`;

interface Kept {
  roles: string;
  active: number;
}

/** Maps a row to the contract's person. */
export const personOf = <Row extends Kept>({ roles, active, ...person }: Row) => ({
  ...person,
  roles: rolesOf(roles),
  active: active === 1,
});

export async function changed(answer: Promise<Answer>): Promise<PersonChange> {
  const { after, receipt } = await answer;
  return { record: v.parse(Person, after), receipt };
}

/** The events of a change: admins get all fields; the person's own pages only reload. */
export const personUpdated = (after: Person): Publication[] => [
  { channel: 'admin.employees', type: 'person.updated', data: after },
  { channel: userChannel(after.id), type: 'person.updated', data: { id: after.id, roles: after.roles } },
];

/** @param where SQL over `people` */
export const peopleWhere = (
  d1: D1Database,
  where: string,
  ...params: (string | number | null)[]
): Fact<Person[]> =>
  map(
    rows<Omit<Person, keyof Kept> & Kept>(d1, `SELECT ${PERSON} FROM people WHERE ${where}`, params),
    (found) => found.map((it) => personOf(it)),
  );

/** For changes and photos. @throws Refusal `not_found`, `erased` as it is read */
export const personWith = (d1: D1Database, id: string): Fact<Person> =>
  map(
    together({
      people: peopleWhere(d1, 'id = ?1', id),
      erased: row(d1, 'SELECT 1 FROM people WHERE id = ?1 AND erased_at IS NOT NULL', [id]),
    }),
    ({ people, erased }) => {
      if (erased) throw new Refusal('erased');
      return found(people);
    },
  );

function found([person]: Person[]): Person {
  if (!person) throw new Refusal('not_found');
  return person;
}

/** The time of a change, later than the last one, because forms compare `updatedAt`. @returns UTC epoch milliseconds */
export const laterThan = ({ updatedAt = 0 }: Person, now: number): number => Math.max(now, updatedAt + 1);

/**
 * Writes a person if they are unchanged. A new photo does not change `updated_at`, so the write compares it too. A renamed
 * department does not either, so an unchanged department is not written.
 * @param onlyWhile SQL: a further condition; `?1` is the person's id, `values` begin at `?17`
 */
export const personWrite = (
  before: Person,
  after: Person,
  onlyWhile = 'true',
  ...values: (string | null)[]
): Query => {
  const { search, sortKey } = keysOf(after);
  return query(
    `UPDATE people SET name = ?2, email = ?3, staff_number = ?4, roles = ?5, active = ?6, department = iif(?7 IS ?15, department, ?7), position = ?8,
       category = ?9, zone = ?10, search = ?11, sort_key = ?12, updated_at = ?13
     WHERE id = ?1 AND updated_at = ?14 AND image IS ?16 AND ${onlyWhile}`,
    [
      before.id,
      after.name,
      after.email,
      after.staffNumber,
      JSON.stringify(after.roles),
      after.active ? 1 : 0,
      after.department,
      after.position,
      after.category,
      after.zone,
      search,
      sortKey,
      after.updatedAt ?? 0,
      before.updatedAt ?? 0,
      before.department,
      before.photo,
      ...values,
    ],
  );
};

/** SQL: another active admin exists, so that the workplace keeps one. @param id placeholder of the person's id */
export const anotherAdmin = (id: string) =>
  `EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${id} AND other.active AND role.value = 'admin')`;

export const hasOtherAdmin = (d1: D1Database, id: string): Fact<boolean> =>
  map(row(d1, `SELECT 1 WHERE ${anotherAdmin('?1')}`, [id]), (other) => other !== undefined);
