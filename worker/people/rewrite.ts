/** What a line of a file says otherwise of somebody who is here already, and the changes that make it so from today. */
import { and, eq } from 'drizzle-orm';
import type { Publication } from '../contract/events';
import type { Department, ImportReport, NewPerson, Person, Term } from '../contract/people';
import { people } from '../db/schema';
import type { Change } from '../live/commit';
import type { Scope } from '../scope';
import { todayOf } from '../settings/from';
import { keysOf } from './search';
import { subjectOf, told } from './staff';
import { copyOf, termChange, termOn, withTerm } from './terms';

/** A person with their terms, the earliest first. */
export interface Known {
  person: Person;
  terms: readonly Term[];
}

export interface Rewrite extends Known {
  to: Pick<Person, 'name' | 'department' | 'position' | 'category' | 'staffNumber'>;
  changes: ImportReport['rows'][number]['changes'];
}

const fields = ['name', 'department', 'position', 'category', 'staffNumber'] as const;

/** An empty cell says nothing: what is known stays. */
export function rewriteOf(said: NewPerson, { person, terms }: Known): Rewrite {
  const to = {
    name: said.name,
    department: said.department ?? person.department,
    position: said.position ?? person.position,
    category: said.category ?? person.category,
    staffNumber: said.staffNumber ?? person.staffNumber,
  };
  const changes = fields
    .filter((field) => (to[field] ?? '') !== (person[field] ?? ''))
    .map((field) => ({ field, from: person[field] ?? '', to: to[field] ?? '' }));
  return { person, terms, to, changes };
}

/** Name and staff number change at once, the rest holds from today. Refused where the person has changed since. */
export function rewriting(
  scope: Scope,
  { person: before, terms, to }: Rewrite,
  department: Department | null,
  now: number,
): { changes: Change[]; publish: Publication[] } {
  const today = todayOf(scope);
  const at = Math.max(now, (before.updatedAt ?? 0) + 1);
  const held = termOn(terms, today);
  const term: Term | undefined = held && {
    ...held,
    validFrom: today,
    ...{ departmentId: department?.id ?? null, department: department?.name ?? null },
    ...{ position: to.position, category: to.category },
  };
  const moves =
    held?.departmentId !== term?.departmentId ||
    held?.position !== term?.position ||
    held?.category !== term?.category;
  const copy = copyOf(term && moves ? withTerm(terms, term) : terms, today);
  const { name, staffNumber } = to;
  const after: Person = { ...before, name, staffNumber, ...copy, updatedAt: at };
  const write = scope.db
    .update(people)
    .set({ name, staffNumber, ...copy, ...keysOf(after), updatedAt: new Date(at) })
    .where(and(eq(people.id, before.id), eq(people.updatedAt, new Date(before.updatedAt ?? 0))));
  return {
    changes: [
      ...(term && moves ? [termChange(before.id, held, term)] : []),
      { write, action: 'person.updated', subject: subjectOf(before.id), before, after },
    ],
    publish: told(after),
  };
}
