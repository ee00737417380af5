/** Who works here: taken on, deactivated, reactivated. Nobody is ever deleted: the journal and the records name them. */
import { and, eq, sql } from 'drizzle-orm';
import { addDays } from '../contract/dates';
import { dateIn } from '../contract/zones';
import type { Deactivate, Department, NewPerson, Person, Term } from '../contract/people/people';
import { worksHere } from '../contract/roles';
import { type Query, query } from '../db/client';
import { people, sessions } from '../db/schema';
import { Hook } from '../hook';
import type { Answer, Change, Commit } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { settingsNow } from '../settings/settings';
import { rosterUpdated, todayOf } from '../settings/plan';
import { anotherAdmin, hasOtherAdmin, personWith, personUpdated } from './people';
import { keysOf } from './search';
import { copyOf, departmentsOf, firstTerm, termChange, termOn, termsOf } from './terms';

/**
 * Takes somebody on, from their first day. They cannot sign in before they have accepted an invitation.
 * @throws Refusal `email_taken`, `staff_number_taken`, `period_closed`, `key_reused`, `unavailable`
 */
export async function createPerson(scope: Scope, input: NewPerson): Promise<Answer> {
  const at = scope.now();
  const { of, changes } = await departmentsOf(scope, [input.department]);
  const person = newcomer(input, of(input.department), at, input.firstDay ?? todayOf(scope));
  const answer = await scope.attempt({
    at,
    changes: [...changes, hiring(scope, person, at)],
    also: [beginning(person.id, termOf(scope, input, of(input.department)))],
    publish: [{ channel: 'admin.employees', type: 'person.created', data: person }, rosterUpdated],
  });
  if (answer) return answer;
  // Refused: the id is there already (this very request came before, with another key), or the email is somebody's.
  const there = await scope.db.query.people.findFirst({ where: eq(people.id, input.id) });
  if (there?.email === input.email) return scope.already(subjectOf(input.id), 'person.created');
  throw new Refusal((await hasEmail(scope, input.email)) ? 'email_taken' : 'staff_number_taken');
}

async function hasEmail({ db }: Scope, email: string): Promise<boolean> {
  return (await db.query.people.findFirst({ where: eq(people.email, email) })) !== undefined;
}

/** The person as they begin. @param firstDay of their employment; members have none */
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

/** Their first terms. */
export const termOf = (scope: Scope, input: NewPerson, department: Department | null): Term =>
  firstTerm(input, department, input.firstDay ?? todayOf(scope), input.weeklyMinutes);

/** The write of somebody's first terms; it comes after that of the person. */
export const beginning = (personId: string, term: Term): Query => termChange(personId, undefined, term).write;

/** The change that takes somebody on, unless their first day is closed. */
export function hiring(
  { db }: Scope,
  { roles, photo: _photo, firstDay, ...person }: Person,
  at: number,
): Change {
  const now = new Date(at);
  return {
    write: db.insert(people).values({
      ...person,
      roles: JSON.stringify(roles),
      ...keysOf(person),
      emailVerified: false,
      createdAt: now,
      updatedAt: now,
    }),
    action: 'person.created',
    subject: subjectOf(person.id),
    before: null,
    after: { ...person, firstDay, roles, photo: null },
    onlyIf: firstDay === undefined ? undefined : openOn(firstDay),
  };
}

/** What ends with the account of somebody who leaves at that moment. */
export const accountEnds = new Hook<
  [scope: Scope, personId: string, at: number],
  Promise<Ended | undefined>
>();

type Ended = Pick<Commit, 'changes' | 'publish'>;
const nothingEnded: Ended = { changes: [], publish: [] };

async function endedWith(scope: Scope, personId: string, at: number): Promise<Ended> {
  const ended = (await Promise.all(accountEnds.ask(scope, personId, at))).flatMap((it) => it ?? []);
  return {
    changes: ended.flatMap(({ changes }) => changes),
    publish: ended.flatMap(({ publish }) => publish),
  };
}

