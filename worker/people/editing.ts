/** Edits a person, by a form or by a line of a file. */
import type { Publication } from '../contract/events';
import type { Department, EditPerson, Person, Term } from '../contract/people/people';
import { aloneOf, refuseOwnPast } from './alone';
import { type Query, together } from '../db/queries';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { planChanged, rosterUpdated, todayOf } from '../settings/plan';
import { laterThan, personSubject, personUpdated, personWith, personWrite } from './people';
import { holdersOf, refuseTaken } from './staff';
import {
  allDepartments,
  copyOf,
  departmentsOf,
  sameTerm,
  termChange,
  termOn,
  termsOf,
  withTerm,
} from './terms';

/**
 * Changes a person. Name, email and staff number are undated; the other fields hold from a date on.
 * @throws Refusal `not_found`, `email_taken`, `staff_number_taken`, `not_employed`, `own_day`, `period_closed`,
 * `changed_meanwhile` with the present person
 */
export const editPerson = (scope: Scope, id: string, input: EditPerson): Promise<Answer> =>
  scope.commit({
    subject: personSubject(id),
    action: 'person.updated',
    facts: (d1, who) =>
      together({
        before: personWith(d1, id),
        terms: termsOf(d1, id),
        departments: allDepartments(d1),
        holders: holdersOf(d1, { ...input, id }),
        alone: aloneOf(d1, who, 'people.manage'),
      }),
    decide({ before, terms, departments, holders, alone }, me, now) {
      const today = todayOf(me, now);
      if (id === me.id && changesPastHours(terms, input, today)) refuseOwnPast(alone);
      const at = laterThan(before, now);
      const { of, created } = departmentsOf(scope, departments, [input.department]);
      const edited = { ...input, department: of(input.department) };
      const { changes, publish, also } = editOf({ before, terms }, edited, { at, today });
      refuseTaken(
        holders.filter((it) => it.id !== id),
        input,
      );
      if (before.updatedAt !== input.seenAt) throw new Refusal('changed_meanwhile', { current: before });
      return { at, changes: [...created, ...changes], publish: [...publish, rosterUpdated], also };
    },
  });

/** Whether the edit changes the zone or the weekly hours of past days. */
function changesPastHours(
  terms: readonly Term[],
  { validFrom, zone, weeklyMinutes }: EditPerson,
  today: string,
): boolean {
  if (validFrom === undefined || validFrom >= today) return false;
  const held = termOn(terms, validFrom);
  return held?.zone !== zone || (weeklyMinutes !== undefined && held.weeklyMinutes !== weeklyMinutes);
}

/** A person with their terms. */
export interface PersonWithTerms {
  before: Person;
  terms: readonly Term[];
}

interface Edit {
  /** The `after` of the last change is the person. */
  changes: Change[];
  publish: Publication[];
  also: Query[];
}

/**
 * The writes and events of an edit.
 * @param when `at` is later than the person's last change @throws Refusal `not_employed`
 */
export function editOf(
  { before, terms }: PersonWithTerms,
  input: Omit<EditPerson, 'department' | 'seenAt'> & { department: Department | null },
  { at, today }: { at: number; today: string },
): Edit {
  const { id } = before;
  const { validFrom = today, weeklyMinutes, department, position, category, zone } = input;
  const held = termOn(terms, validFrom);
  const term: Term | undefined = held && {
    ...held,
    validFrom,
    position,
    category,
    zone,
    departmentId: department?.id ?? null,
    department: department?.name ?? null,
    weeklyMinutes: weeklyMinutes === undefined ? held.weeklyMinutes : weeklyMinutes,
  };
  const changed = held !== undefined && term !== undefined && !sameTerm(held, term);
  if (terms.length > 0 && !held?.employed && input.validFrom !== undefined)
    throw new Refusal('not_employed', { current: before });
  const copy =
    terms.length > 0
      ? copyOf(changed ? withTerm(terms, term) : terms, today)
      : { department: department?.name ?? null, position, category, zone };
  const { name, email, staffNumber } = input;
  const after: Person = { ...before, name, email, staffNumber, ...copy, updatedAt: at };
  return {
    changes: [
      ...(changed ? [termChange(id, held, term)] : []),
      {
        write: personWrite(before, after),
        action: 'person.updated',
        subject: personSubject(id),
        before,
        after,
      },
    ],
    publish: personUpdated(after),
    also: changed && term.zone !== held.zone ? planChanged.ask(at, [id]) : [],
  };
}
