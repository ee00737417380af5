/** Weekly schedules. A new week applies from a date on; past days keep theirs. */
import * as v from 'valibot';
import {
  type ChangeSchedule,
  type NewSchedule,
  Schedule,
  type Schedules,
  type SetWeek,
  Week,
} from '../contract/schedules/schedules';
import { ask, type Fact, map, query, row, rows, together } from '../db/queries';
import { WORKS_HERE } from '../people/people';
import type { Answer } from '../live/commit';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { closedThrough } from '../settings/closing';
import { everyonesRosterUpdated, mustNotBePast, planChanged, rosterUpdated, todayOf } from '../settings/plan';

const SCHEDULES = 'SELECT id, name, active FROM schedules';
const WEEKS = 'SELECT schedule_id AS schedule, valid_from AS validFrom, week FROM schedule_weeks';

export async function allSchedules(scope: Scope): Promise<Schedules> {
  const { d1, me } = scope;
  const now = scope.now();
  const today = todayOf(me, now);
  const found = await ask(
    d1,
    together({
      at: headsIn(d1, 'admin.dashboard'),
      schedules: rows<Row>(d1, `${SCHEDULES} ORDER BY name COLLATE NOCASE`),
      weeks: rows<WeekRow>(d1, `${WEEKS} ORDER BY valid_from`),
      followers: followersOn(d1, today),
      closedThrough: closedThrough(d1),
    }),
  );
  return {
    at: found.at,
    now,
    today,
    closedThrough: found.closedThrough,
    graceMinutes: me.settings.graceMinutes,
    schedules: found.schedules.map((it) => ({
      ...scheduleOf(it, found.weeks),
      people: found.followers.get(it.id) ?? 0,
    })),
  };
}

/** How many active people follow each schedule on a date. */
const followersOn = (d1: D1Database, date: string): Fact<ReadonlyMap<string, number>> =>
  map(
    rows<{ schedule: string; people: number }>(
      d1,
      `SELECT schedule_id AS schedule, count(*) AS people FROM
         (SELECT schedule_id, max(valid_from) FROM assignments JOIN people ON people.id = person_id AND active AND ${WORKS_HERE}
          WHERE valid_from <= ?1 GROUP BY person_id)
       GROUP BY 1`,
      [date],
    ),
    (counts) => new Map(counts.map(({ schedule, people }) => [schedule, people])),
  );

/**
 * Makes a schedule with its first week, which may begin in the past, since no one follows it yet.
 * @throws Refusal `name_taken`, `changed_meanwhile`
 */
export const makeSchedule = (scope: Scope, { validFrom, week, ...it }: NewSchedule): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(it.id),
    action: 'schedule.created',
    facts: (d1) => together({ same: scheduleOfId(d1, it.id), namesake: namesake(d1, it.id, it.name) }),
    decide({ same, namesake }) {
      if (same) return { done: 'schedule.created' };
      if (namesake) throw new Refusal('name_taken');
      return {
        write: query('INSERT INTO schedules (id, name, active) VALUES (?1, ?2, 1)', [it.id, it.name]),
        before: null,
        after: { ...it, active: true, weeks: [{ validFrom, week }] } satisfies Schedule,
        publish: [rosterUpdated],
        also: [addingWeek(it.id, validFrom, week)],
      };
    },
  });

/**
 * Renames, retires or reactivates a schedule. One with followers, today or later, cannot be retired.
 * @throws Refusal `not_found`, `name_taken`, `schedule_in_use`, `changed_meanwhile`
 */
export const changeSchedule = (scope: Scope, id: string, change: ChangeSchedule): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'schedule.updated',
    facts: (d1) =>
      together({
        before: scheduleWith(d1, id),
        namesake: namesake(d1, id, change.name ?? null),
        followed: row(d1, `SELECT 1 WHERE ${FOLLOWED}`, [id, todayOf(scope.me, scope.now())]),
      }),
    decide({ before, namesake, followed }, me, now) {
      const { name = before.name, active = before.active } = change;
      if (namesake) throw new Refusal('name_taken');
      if (!active && followed) throw new Refusal('schedule_in_use');
      return {
        write: query(
          `UPDATE schedules SET name = ?3, active = ?4 WHERE id = ?1 AND name = ?5 AND active = ?6
           AND (?4 OR NOT ${FOLLOWED})`,
          [id, todayOf(me, now), name, active ? 1 : 0, before.name, before.active ? 1 : 0],
        ),
        before,
        after: { ...before, name, active } satisfies Schedule,
        publish: [rosterUpdated],
      };
    },
  });

/**
 * Gives a schedule another week from today or a later date on, and replaces one of the same date.
 * @throws Refusal `not_found`, `invalid_input` for a past date, `changed_meanwhile`
 */
