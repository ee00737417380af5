/** Weekly schedules: made, renamed, retired, and given another week from a date on. What is past keeps its week. */
import { and, eq, gt, ne, sql } from 'drizzle-orm';
import * as v from 'valibot';
import {
  type ChangeSchedule,
  type NewSchedule,
  Schedule,
  type Schedules,
  type SetWeek,
  Week,
} from '../contract/schedules/schedules';
import type { Closing } from '../contract/settings/settings';
import { rowsOf } from '../db/client';
import { WORKS_HERE } from '../people/people';
import { schedules, scheduleWeeks } from '../db/schema';
import type { Answer } from '../live/commit';
import { headsAt, readHeads } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { everyonesRosterUpdated, mustNotBePast, planChanged, rosterUpdated, todayOf } from '../settings/plan';

const SCHEDULES = 'SELECT id, name, active FROM schedules';
const WEEKS = 'SELECT schedule_id AS schedule, valid_from AS validFrom, week FROM schedule_weeks';

export async function allSchedules(scope: Scope): Promise<Schedules> {
  const { d1, me } = scope;
  const now = scope.now();
  const today = todayOf(scope);
  const [heads, rows, weeks, followers, closed] = await d1.batch([
    headsAt(d1, 'admin.dashboard'),
    d1.prepare(`${SCHEDULES} ORDER BY name COLLATE NOCASE`),
    d1.prepare(`${WEEKS} ORDER BY valid_from`),
    d1
      .prepare(
        `SELECT schedule_id AS schedule, count(*) AS people FROM
           (SELECT schedule_id, max(valid_from) FROM assignments JOIN people ON people.id = person_id AND active AND ${WORKS_HERE}
            WHERE valid_from <= ?1 GROUP BY person_id)
         GROUP BY 1`,
      )
      .bind(today),
    d1.prepare('SELECT through FROM closing'),
  ]);
  const known = rowsOf<WeekRow>(weeks);
  const people = new Map(
    rowsOf<{ schedule: string; people: number }>(followers).map((row) => [row.schedule, row.people]),
  );
  return {
    at: readHeads(heads),
    now,
    today,
    closedThrough: rowsOf<Closing>(closed)[0]?.through ?? null,
    graceMinutes: me.settings.graceMinutes,
    schedules: rowsOf<Row>(rows).map((row) => ({
      ...scheduleOf(row, known),
      people: people.get(row.id) ?? 0,
    })),
  };
}

/**
 * Makes a schedule with its first week, which may hold from a past date on, since nobody follows it yet.
 * @throws Refusal `name_taken`
 */
export async function makeSchedule(scope: Scope, { validFrom, week, ...it }: NewSchedule): Promise<Answer> {
  const made: Schedule = { ...it, active: true, weeks: [{ validFrom, week }] };
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: scope.db.insert(schedules).values({ ...it, active: true }),
        action: 'schedule.created',
        subject: subjectOf(it.id),
        before: null,
        after: made,
      },
    ],
    also: [
      scope.db.insert(scheduleWeeks).values({ scheduleId: it.id, validFrom, week: JSON.stringify(week) }),
    ],
    publish: [rosterUpdated],
  });
  if (answer) return answer;
  if (await find(scope, it.id)) return scope.already(subjectOf(it.id), 'schedule.created');
  throw new Refusal('name_taken');
}

/**
 * Renames a schedule, retires it or takes it up again. One that somebody follows, today or later, cannot be retired.
 * @throws Refusal `not_found`, `name_taken`, `schedule_in_use`, `changed_meanwhile`
 */
export async function changeSchedule(scope: Scope, id: string, change: ChangeSchedule): Promise<Answer> {
  const before = await find(scope, id);
  if (!before) throw new Refusal('not_found');
  const name = change.name ?? before.name;
  const active = change.active ?? before.active;
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: scope.db
          .update(schedules)
          .set({ name, active })
          .where(
            and(
              eq(schedules.id, id),
              eq(schedules.name, before.name),
              eq(schedules.active, before.active),
              active ? undefined : sql`NOT ${followed(id, todayOf(scope))}`,
            ),
          ),
        action: 'schedule.updated',
        subject: subjectOf(id),
        before,
        after: { ...before, name, active } satisfies Schedule,
      },
    ],
    publish: [rosterUpdated],
  });
  if (answer) return answer;
  const other = await scope.db.query.schedules.findFirst({
    where: and(sql`${schedules.name} = ${name} COLLATE NOCASE`, ne(schedules.id, id)),
  });
  if (other) throw new Refusal('name_taken');
  const { used } = await scope.db.get<{ used: number }>(sql`SELECT ${followed(id, todayOf(scope))} AS used`);
  throw new Refusal(!active && used === 1 ? 'schedule_in_use' : 'changed_meanwhile');
}

