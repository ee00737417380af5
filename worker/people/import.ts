/** Many people at once, from the lines of a file. A bad line never keeps a good one out. */
import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import { type Import, type ImportReport, type ImportRow, NewPerson } from '../contract/people';
import { Role, worksHere } from '../contract/roles';
import type { Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated, todayOf } from '../settings/from';
import { personOf } from './people';
import { beginning, hiring, newcomer, termOf } from './staff';
import { departmentsOf, termsOfAll } from './terms';
import { type Known, rewriting, type Rewrite, rewriteOf } from './rewrite';

type Outcome = ImportReport['rows'][number];
type Issue = Outcome['issues'][number];

/** How often we look again when somebody else has just taken an email. */
const TRIES = 3;

/**
 * What becomes of each row, and unless it is a dry run, the good ones taken on and the people who are here already updated, in
 * one commit. A row sent again is the same person, so a part of a file whose answer was lost may simply be sent once more.
 * @throws Refusal `changed_meanwhile`, `period_closed`, `key_reused`, `unavailable`
 */
export async function importPeople(scope: Scope, { dryRun, rows }: Import): Promise<ImportReport> {
  const read = rows.map(reading);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await known(scope, read);
    const judged = read.map((row, index) => judge(row, read.slice(0, index), there));
    const report = { rows: judged.map((it) => outcome(it, dryRun)) };
    if (dryRun || judged.every(({ state }) => state !== 'fresh' && state !== 'update')) return report;
    if (await taken(scope, judged)) return report;
  }
  throw new Refusal('changed_meanwhile');
}

/** All of it in one commit. @returns whether it was taken; not, where somebody else was faster */
async function taken(scope: Scope, judged: readonly Judged[]): Promise<boolean> {
  const at = scope.now();
  const fresh = judged.flatMap((it) => (it.state === 'fresh' ? [it.person] : []));
  const rewrites = judged.flatMap((it) => (it.state === 'update' ? [it.rewrite] : []));
  const { of, changes } = await departmentsOf(scope, [
    ...fresh.map(({ department }) => department),
    ...rewrites.map(({ to }) => to.department),
  ]);
  const people = fresh.map((each) =>
    newcomer(each, of(each.department), at, each.firstDay ?? todayOf(scope)),
  );
  const written = rewrites.map((it) => rewriting(scope, it, of(it.to.department), at));
  const all: Change[] = [
    ...changes,
    ...people.map((person) => hiring(scope, person, at)),
    ...written.flatMap((it) => it.changes),
  ];
  const answer = await scope.commit({
    at,
    changes: all,
    also: fresh.map((each) => beginning(each.id, termOf(scope, each, of(each.department)))),
    publish: [
      ...people.map((data) => ({ channel: 'admin.employees', type: 'person.created', data }) as const),
      ...written.flatMap((it) => it.publish),
      rosterUpdated,
    ],
  });
  return answer !== undefined;
}

interface Reading {
  line: number;
  person: NewPerson | undefined;
  issues: Issue[];
}

/** A row as a person, or what is wrong with it by field. */
function reading({ line, roles, staffNumber, firstDay, ...row }: ImportRow): Reading {
  const named = roles
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const unknown = named.filter((word) => !v.is(Role, word));
  const result = v.safeParse(NewPerson, {
    ...row,
    department: row.department.trim() || null,
    position: row.position.trim() || null,
    category: row.category.trim() || null,
    staffNumber: staffNumber.trim() || null,
    ...(firstDay.trim() && { firstDay: firstDay.trim() }),
    zone: null,
    roles: named.length > 0 && unknown.length === 0 ? named : ['employee'],
  });
  const issues = [
    ...unknown.map((word) => ({ field: 'roles', message: `has “${word}”, which is none: use ${ROLES}` })),
    ...(result.success
      ? []
      : result.issues.map(({ path, message }) => ({ field: fieldOf(path?.[0]?.key), message }))),
  ];
  return { line, person: result.success && issues.length === 0 ? result.output : undefined, issues };
}

const ROLES = Role.options.filter((role) => role !== 'member').join(', ');

const fieldOf = (key: unknown): string => (typeof key === 'string' ? key : 'row');

/** Of the emails, staff numbers and ids asked for, those that are there, with their terms. */
async function known(scope: Scope, rows: readonly Reading[]): Promise<Known[]> {
  const asked = rows.flatMap(({ person }) => (person ? [person] : []));
  const listed = (values: readonly (string | null)[]) =>
    sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
  const found = await scope.db.query.people.findMany({
    where: sql`email IN ${listed(asked.map(({ email }) => email))} OR id IN ${listed(asked.map(({ id }) => id))}
      OR staff_number IN ${listed(asked.flatMap(({ staffNumber }) => staffNumber ?? []))}`,
  });
  const people = found.map(personOf);
  const terms = await termsOfAll(
    scope,
    people.map(({ id }) => id),
  );
  return people.map((person) => ({ person, terms: terms.get(person.id) ?? [] }));
}

type Judged = { line: number; issues: Issue[] } & (
  | { state: 'fresh'; person: NewPerson }
  | { state: 'update'; rewrite: Rewrite }
  | { state: 'there' | 'unchanged' | 'refused' }
);

function judge(
  { line, person, issues }: Reading,
  before: readonly Reading[],
  there: readonly Known[],
): Judged {
  if (!person) return { line, state: 'refused', issues };
  const earlier = before.find((row) => row.person?.email === person.email);
  if (earlier) return refused(line, 'email', `is also that of line ${earlier.line}`);
  const owner = there.find((it) => it.person.email === person.email);
  if (owner?.person.id === person.id) return { line, state: 'there', issues: [] };
  const numbered = there.find(
    (it) => it.person.staffNumber !== null && it.person.staffNumber === person.staffNumber,
  );
  if (numbered && numbered !== owner)
    return refused(line, 'staffNumber', `belongs to ${numbered.person.name}`);
  if (owner) return updated(line, person, owner);
  if (there.some((it) => it.person.id === person.id) || before.some((row) => row.person?.id === person.id))
    return refused(line, 'id', 'is that of another person');
  return { line, state: 'fresh', person, issues: [] };
}

/** Somebody who is here already: what the row says otherwise is offered as an update. Their roles are never changed by a file. */
function updated(line: number, said: NewPerson, owner: Known): Judged {
  if (!worksHere(owner.person)) return refused(line, 'email', 'belongs to a member who does not work here');
  if (!owner.person.active)
    return refused(line, 'email', 'belongs to somebody who has left: reactivate them first');
  const rewrite = rewriteOf(said, owner);
  if (rewrite.changes.length === 0) return { line, state: 'unchanged', issues: [] };
  return { line, state: 'update', rewrite, issues: [] };
}

const refused = (line: number, field: string, message: string): Judged => ({
  line,
  state: 'refused',
  issues: [{ field, message }],
});

function outcome(it: Judged, dryRun: boolean): Outcome {
  const { line, issues } = it;
  switch (it.state) {
    case 'refused':
    case 'unchanged':
      return { line, outcome: it.state, issues, changes: [] };
    case 'update':
      return { line, outcome: dryRun ? 'would_update' : 'updated', issues, changes: it.rewrite.changes };
    case 'fresh':
      return { line, outcome: dryRun ? 'would_create' : 'created', issues, changes: [] };
    case 'there':
      return { line, outcome: 'created', issues, changes: [] };
  }
}
