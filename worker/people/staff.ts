/** People who work here: hired from a first day, or by a first staff role. */
import { addDays } from '../contract/zones';
import type { Department, NewPerson, Person, Term } from '../contract/people/people';
import { worksHere } from '../contract/roles';
import { type Fact, type Query, query, together } from '../db/queries';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { rosterUpdated, todayOf } from '../settings/plan';
import { peopleWhere, personSubject } from './people';
import { keysOf } from './search';
import { allDepartments, departmentsOf, firstTerm, termChange, termOn } from './terms';

/**
 * Hires a person from their first day. They can sign in after they accept an invitation.
 * @throws Refusal `email_taken`, `staff_number_taken`, `period_closed`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const createPerson = (scope: Scope, input: NewPerson): Promise<Answer> =>
  scope.commit({
    subject: personSubject(input.id),
    action: 'person.created',
    facts: (d1) => together({ holders: holdersOf(d1, input), departments: allDepartments(d1) }),
    decide({ holders, departments }, me, now) {
      // The same request came before, with another key.
      if (holders.some(({ id, email }) => id === input.id && email === input.email))
        return { done: 'person.created' };
      refuseTaken(holders, input);
      const today = todayOf(me, now);
      const { of, created } = departmentsOf(scope, departments, [input.department]);
      const department = of(input.department);
      const person = newcomer(input, department, now, input.firstDay ?? today);
      return {
        changes: [...created, hiring(person, now)],
        also: [beginning(person.id, termOf(input, department, today))],
        publish: [{ channel: 'admin.employees', type: 'person.created', data: person }, rosterUpdated],
      };
    },
  });

type Identity = Pick<NewPerson, 'id' | 'email' | 'staffNumber'>;

/** People who have this id, email or staff number. */
export const holdersOf = (d1: D1Database, { id, email, staffNumber }: Identity): Fact<Person[]> =>
  peopleWhere(d1, 'id = ?1 OR email = ?2 OR staff_number = ?3', id, email, staffNumber);

/** @throws Refusal `email_taken`, `staff_number_taken` */
export function refuseTaken(holders: readonly Person[], { email }: Pick<NewPerson, 'email'>): void {
  if (holders.some((it) => it.email === email)) throw new Refusal('email_taken');
  if (holders.length > 0) throw new Refusal('staff_number_taken');
}

/** @param firstDay of the employment; members have none */
export const newcomer = (
  { weeklyMinutes: _weeklyMinutes, firstDay: _firstDay, ...input }: NewPerson,
  department: Department | null,
  at: number,
  firstDay?: string,
): Person => ({
  ...input,
  ...(firstDay !== undefined && { firstDay }),
  department: department?.name ?? null,
  active: true,
  photo: null,
  updatedAt: at,
});

export const termOf = (input: NewPerson, department: Department | null, today: string): Term =>
  firstTerm(input, department, input.firstDay ?? today, input.weeklyMinutes);

/** The write of the first terms; the person's own write must come first. */
export const beginning = (personId: string, term: Term): Query => termChange(personId, undefined, term).write;

/** The change that hires a person, unless the first day is closed. */
export function hiring(person: Person, at: number): Change {
  const { firstDay } = person;
  return {
    write: query(
      `INSERT INTO people (id, name, email, roles, active, department, position, zone, category, staff_number, search, sort_key,
         created_at, updated_at)
       VALUES (?1 ->> 'id', ?1 ->> 'name', ?1 ->> 'email', ?1 ->> 'roles', ?1 ->> 'active', ?1 ->> 'department', ?1 ->> 'position',
         ?1 ->> 'zone', ?1 ->> 'category', ?1 ->> 'staffNumber', ?1 ->> 'search', ?1 ->> 'sortKey', ?2, ?2)`,
      [JSON.stringify({ ...person, ...keysOf(person) }), at],
    ),
    action: 'person.created',
    subject: personSubject(person.id),
    before: null,
    after: person,
    onlyIf: firstDay === undefined ? undefined : openOn(firstDay),
  };
}

/** Begins or ends an employment when roles make a person start or stop working here. */
export function employmentOf(
  before: Person,
  after: Person,
  {
    terms,
    departments,
    today,
  }: { terms: readonly Term[]; departments: readonly Department[]; today: string },
): Query[] {
  if (worksHere(before) === worksHere(after)) return [];
  const held = termOn(terms, today);
  if (worksHere(after)) {
    const department =
      departments.find(({ name }) => name.toLowerCase() === before.department?.toLowerCase()) ?? null;
    const begins = held
      ? { ...held, validFrom: today, employed: true }
      : firstTerm(before, department, today);
    return held?.employed ? [] : [beginning(before.id, begins)];
  }
  return held?.employed
    ? [beginning(before.id, { ...held, validFrom: addDays(today, 1), employed: false })]
    : [];
}
