/** What is known of somebody is changed: by a form, or by a line of a file. */
import { and, eq, sql } from 'drizzle-orm';
import type { Publication } from '../contract/events';
import type { Department, EditPerson, Person, Term } from '../contract/people/people';
import { refuseOwnPast } from './alone';
import type { Query } from '../db/client';
import { people } from '../db/schema';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { planChanged, rosterUpdated, todayOf } from '../settings/plan';
import { personWith, personUpdated } from './people';
import { keysOf } from './search';
import { subjectOf } from './staff';
import { copyOf, departmentsOf, sameTerm, termChange, termOn, termsOf, withTerm } from './terms';

/**
 * Changes what is known of a person. Name, email and staff number change at once and for all time; the rest holds from a date on.
 * @throws Refusal `not_found`, `email_taken`, `staff_number_taken`, `not_employed`, `own_day`, `period_closed`,
 * `changed_meanwhile` with the person as they are now
 */
export async function editPerson(scope: Scope, id: string, input: EditPerson): Promise<Answer> {
  const before = await personWith(scope, id);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1); // forms tell states apart by it
  const terms = await termsOf(scope, id);
  if (id === scope.me.id && changesPastHours(scope, terms, input))
    await refuseOwnPast(scope, 'people.manage');
  const { of, changes } = await departmentsOf(scope, [input.department]);
  const edit = editOf(scope, { before, terms }, { ...input, department: of(input.department) }, at);
  const answer = await scope.attempt({
    at,
    changes: [...changes, ...edit.changes],
    publish: [...edit.publish, rosterUpdated],
    also: edit.also,
  });
  if (answer) return answer;
  throw await whyNot(scope, id, input);
}

/** Whether the edit changes what days that are past are computed with: the zone, or the week's hours. */
function changesPastHours(scope: Scope, terms: readonly Term[], input: EditPerson): boolean {
  const { validFrom, zone, weeklyMinutes } = input;
  if (validFrom === undefined || validFrom >= todayOf(scope)) return false;
  const held = termOn(terms, validFrom);
  return held?.zone !== zone || (weeklyMinutes !== undefined && held.weeklyMinutes !== weeklyMinutes);
}

/** Somebody as they are, with their terms. */
export interface Known {
  before: Person;
  terms: readonly Term[];
}

interface Edit {
  /** The last one's `after` is the person. */
  changes: Change[];
  publish: Publication[];
  also: Query[];
}

/**
 * The writes of an edit, of a state that was seen, and whom they are published to.
 * @param at later than the person last changed @throws Refusal `not_employed`
 */
export function editOf(
  scope: Scope,
  { before, terms }: Known,
  input: Omit<EditPerson, 'department'> & { department: Department | null },
  at: number,
): Edit {
  const { id } = before;
  const { seenAt, validFrom = todayOf(scope), weeklyMinutes, department, position, category, zone } = input;
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
  const copy = changed ? copyOf(withTerm(terms, term), todayOf(scope)) : copyOf(terms, todayOf(scope));
  const { name, email, staffNumber } = input;
  const today = terms.length > 0 ? copy : { department: department?.name ?? null, position, category, zone };
  const after: Person = { ...before, name, email, staffNumber, ...today, updatedAt: at };
  const write = scope.db
    .update(people)
    .set({ name, email, staffNumber, ...today, ...keysOf(after), updatedAt: new Date(at) })
    .where(and(eq(people.id, id), eq(people.updatedAt, new Date(seenAt))));
  return {
    changes: [
      ...(changed ? [termChange(id, held, term)] : []),
      { write, action: 'person.updated', subject: subjectOf(id), before, after },
    ],
    publish: personUpdated(after),
    also: changed && term.zone !== held.zone ? planChanged.ask(scope, [id]) : [],
  };
}

async function whyNot(scope: Scope, id: string, { email, staffNumber }: EditPerson): Promise<Refusal> {
  const others = await scope.db.query.people.findMany({
    where: sql`id <> ${id} AND (email = ${email} OR staff_number = ${staffNumber})`,
    columns: { email: true },
  });
  if (others.some((other) => other.email === email)) return new Refusal('email_taken');
  if (others.length > 0) return new Refusal('staff_number_taken');
  return new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}