/**
 * Gives a schedule another week from today or a later date on; one that was to begin that day is replaced.
 * @throws Refusal `not_found`, `invalid_input` for a past date, `changed_meanwhile`
 */
export async function setWeek(scope: Scope, id: string, { validFrom, week }: SetWeek): Promise<Answer> {
  mustNotBePast(scope, 'validFrom', validFrom);
  const before = await find(scope, id);
  if (!before) throw new Refusal('not_found');
  const old = before.weeks.find((it) => it.validFrom === validFrom);
  const value = JSON.stringify(week);
  const others = before.weeks.filter((it) => it !== old);
  const weeks = [...others, { validFrom, week }].sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: old
          ? scope.db.update(scheduleWeeks).set({ week: value }).where(unchanged(id, old))
          : scope.db.insert(scheduleWeeks).values({ scheduleId: id, validFrom, week: value }),
        action: 'schedule.week_set',
        subject: subjectOf(id),
        before,
        after: { ...before, weeks } satisfies Schedule,
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (!answer) throw new Refusal('changed_meanwhile');
  return answer;
}

/**
 * Takes back a week that has not begun.
 * @throws Refusal `not_found`, `already_begun`, `only_week`, `changed_meanwhile`
 */
export async function dropWeek(scope: Scope, id: string, validFrom: string): Promise<Answer> {
  const today = todayOf(scope);
  const before = await find(scope, id);
  if (!before) throw new Refusal('not_found');
  const old = before.weeks.find((it) => it.validFrom === validFrom);
  const another = sql`EXISTS (SELECT 1 FROM schedule_weeks AS other WHERE other.schedule_id = ${id} AND other.valid_from <> ${validFrom})`;
  // Tried even when nothing was found: the key of a repeated request knows the first answer.
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: scope.db
          .delete(scheduleWeeks)
          .where(
            and(unchanged(id, old ?? { validFrom, week: null }), gt(scheduleWeeks.validFrom, today), another),
          ),
        action: 'schedule.week_dropped',
        subject: subjectOf(id),
        before,
        after: { ...before, weeks: before.weeks.filter((it) => it !== old) } satisfies Schedule,
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (answer) return answer;
  if (!old) throw new Refusal('not_found');
  if (validFrom <= today) throw new Refusal('already_begun');
  throw new Refusal(before.weeks.length === 1 ? 'only_week' : 'changed_meanwhile');
}

/** What the journal calls a schedule. */
const subjectOf = (id: string) => `schedule/${id}`;

/** SQL: the week is still as it was read. Weeks are kept as `JSON.stringify` writes what the contract parsed, so text compares. */
const unchanged = (id: string, { validFrom, week }: { validFrom: string; week: Week | null }) =>
  and(
    eq(scheduleWeeks.scheduleId, id),
    eq(scheduleWeeks.validFrom, validFrom),
    eq(scheduleWeeks.week, JSON.stringify(week)),
  );

/** SQL: an active person follows the schedule on that date or is going to. */
const followed = (id: string, date: string) =>
  sql`EXISTS (SELECT 1 FROM assignments AS its JOIN people ON people.id = its.person_id AND people.active AND ${sql.raw(WORKS_HERE)}
    WHERE its.schedule_id = ${id} AND NOT EXISTS (SELECT 1 FROM assignments AS later WHERE later.person_id = its.person_id
      AND later.valid_from > its.valid_from AND later.valid_from <= ${date}))`;

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

async function find({ d1 }: Scope, id: string): Promise<Schedule | undefined> {
  const [rows, weeks] = await d1.batch([
    d1.prepare(`${SCHEDULES} WHERE id = ?1`).bind(id),
    d1.prepare(`${WEEKS} WHERE schedule_id = ?1 ORDER BY valid_from`).bind(id),
  ]);
  const [row] = rowsOf<Row>(rows);
  return row && scheduleOf(row, rowsOf<WeekRow>(weeks));
}

/** The one place where rows become the contract's schedule. */
function scheduleOf(row: Row, weeks: readonly WeekRow[]): Schedule {
  return {
    ...row,
    active: row.active === 1,
    weeks: weeks
      .filter(({ schedule }) => schedule === row.id)
      .map(({ validFrom, week }) => ({ validFrom, week: v.parse(Week, JSON.parse(week)) })),
  };
}