/**
 * Ends an employment after a last day, today if none is named, and with it the account: at once, or after that day if it lies
 * ahead. An open record is closed at that moment. Sessions end in the same commit, sockets right after, and by their leases
 * should that order be lost.
 * @throws Refusal `not_found`, `not_oneself`, `last_admin`, `last_record`, `not_employed`, `period_closed`, `changed_meanwhile`
 */
export async function deactivate(scope: Scope, id: string, { lastDay }: Deactivate = {}): Promise<Answer> {
  if (id === scope.me.id) throw new Refusal('not_oneself');
  const answer = await leave(scope, id, lastDay ?? todayOf(scope));
  await scope.revoke(id, { person: id }); // also on a repeated request: the first order may have been lost
  return answer;
}

async function leave(scope: Scope, id: string, lastDay: string): Promise<Answer> {
  const today = todayOf(scope);
  const before = await personWith(scope, id);
  const terms = await termsOf(scope, id);
  const held = termOn(terms, lastDay);
  if (terms.length > 0 && !held?.employed && before.active) {
    const earlier = await scope.earlier();
    if (earlier) return earlier;
    throw new Refusal('not_employed', { current: before });
  }
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1);
  const now = lastDay <= today;
  const after: Person = { ...before, active: !now, updatedAt: at };
  const ended = now ? await endedWith(scope, id, at) : nothingEnded;
  const from = addDays(lastDay, 1);
  const end = held && { ...held, validFrom: from, employed: false };
  const answer = await scope.attempt({
    at,
    changes: [
      ...ended.changes,
      ...(end ? [termChange(id, held, end)] : []),
      {
        write: scope.db
          .update(people)
          .set({ active: !now, updatedAt: new Date(at) })
          .where(
            and(
              eq(people.id, id),
              eq(people.active, true),
              eq(people.updatedAt, new Date(before.updatedAt ?? 0)),
              anotherAdmin(id),
              sql`NOT EXISTS (SELECT 1 FROM attendance WHERE person_id = ${id} AND (work_date > ${lastDay} OR (${now ? 1 : 0} AND out_at IS NULL)))`,
            ),
          ),
        action: now ? 'person.deactivated' : 'person.leaving',
        subject: subjectOf(id),
        before,
        after,
        onlyIf: openOn(from),
      },
    ],
    publish: [...ended.publish, ...personUpdated(after), rosterUpdated],
    also: [
      // What was to hold after the last day ends with it.
      query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2', id, from),
      ...(now ? [scope.db.delete(sessions).where(eq(sessions.userId, id))] : []),
    ],
  });
  if (answer) return answer;
  if (before.active && !(await hasOtherAdmin(scope, id))) throw new Refusal('last_admin');
  const later = await scope.d1
    .prepare('SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date > ?2 LIMIT 1')
    .bind(id, lastDay)
    .first();
  if (later) throw new Refusal('last_record', { current: before });
  throw new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}

/**
 * Lets a person in again, with the roles and the password they had. A leaver who returns begins a new period today; one whose
 * last day still lies ahead stays.
 * @throws Refusal `not_found`, `changed_meanwhile`
 */
