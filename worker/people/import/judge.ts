/** What becomes of a line: somebody new, a difference to somebody who is here, nothing, or why not. */
import type { Department, Importable, ImportReport, NewPerson } from '../../contract/people/people';
import { worksHere } from '../../contract/roles';
import { ask, together } from '../../db/queries';
import { closedThrough } from '../../settings/closing';
import type { Known } from '../editing';
import type { Issue, Reading } from './row';
import { peopleWhere } from '../people';
import { allDepartments, termOn, termsOfAll } from '../terms';

type Change = ImportReport['rows'][number]['changes'][number];

interface Row {
  line: number;
  /** Why not, or what an import never changes. */
  issues: Issue[];
}
export interface Differing extends Row {
  state: 'differs';
  person: NewPerson;
  whom: Known;
  /** What holds on the date from which the change does. */
  held: Details;
  changes: Change[];
}
export type Judged =
  | Differing
  | (Row & { state: 'new'; person: NewPerson })
  | (Row & { state: 'refused' | 'created' })
  /** `updated` by this row before: it brought the state that it changed. */
  | (Row & { state: 'same'; updated: boolean });

interface Here {
  byId: ReadonlyMap<string, Known>;
  byEmail: ReadonlyMap<string, Known>;
  byNumber: ReadonlyMap<string, Known>;
  departments: readonly Department[];
  validFrom: string;
  /** Days up to this one are closed. */
  closed: string | null;
}

/** Those who are here already, of all whom the rows may mean. */
export async function known(d1: D1Database, rows: readonly Reading[], validFrom: string): Promise<Here> {
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
  const here = found.map((before): Known => ({ before, terms: terms.get(before.id) ?? [] }));
  return {
    byId: new Map(here.map((it) => [it.before.id, it])),
    byEmail: new Map(here.map((it) => [it.before.email, it])),
    byNumber: new Map(here.flatMap((it) => (it.before.staffNumber ? [[it.before.staffNumber, it]] : []))),
    departments,
    validFrom,
    closed,
  };
}

interface Around {
  before: readonly Reading[];
  here: Here;
  dryRun: boolean;
}

export function judge(row: Reading, { before, here, dryRun }: Around): Judged {
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
  const named = here.byEmail.get(person.email);
  const numbered = person.staffNumber === null ? undefined : here.byNumber.get(person.staffNumber);
  if (named?.before.id === person.id) return { line, state: 'created', issues: [] };
  if (named && numbered && named !== numbered)
    return refused('staffNumber', `is that of ${numbered.before.name}, and the email is not`);
  const whom = named ?? numbered;
  if (whom) {
    // One state of a person is changed once: a second line would undo the whole part.
    const twin = before.find((it) => it.person && meantBy(it.person, here) === whom);
    if (twin) return refused('row', `is about ${whom.before.name}, as line ${twin.line} is`);
    return differing(row, person, whom, { here, dryRun });
  }
  if (here.byId.has(person.id) || before.some((it) => it.person?.id === person.id))
    return refused('id', 'is that of another person');
  if (here.closed !== null && person.firstDay !== undefined && person.firstDay <= here.closed)
    return refused('firstDay', `must lie after ${here.closed}: hours up to that day are closed`);
  return { line, state: 'new', person, issues: [] };
}

const meantBy = ({ email, staffNumber }: NewPerson, { byEmail, byNumber }: Here): Known | undefined =>
  byEmail.get(email) ?? (staffNumber === null ? undefined : byNumber.get(staffNumber));

function differing(
  row: Reading,
  person: NewPerson,
  whom: Known,
  { here, dryRun }: Omit<Around, 'before'>,
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
  const term = termOn(whom.terms, here.validFrom);
  const held: Details = { ...whom.before, ...term };
  const issues = keptOf(row, person, whom);
  const changes = changesOf(person, held);
  if (changes.length === 0)
    return { line, state: 'same', updated: seenAt !== undefined && seenAt !== updatedAt, issues };
  if (changes.some(({ field }) => dated.includes(field))) {
    if (whom.terms.length > 0 && !term?.employed)
      return refused(`is about ${name}, who is not employed on ${here.validFrom}`);
    if (here.closed !== null && here.validFrom <= here.closed)
      return refused(`changes days that are closed: choose a date after ${here.closed}`);
  }
  if (!dryRun && seenAt === undefined)
    return refused(`differs from ${name}, who is already on the list. Check the file again`);
  if (!dryRun && seenAt !== updatedAt)
    return refused(`is about ${name}, who has just been changed. Check the file again`);
  return { line, state: 'differs', person, whom, held, changes, issues };
}

type Details = { [Field in Importable | 'zone']?: string | null | undefined };

const fields = ['name', 'staffNumber', 'department', 'position', 'category'] as const;
/** Those that hold from a date on. */
const dated: readonly Importable[] = ['department', 'position', 'category'];

/** An empty cell says nothing. A department is the same in upper and lower case. */
function changesOf(person: NewPerson, held: Details): Change[] {
  return fields.flatMap((field): Change[] => {
    const [from, to] = [held[field] ?? null, person[field]];
    const same = field === 'department' ? from?.toLowerCase() === to?.toLowerCase() : from === to;
    return to === null || same ? [] : [{ field, from, to }];
  });
}

/** What the line says and an import never changes. */
function keptOf({ namesRoles }: Reading, { email, roles, firstDay }: NewPerson, whom: Known): Issue[] {
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

/** The person as the row wants them, for an edit: what it says nothing of stays. */
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
