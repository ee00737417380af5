/** Which schedule each person follows from which date on. */
import type { Assign, Assignments } from '../contract/schedules/schedules';
import { aloneOf, refuseOwnPast } from '../people/alone';
import { type Fact, type Query, query, row, rows, together } from '../db/queries';
import { WORKS_HERE } from '../people/people';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { planChanged, rosterUpdatedOf, todayOf } from '../settings/plan';

/** Active people with their schedule on a date (today if not given) and their next one. */
export async function assignmentsOn(scope: Scope, chosen?: string): Promise<Assignments> {
  const date = chosen ?? todayOf(scope.me, scope.now());
  const { results } = await scope.d1
    .prepare(
      `SELECT people.id, name, department, position, its.schedule_id AS scheduleId, its.valid_from AS validFrom,
         next.schedule_id AS nextId, next.valid_from AS nextFrom
       FROM people
       LEFT JOIN assignments AS its ON its.person_id = people.id AND its.valid_from =
         (SELECT max(valid_from) FROM assignments WHERE person_id = people.id AND valid_from <= ?1)
       LEFT JOIN assignments AS next ON next.person_id = people.id AND next.valid_from =
         (SELECT min(valid_from) FROM assignments WHERE person_id = people.id AND valid_from > ?1)
       WHERE active AND ${WORKS_HERE} ORDER BY sort_key, people.id`,
    )
    .bind(date)
    .all<Omit<Assignments['people'][number], 'next'> & { nextId: string | null; nextFrom: string | null }>();
  return {
    date,
    people: results.map(({ nextId, nextFrom, ...row }) => ({
      ...row,
      next: nextFrom === null ? null : { scheduleId: nextId, validFrom: nextFrom },
    })),
  };
}

interface Follower {
  person: string;
  /** The schedule they follow on the date, as read. */
  schedule: string | null;
}

/**
 * Lets people follow a schedule from a date on, with a journal entry for each. One statement writes all, since 500 people would
 * need 1,000 statements of a batch. A past date makes it a correction, which no one makes for themselves.
 * @throws Refusal `invalid_input` if a person or the schedule is gone, `own_day`, `period_closed`, `changed_meanwhile`
 */
export const assign = (scope: Scope, { people, scheduleId, validFrom }: Assign): Promise<Answer> =>
  scope.commit({
    subject: 'people/assignments',
    action: 'schedule.assigned',
    facts: (d1, who) =>
      together({
        followers: followersOf(d1, people, validFrom),
        inUse: row(
          d1,
          'SELECT 1 WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM schedules WHERE id = ?1 AND active)',
          [scheduleId],
        ),
        alone: aloneOf(d1, who, 'schedules.manage'),
      }),
    decide({ followers, inUse, alone }, me, now) {
      const isPast = validFrom < todayOf(me, now);
      if (isPast && people.includes(me.id)) refuseOwnPast(alone);
      const entries = followers.map(({ person, schedule }) => ({
        subject: `person/${person}`,
        before: { personId: person, scheduleId: schedule, validFrom },
        after: { personId: person, scheduleId, validFrom },
      }));
      const last = entries.pop();
      const missing = people.length - followers.length;
      if (!last || missing > 0 || !inUse) throw missed(missing, inUse !== undefined);
      return {
        ...last,
        // Too few rows are written, and the commit refused, if a person has left or follows another schedule by now.
        write: written({ followers, scheduleId, validFrom }),
        action: isPast ? 'schedule.assignment_corrected' : 'schedule.assigned',
        more: entries,
        onlyIf: openOn(validFrom),
        publish: rosterUpdatedOf(people),
        also: planChanged.ask(now, people),
      };
    },
  });

/** SQL: the schedule a person follows on the date ?2. */
const FOLLOWED = `(SELECT schedule_id FROM assignments AS its WHERE its.person_id = people.id AND its.valid_from <= ?2
  ORDER BY its.valid_from DESC LIMIT 1)`;

const followersOf = (d1: D1Database, ids: readonly string[], date: string): Fact<Follower[]> =>
  rows<Follower>(
    d1,
    `SELECT people.id AS person, ${FOLLOWED} AS schedule FROM people
     WHERE active AND ${WORKS_HERE} AND id IN (SELECT value FROM json_each(?1))`,
    [JSON.stringify(ids), date],
  );

const written = (it: { followers: Follower[]; scheduleId: string | null; validFrom: string }): Query =>
  query(
    `INSERT INTO assignments (person_id, valid_from, schedule_id)
     SELECT people.id, ?2, ?3
     FROM json_each(?1) AS input JOIN people ON people.id = input.value ->> 'person' AND people.active AND ${WORKS_HERE}
     WHERE (?3 IS NULL OR EXISTS (SELECT 1 FROM schedules WHERE id = ?3 AND active))
       AND ${FOLLOWED} IS (input.value ->> 'schedule')
     ON CONFLICT (person_id, valid_from) DO UPDATE SET schedule_id = excluded.schedule_id`,
    [JSON.stringify(it.followers), it.validFrom, it.scheduleId],
  );

/** @param missing how many of the people do not work here */
function missed(missing: number, inUse: boolean): Refusal {
  const issues = [
    ...(missing > 0
      ? [{ path: 'people', message: `must name people who work here: ${missing} of them do not (any more)` }]
      : []),
    ...(inUse ? [] : [{ path: 'scheduleId', message: 'must be a schedule that is in use' }]),
  ];
  return new Refusal('invalid_input', {
    detail: issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    issues,
  });
}