export async function reactivate(scope: Scope, id: string): Promise<Answer> {
  const today = todayOf(scope);
  const before = await personWith(scope, id);
  const terms = await termsOf(scope, id);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1);
  const after: Person = { ...before, active: true, updatedAt: at };
  const held = termOn(terms, today) ?? terms.at(-1);
  const returns = held && !held.employed ? { ...held, validFrom: today, employed: true } : undefined;
  const leaves = terms.some(({ validFrom, employed }) => validFrom > today && !employed);
  const answer = await scope.attempt({
    at,
    changes: [
      ...(returns ? [termChange(id, held, returns)] : []),
      {
        write: scope.db
          .update(people)
          .set({ active: true, updatedAt: new Date(at) })
          .where(
            and(
              eq(people.id, id),
              leaves && before.active ? undefined : eq(people.active, false),
              eq(people.updatedAt, new Date(before.updatedAt ?? 0)),
            ),
          ),
        action: 'person.reactivated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [...personUpdated(after), rosterUpdated],
    also: [query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2 AND NOT employed', id, today)],
  });
  if (answer) return answer;
  throw new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}

/** Somebody who works here from now on, or no longer: their employment begins or ends with the change of their roles. */
export async function employmentOf(scope: Scope, before: Person, after: Person): Promise<Query[]> {
  if (worksHere(before) === worksHere(after)) return [];
  const today = todayOf(scope);
  const terms = await termsOf(scope, before.id);
  const held = termOn(terms, today);
  if (worksHere(after)) {
    const { of } = await departmentsOf(scope, []);
    const begins = held
      ? { ...held, validFrom: today, employed: true }
      : firstTerm(before, of(before.department), today);
    return held?.employed ? [] : [beginning(before.id, begins)];
  }
  return held?.employed
    ? [beginning(before.id, { ...held, validFrom: addDays(today, 1), employed: false })]
    : [];
}

const BATCH = 50;

/**
 * Brings `people` up to today's terms where a date has come from which others hold, and ends the accounts of those whose last
 * day is over. It looks at the dates since it last ran, whenever that was.
 */
export async function applyTerms(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { zone } = await settingsNow(scope);
  const now = scope.now();
  const today = dateIn(zone, now);
  const [progress] = (
    await d1.prepare(`SELECT until FROM progress WHERE job = 'terms'`).all<{ until: number }>()
  ).results;
  const since = dateIn(zone, progress?.until ?? 0);
  if (since === today) return;
  const { results } = await d1
    .prepare(
      `SELECT DISTINCT people.id, active FROM terms JOIN people ON people.id = person_id
       LEFT JOIN departments ON departments.id = terms.department_id
       WHERE valid_from BETWEEN ?1 AND ?2
         AND valid_from = (SELECT max(valid_from) FROM terms AS its WHERE its.person_id = people.id AND its.valid_from <= ?2)
         AND (people.department IS NOT departments.name OR people.position IS NOT terms.position
           OR people.category IS NOT terms.category OR people.zone IS NOT terms.zone OR (active AND NOT employed
             AND EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role
               WHERE other.id <> people.id AND other.active AND role.value = 'admin')))
       LIMIT ${BATCH}`,
    )
    .bind(since, today)
    .all<{ id: string }>();
  for (const { id } of results) await applyTermsOf(scope, id, today);
  if (results.length === BATCH) return;
  await d1
    .prepare(
      `INSERT INTO progress (job, until) VALUES ('terms', ?1)
       ON CONFLICT (job) DO UPDATE SET until = max(until, excluded.until)`,
    )
    .bind(now)
    .run();
}

async function applyTermsOf(scope: Scope, id: string, today: string): Promise<void> {
  const before = await personWith(scope, id);
  const terms = await termsOf(scope, id);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1);
  const employed = termOn(terms, today)?.employed ?? false;
  const copy = copyOf(terms, today);
  const active = before.active && employed;
  const after: Person = { ...before, ...copy, active, updatedAt: at };
  const ended = active ? nothingEnded : await endedWith(scope, id, at);
  const answer = await scope.attempt({
    at,
    changes: [
      ...ended.changes,
      {
        write: scope.db
          .update(people)
          .set({ ...copy, active, ...keysOf(after), updatedAt: new Date(at) })
          .where(and(eq(people.id, id), eq(people.updatedAt, new Date(before.updatedAt ?? 0)))),
        action: before.active && !active ? 'person.deactivated' : 'person.updated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [...ended.publish, ...personUpdated(after), rosterUpdated],
    also: active ? [] : [scope.db.delete(sessions).where(eq(sessions.userId, id))],
  });
  if (answer && before.active && !active) await scope.revoke(id, { person: id });
}

export const subjectOf = (id: string) => `person/${id}`;
