/** Decides a line's outcome: a new person, changes of an existing one, no change, or a refusal. */
import type { Department, Importable, ImportReport, NewPerson } from '../../contract/people/people';
import { worksHere } from '../../contract/roles';
import { ask, together } from '../../db/queries';
import { closedThrough } from '../../settings/closing';
import type { PersonWithTerms } from '../editing';
import type { Issue, Reading } from './row';
import { peopleWhere } from '../people';
import { allDepartments, termOn, termsOfAll } from '../terms';

type Change = ImportReport['rows'][number]['changes'][number];

interface Row {
  line: number;
  /** The reasons of a refusal, or fields that an import never changes. */
  issues: Issue[];
}
export interface Differing extends Row {
  state: 'differs';
  person: NewPerson;
  whom: PersonWithTerms;
  /** The person's details on the first date of the change. */
  held: Details;
  changes: Change[];
}
export type Judged =
  | Differing
  | (Row & { state: 'new'; person: NewPerson })
  | (Row & { state: 'refused' | 'created' })
  /** `updated` if this row has made the change before: it names an older state. */
  | (Row & { state: 'same'; updated: boolean });

interface Existing {
  byId: ReadonlyMap<string, PersonWithTerms>;
  byEmail: ReadonlyMap<string, PersonWithTerms>;
  byNumber: ReadonlyMap<string, PersonWithTerms>;
  departments: readonly Department[];
  validFrom: string;
  /** Days up to this one are closed. */
  closed: string | null;
}

/** The existing people that the rows may refer to. */
export async function existingPeople(
  d1: D1Database,
  rows: readonly Reading[],
  validFrom: string,
): Promise<Existing> {
  const all = rows.flatMap(({ person }) => (person ? [person] : []));
  const found = await ask(
    d1,
    peopleWhere(
      d1,
      `email IN (SELECT value FROM json_each(?1)) OR id IN (SELECT value FROM json_each(?2))
        OR staff_number IN (SELECT value FROM json_each(?3))`,
      JSON.stringify(all.map(({ email }) => email)),
      JSON.stringify(all.map(({ id }) => id)),
      JSON.stringify(all.map(({ staffNumber }) => staffNumber)),
    ),
  );
  const ids = found.map(({ id }) => id);
  const { terms, departments, closed } = await ask(
    d1,
    together({ terms: termsOfAll(d1, ids), departments: allDepartments(d1), closed: closedThrough(d1) }),
  );
  const known = found.map((before): PersonWithTerms => ({ before, terms: terms.get(before.id) ?? [] }));
  return {
    byId: new Map(known.map((it) => [it.before.id, it])),
    byEmail: new Map(known.map((it) => [it.before.email, it])),
    byNumber: new Map(known.flatMap((it) => (it.before.staffNumber ? [[it.before.staffNumber, it]] : []))),
    departments,
    validFrom,
    closed,
  };
}

interface Around {
  before: readonly Reading[];
  existing: Existing;
  dryRun: boolean;
}

export function judge(row: Reading, { before, existing, dryRun }: Around): Judged {
  const { line, person, issues } = row;
  if (!person) return { line, state: 'refused', issues };
  const refused = (field: string, message: string): Judged => ({
    line,
    state: 'refused',
    issues: [{ field, message }],
  });
  for (const field of ['email', 'staffNumber'] as const) {
    const twin = before.find((it) => person[field] !== null && it.person?.[field] === person[field]);
    if (twin) return refused(field, `is the same as in line ${twin.line}`);
  }
  const named = existing.byEmail.get(person.email);
  const numbered = person.staffNumber === null ? undefined : existing.byNumber.get(person.staffNumber);
  if (named?.before.id === person.id) return { line, state: 'created', issues: [] };
  if (named && numbered && named !== numbered)
    return refused('staffNumber', `is that of ${numbered.before.name}, and the email is not`);
  const whom = named ?? numbered;
  if (whom) {
    // A second change of the same state would make the whole commit fail.
    const twin = before.find((it) => it.person && meantBy(it.person, existing) === whom);
    if (twin) return refused('row', `is about ${whom.before.name}, as line ${twin.line} is`);
    return differing(row, person, whom, { existing, dryRun });
  }
  if (existing.byId.has(person.id) || before.some((it) => it.person?.id === person.id))
    return refused('id', 'is that of another person');
  if (existing.closed !== null && person.firstDay !== undefined && person.firstDay <= existing.closed)
    return refused('firstDay', `must lie after ${existing.closed}: hours up to that day are closed`);
  return { line, state: 'new', person, issues: [] };
}

