/** People who leave, and who return. No person is ever deleted, because the journal and the records name them. */
import { addDays, dateIn } from '../contract/zones';
import type { Deactivate, Person } from '../contract/people/people';
import { ask, type Fact, map, query, row, together } from '../db/queries';
import { Hook } from '../hook';
import type { Answer, Commit } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { rosterUpdated, todayOf } from '../settings/plan';
import { settingsNow } from '../settings/settings';
import {
  anotherAdmin,
  hasOtherAdmin,
  laterThan,
  personSubject,
  personUpdated,
  personWith,
  personWrite,
} from './people';
import { copyOf, termChange, termOn, termsOf } from './terms';

/** Other slices add what must end with an account; they get the time of the end. */
export const accountEnds = new Hook<
  [d1: D1Database, personId: string],
  Fact<(at: number) => Ended | undefined>
>();

type Ended = Pick<Commit, 'changes' | 'publish'>;

const endedWith = (d1: D1Database, personId: string): Fact<(at: number) => Ended> =>
  map(together(Object.fromEntries(accountEnds.ask(d1, personId).entries())), (endings) => (at) => {
    const ended = Object.values(endings).flatMap((end) => end(at) ?? []);
    return {
      changes: ended.flatMap(({ changes }) => changes),
      publish: ended.flatMap(({ publish }) => publish),
    };
  });

/**
 * Ends an employment after its last day (today by default). The account ends immediately, or after a future last day; an open
 * record closes with it. Sessions end in the same commit, sockets right after; if that order is lost, their leases end them.
 * @throws Refusal `not_found`, `not_oneself`, `last_admin`, `last_record`, `not_employed`, `period_closed`, `changed_meanwhile`
 */
export async function deactivate(scope: Scope, id: string, input: Deactivate = {}): Promise<Answer> {
  if (id === scope.me.id) throw new Refusal('not_oneself');
  const answer = await leave(scope, id, input.lastDay ?? todayOf(scope.me, scope.now()));
  await scope.revoke(id, { person: id }); // also on a repeated request: the first order may have been lost
  return answer;
}

const leave = (scope: Scope, id: string, lastDay: string): Promise<Answer> =>
  scope.commit({
    subject: personSubject(id),
    action: 'person.deactivated',
    facts: (d1) =>
      together({
        before: personWith(d1, id),
        terms: termsOf(d1, id),
        ended: endedWith(d1, id),
        otherAdmin: hasOtherAdmin(d1, id),
        later: row(d1, 'SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date > ?2 LIMIT 1', [
          id,
          lastDay,
        ]),
      }),
    decide({ before, terms, ended, otherAdmin, later }, me, moment) {
      const held = termOn(terms, lastDay);
      if (terms.length > 0 && !held?.employed && before.active)
        throw new Refusal('not_employed', { current: before });
      if (before.active && !otherAdmin) throw new Refusal('last_admin');
      if (later) throw new Refusal('last_record', { current: before });
      if (!before.active) throw new Refusal('changed_meanwhile', { current: before });
      const at = laterThan(before, moment);
      const now = lastDay <= todayOf(me, moment);
      const after: Person = { ...before, active: !now, updatedAt: at };
      const { changes, publish } = now ? ended(at) : { changes: [], publish: [] };
      const from = addDays(lastDay, 1);
      const end = held && { ...held, validFrom: from, employed: false };
      return {
        at,
        action: now ? 'person.deactivated' : 'person.leaving',
        first: [...changes, ...(end ? [termChange(id, held, end)] : [])],
        write: personWrite(
          before,
          after,
          `active AND ${anotherAdmin('?1')} AND NOT EXISTS (SELECT 1 FROM attendance
             WHERE person_id = ?1 AND (work_date > ?17 OR (NOT ?6 AND out_at IS NULL)))`,
          lastDay,
        ),
        before,
        after,
        onlyIf: openOn(from),
        publish: [...publish, ...personUpdated(after), rosterUpdated],
        also: [
          // Terms after the last day are dropped.
          query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2', [id, from]),
          ...(now ? [sessionsEnd(id)] : []),
        ],
      };
    },
  });

const sessionsEnd = (id: string) => query('DELETE FROM sessions WHERE user_id = ?1', [id]);

/**
 * Restores the account with its roles and password. A person who has left begins a new employment today; a future last day
 * is dropped.
 * @throws Refusal `not_found`, `changed_meanwhile`
 */
export const reactivate = (scope: Scope, id: string): Promise<Answer> =>
  scope.commit({
    subject: personSubject(id),
    action: 'person.reactivated',
    facts: (d1) => together({ before: personWith(d1, id), terms: termsOf(d1, id) }),
    decide({ before, terms }, me, now) {
      const today = todayOf(me, now);
      const leaves = terms.some(({ validFrom, employed }) => validFrom > today && !employed);
      if (before.active && !leaves) throw new Refusal('changed_meanwhile', { current: before });
      const at = laterThan(before, now);
      const after: Person = { ...before, active: true, updatedAt: at };
      const held = termOn(terms, today) ?? terms.at(-1);
      const returns = held && !held.employed ? { ...held, validFrom: today, employed: true } : undefined;
      return {
        at,
        first: returns ? [termChange(id, held, returns)] : [],
        write: personWrite(before, after),
        before,
        after,
        publish: [...personUpdated(after), rosterUpdated],
        also: [
          query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2 AND NOT employed', [id, today]),
        ],
      };
    },
  });

const BATCH = 50;

/**
 * Copies the terms that begin today to `people`, and ends the accounts of people whose last day is over. It covers all dates
 * since its last run.
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
       WHERE valid_from BETWEEN ?1 AND ?2 AND people.erased_at IS NULL
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
  const { d1 } = scope;
  const { before, terms, ended } = await ask(
    d1,
    together({ before: personWith(d1, id), terms: termsOf(d1, id), ended: endedWith(d1, id) }),
  );
  const at = laterThan(before, scope.now());
  const employed = termOn(terms, today)?.employed ?? false;
  const active = before.active && employed;
  const after: Person = { ...before, ...copyOf(terms, today), active, updatedAt: at };
  const { changes, publish } = active ? { changes: [], publish: [] } : ended(at);
  const answer = await scope.attempt({
    at,
    changes: [
      ...changes,
      {
        write: personWrite(before, after),
        action: before.active && !active ? 'person.deactivated' : 'person.updated',
        subject: personSubject(id),
        before,
        after,
      },
    ],
    publish: [...publish, ...personUpdated(after), rosterUpdated],
    also: active ? [] : [sessionsEnd(id)],
  });
  if (answer && before.active && !active) await scope.revoke(id, { person: id });
}