export const setWeek = (scope: Scope, id: string, { validFrom, week }: SetWeek): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'schedule.week_set',
    facts: (d1) => scheduleWith(d1, id),
    decide(before, me, now) {
      mustNotBePast(validFrom, todayOf(me, now));
      const old = before.weeks.find((it) => it.validFrom === validFrom);
      const others = before.weeks.filter((it) => it !== old);
      const weeks = [...others, { validFrom, week }].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
      return {
        write: old
          ? query(`UPDATE schedule_weeks SET week = ?4 WHERE ${WEEK_AS_READ}`, [
              id,
              validFrom,
              stored(old.week),
              stored(week),
            ])
          : addingWeek(id, validFrom, week),
        before,
        after: { ...before, weeks } satisfies Schedule,
        publish: everyonesRosterUpdated,
        also: planChanged.ask(now),
      };
    },
  });

/**
 * Removes a week that has not begun.
 * @throws Refusal `not_found`, `already_begun`, `only_week`, `changed_meanwhile`
 */
export const dropWeek = (scope: Scope, id: string, validFrom: string): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(id),
    action: 'schedule.week_dropped',
    facts: (d1) => scheduleWith(d1, id),
    decide(before, me, now) {
      const old = before.weeks.find((it) => it.validFrom === validFrom);
      const today = todayOf(me, now);
      if (!old) throw new Refusal('not_found');
      if (validFrom <= today) throw new Refusal('already_begun');
      if (before.weeks.length === 1) throw new Refusal('only_week');
      return {
        write: query(
          `DELETE FROM schedule_weeks WHERE ${WEEK_AS_READ} AND valid_from > ?4
           AND EXISTS (SELECT 1 FROM schedule_weeks AS other WHERE other.schedule_id = ?1 AND other.valid_from <> ?2)`,
          [id, validFrom, stored(old.week), today],
        ),
        before,
        after: { ...before, weeks: before.weeks.filter((it) => it !== old) } satisfies Schedule,
        publish: everyonesRosterUpdated,
        also: planChanged.ask(now),
      };
    },
  });

const subjectOf = (id: string) => `schedule/${id}`;

/** Weeks are stored as `JSON.stringify` writes a parsed week, so they compare as text. */
const stored = (week: Week) => JSON.stringify(week);
const WEEK_AS_READ = 'schedule_id = ?1 AND valid_from = ?2 AND week = ?3';

const addingWeek = (id: string, validFrom: string, week: Week) =>
  query('INSERT INTO schedule_weeks (schedule_id, valid_from, week) VALUES (?1, ?2, ?3)', [
    id,
    validFrom,
    stored(week),
  ]);

/** SQL: an active person follows the schedule ?1 on the date ?2 or later. */
const FOLLOWED = `EXISTS (SELECT 1 FROM assignments AS its JOIN people ON people.id = its.person_id AND people.active AND ${WORKS_HERE}
  WHERE its.schedule_id = ?1 AND NOT EXISTS (SELECT 1 FROM assignments AS later WHERE later.person_id = its.person_id
    AND later.valid_from > its.valid_from AND later.valid_from <= ?2))`;

/** Another schedule of that name. @param name null for no check */
const namesake = (d1: D1Database, id: string, name: string | null) =>
  row(d1, 'SELECT 1 FROM schedules WHERE name = ?2 COLLATE NOCASE AND id <> ?1', [id, name]);

interface Row {
  id: string;
  name: string;
  active: number;
}
interface WeekRow {
  schedule: string;
  validFrom: string;
  week: string;
}

const scheduleOfId = (d1: D1Database, id: string): Fact<Schedule | undefined> =>
  map(
    together({
      found: row<Row>(d1, `${SCHEDULES} WHERE id = ?1`, [id]),
      weeks: rows<WeekRow>(d1, `${WEEKS} WHERE schedule_id = ?1 ORDER BY valid_from`, [id]),
    }),
    ({ found, weeks }) => found && scheduleOf(found, weeks),
  );

/** @throws Refusal `not_found` when the answer is read */
const scheduleWith = (d1: D1Database, id: string): Fact<Schedule> =>
  map(scheduleOfId(d1, id), (found) => {
    if (!found) throw new Refusal('not_found');
    return found;
  });

function scheduleOf(row: Row, weeks: readonly WeekRow[]): Schedule {
  return {
    ...row,
    active: row.active === 1,
    weeks: weeks
      .filter(({ schedule }) => schedule === row.id)
      .map(({ validFrom, week }) => ({ validFrom, week: v.parse(Week, JSON.parse(week)) })),
  };
}