const meantBy = (
  { email, staffNumber }: NewPerson,
  { byEmail, byNumber }: Existing,
): PersonWithTerms | undefined =>
  byEmail.get(email) ?? (staffNumber === null ? undefined : byNumber.get(staffNumber));

function differing(
  row: Reading,
  person: NewPerson,
  whom: PersonWithTerms,
  { existing, dryRun }: Omit<Around, 'before'>,
): Judged {
  const { line, seenAt } = row;
  const { name, active, updatedAt } = whom.before;
  const refused = (message: string): Judged => ({
    line,
    state: 'refused',
    issues: [{ field: 'row', message }],
  });
  if (!active) return refused(`is about ${name}, who was deactivated. Reactivate them first`);
  if (!worksHere(whom.before))
    return refused(`is about ${name}, who is a member. Give them a role on their page first`);
  const term = termOn(whom.terms, existing.validFrom);
  const held: Details = { ...whom.before, ...term };
  const issues = keptOf(row, person, whom);
  const changes = changesOf(person, held);
  if (changes.length === 0)
    return { line, state: 'same', updated: seenAt !== undefined && seenAt !== updatedAt, issues };
  if (changes.some(({ field }) => dated.includes(field))) {
    if (whom.terms.length > 0 && !term?.employed)
      return refused(`is about ${name}, who is not employed on ${existing.validFrom}`);
    if (existing.closed !== null && existing.validFrom <= existing.closed)
      return refused(`changes days that are closed: choose a date after ${existing.closed}`);
  }
  if (!dryRun && seenAt === undefined)
    return refused(`differs from ${name}, who is already on the list. Check the file again`);
  if (!dryRun && seenAt !== updatedAt)
    return refused(`is about ${name}, who has just been changed. Check the file again`);
  return { line, state: 'differs', person, whom, held, changes, issues };
}

type Details = { [Field in Importable | 'zone']?: string | null | undefined };

const fields = ['name', 'staffNumber', 'department', 'position', 'category'] as const;
/** The fields that hold from a date on. */
const dated: readonly Importable[] = ['department', 'position', 'category'];

/** An empty cell changes nothing. Departments ignore case. */
function changesOf(person: NewPerson, held: Details): Change[] {
  return fields.flatMap((field): Change[] => {
    const [from, to] = [held[field] ?? null, person[field]];
    const same = field === 'department' ? from?.toLowerCase() === to?.toLowerCase() : from === to;
    return to === null || same ? [] : [{ field, from, to }];
  });
}

/** Differences in fields that an import never changes. */
function keptOf(
  { namesRoles }: Reading,
  { email, roles, firstDay }: NewPerson,
  whom: PersonWithTerms,
): Issue[] {
  const { before, terms } = whom;
  const first = terms[0]?.validFrom;
  const sameRoles = roles.length === before.roles.length && roles.every((it) => before.roles.includes(it));
  return [
    ...(email === before.email ? [] : [{ field: 'email', message: `stays ${before.email}` }]),
    ...(!namesRoles || sameRoles ? [] : [{ field: 'roles', message: `stay ${before.roles.join(', ')}` }]),
    ...(firstDay === undefined || firstDay === first || first === undefined
      ? []
      : [{ field: 'firstDay', message: `stays ${first}` }]),
  ];
}

/** The edit that a row asks for; empty cells keep the present value. */
export function changed({ person, whom, held }: Differing) {
  return {
    name: person.name,
    email: whom.before.email,
    staffNumber: person.staffNumber ?? held.staffNumber ?? null,
    department: person.department ?? held.department ?? null,
    position: person.position ?? held.position ?? null,
    category: person.category ?? held.category ?? null,
    zone: held.zone ?? null,
  };
}
