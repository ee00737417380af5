/** Many people at once, from the lines of a file. A bad line never keeps a good one out. */
import * as v from 'valibot';
import { type Import, type ImportReport, type ImportRow, NewPerson } from '../contract/people';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated, todayOf } from '../settings/from';
import { beginning, hiring, newcomer, termOf } from './staff';
import { departmentsOf } from './terms';

type Outcome = ImportReport['rows'][number];
type Issue = Outcome['issues'][number];

/** How often we look again when somebody else has just taken an email. */
const TRIES = 3;

/**
 * What becomes of each row, and unless it is a dry run, the good ones taken on, in one commit. A row sent again is the same
 * person, so a part of a file whose answer was lost may simply be sent once more.
 * @throws Refusal `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function importPeople(scope: Scope, { dryRun, rows }: Import): Promise<ImportReport> {
  const read = rows.map(reading);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await known(scope, read);
    const judged = read.map((row, index) => judge(row, read.slice(0, index), there));
    const fresh = judged.flatMap(({ person }) => (person ? [person] : []));
    if (dryRun || fresh.length === 0)
      return { rows: judged.map(({ line, state, issues }) => outcome(line, state, issues, dryRun)) };
    const at = scope.now();
    const { of, changes } = await departmentsOf(
      scope,
      fresh.map(({ department }) => department),
    );
    const people = fresh.map((each) =>
      newcomer(each, of(each.department), at, each.firstDay ?? todayOf(scope)),
    );
    const answer = await scope.commit({
      at,
      changes: [...changes, ...people.map((person) => hiring(scope, person, at))],
      also: fresh.map((each) => beginning(each.id, termOf(scope, each, of(each.department)))),
      publish: [
        ...people.map((data) => ({ channel: 'admin.employees', type: 'person.created', data }) as const),
        rosterUpdated,
      ],
    });
    if (answer) return { rows: judged.map(({ line, state, issues }) => outcome(line, state, issues, false)) };
  }
  throw new Refusal('changed_meanwhile');
}

interface Reading {
  line: number;
  person: NewPerson | undefined;
  issues: Issue[];
}

/** A row as a person, or what is wrong with it by field. */
function reading({ line, roles, ...row }: ImportRow): Reading {
  const named = roles
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const result = v.safeParse(NewPerson, {
    ...row,
    department: row.department.trim() || null,
    position: row.position.trim() || null,
    category: row.category.trim() || null,
    zone: null,
    roles: named.length > 0 ? named : ['employee'],
  });
  if (result.success) return { line, person: result.output, issues: [] };
  return {
    line,
    person: undefined,
    issues: result.issues.map(({ path, message }) => ({ field: fieldOf(path?.[0]?.key), message })),
  };
}

const fieldOf = (key: unknown): string => (typeof key === 'string' ? key : 'row');

/** Of the emails and ids asked for, those that are there: email → id. */
async function known(scope: Scope, rows: readonly Reading[]): Promise<Map<string, string>> {
  const people = rows.flatMap(({ person }) => (person ? [person] : []));
  const { results } = await scope.d1
    .prepare(
      `SELECT email, id FROM people WHERE email IN (SELECT value FROM json_each(?1)) OR id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(JSON.stringify(people.map(({ email }) => email)), JSON.stringify(people.map(({ id }) => id)))
    .all<{ email: string; id: string }>();
  return new Map(results.map(({ email, id }) => [email, id]));
}

type Judged = { line: number; state: 'fresh' | 'there' | 'refused'; person?: NewPerson; issues: Issue[] };

function judge(
  { line, person, issues }: Reading,
  before: readonly Reading[],
  there: ReadonlyMap<string, string>,
): Judged {
  if (!person) return { line, state: 'refused', issues };
  const earlier = before.find((row) => row.person?.email === person.email);
  if (earlier) return refused(line, 'email', `is also that of line ${earlier.line}`);
  const owner = there.get(person.email);
  if (owner === person.id) return { line, state: 'there', issues: [] };
  if (owner !== undefined) return refused(line, 'email', 'belongs to somebody who is here already');
  if ([...there.values()].includes(person.id) || before.some((row) => row.person?.id === person.id))
    return refused(line, 'id', 'is that of another person');
  return { line, state: 'fresh', person, issues: [] };
}

const refused = (line: number, field: string, message: string): Judged => ({
  line,
  state: 'refused',
  issues: [{ field, message }],
});

const outcome = (line: number, state: Judged['state'], issues: Issue[], dryRun: boolean): Outcome => ({
  line,
  outcome: state === 'refused' ? 'refused' : dryRun && state === 'fresh' ? 'would_create' : 'created',
  issues,
});
