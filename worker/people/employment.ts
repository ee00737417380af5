/**
 * The first and the last day of somebody's latest employment, put right. Days between the old and the new one are computed anew,
 * none that is closed; no record is left outside.
 */
import { and, eq, sql } from 'drizzle-orm';
import { addDays } from '../contract/dates';
import { refuseOwnPast } from './alone';
import type { Person, SetEmployment, Term } from '../contract/people/people';
import { query } from '../db/client';
import { people } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { planChanged, rosterUpdated, todayOf } from '../settings/plan';
import { personUpdated, personWith } from './people';
import { keysOf } from './search';
import { subjectOf } from './staff';
import { copyOf, latestPeriod, type Period, sameTerm, termOn, termsOf } from './terms';

/**
 * @throws Refusal `not_found`, `not_employed` for who never worked here, `own_day`, `invalid_input`, `period_closed`, `changed_meanwhile`
 * with the person as they are now
 */
export async function setEmployment(scope: Scope, id: string, asked: SetEmployment): Promise<Answer> {
  const before = await personWith(scope, id);
  const terms = await termsOf(scope, id);
  const period = latestPeriod(terms);
  if (!period) throw new Refusal('not_employed', { current: before });
  const { firstDay, lastDay, seenAt } = asked;
  if (id === scope.me.id) await refuseOwnPast(scope, 'people.manage');
  await refuseWrong(scope, before, period, asked);
  const rows = rowsBetween(period, firstDay, lastDay);
  const earliest = earliestChange(period, asked);
  const others = terms.filter(({ validFrom }) => validFrom < period.firstDay);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1);
  const copy = copyOf([...others, ...rows], todayOf(scope));
  const after: Person = { ...before, ...copy, updatedAt: at };
  const outside = sql`NOT EXISTS (SELECT 1 FROM attendance WHERE person_id = ${id} AND work_date >= ${period.firstDay}
    AND (work_date < ${firstDay} OR work_date > coalesce(${lastDay}, work_date)))`;
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: query('DELETE FROM terms WHERE person_id = ?1 AND valid_from = ?2', id, period.firstDay),
        action: 'employment.set',
        subject: subjectOf(id),
        before: { personId: id, firstDay: period.firstDay, lastDay: period.lastDay },
        after: { personId: id, firstDay, lastDay },
        onlyIf: earliest === undefined ? undefined : openOn(earliest),
      },
      {
        write: scope.db
          .update(people)
          .set({ ...copy, ...keysOf(after), updatedAt: new Date(at) })
          .where(and(eq(people.id, id), eq(people.updatedAt, new Date(seenAt)), outside)),
        action: 'person.updated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [...personUpdated(after), rosterUpdated],
    also: [
      query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2', id, period.firstDay),
      query(
        `INSERT INTO terms (person_id, valid_from, employed, department_id, position, category, zone, weekly_minutes)
         SELECT ?1, value ->> 'validFrom', value ->> 'employed', value ->> 'departmentId', value ->> 'position',
           value ->> 'category', value ->> 'zone', value ->> 'weeklyMinutes' FROM json_each(?2)`,
        ...[id, JSON.stringify(rows)],
      ),
      ...planChanged.ask(scope, [id]),
    ],
  });
  if (answer) return answer;
  throw new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}

/** The rows of an employment with other ends: what held when it began, holds from its first day on. */
function rowsBetween({ rows }: Period, firstDay: string, lastDay: string | null): Term[] {
  const first = termOn(rows, firstDay) ?? rows[0];
  const inside = rows.filter(
    ({ validFrom }) => validFrom > firstDay && (lastDay === null || validFrom <= lastDay),
  );
  const all = [...(first ? [{ ...first, validFrom: firstDay }] : []), ...inside].filter(
    (row, at, others) => at === 0 || !sameTerm(row, others[at - 1] ?? row),
  );
  const last = all.at(-1);
  return lastDay === null || !last
    ? all
    : [...all, { ...last, validFrom: addDays(lastDay, 1), employed: false }];
}

/** The first date whose hours may change; undefined where none do. */
function earliestChange(period: Period, { firstDay, lastDay }: SetEmployment): string | undefined {
  const ends = [period.lastDay, lastDay].flatMap((date) => (date === null ? [] : [addDays(date, 1)]));
  const starts = period.firstDay === firstDay ? [] : [period.firstDay, firstDay];
  return [...starts, ...(period.lastDay === lastDay ? [] : ends)].sort()[0];
}

async function refuseWrong(
  scope: Scope,
  { id, active }: Person,
  period: Period,
  { firstDay, lastDay }: SetEmployment,
): Promise<void> {
  const records = await scope.d1
    .prepare(
      `SELECT min(work_date) AS first, max(work_date) AS last FROM attendance
       WHERE person_id = ?1 AND work_date >= ?2 AND work_date <= coalesce(?3, work_date)`,
    )
    .bind(id, period.firstDay, period.lastDay)
    .first<{ first: string | null; last: string | null }>();
  const [first, last] = [records?.first ?? null, records?.last ?? null];
  const today = todayOf(scope);
  if (first !== null && firstDay > first)
    throw wrong('firstDay', `must not be after ${first}: they worked that day`);
  if (period.lastDayBefore !== null && firstDay <= addDays(period.lastDayBefore, 1))
    throw wrong('firstDay', `must be later than ${addDays(period.lastDayBefore, 1)}: they left before`);
  if ((lastDay === null) !== (period.lastDay === null))
    throw wrong(
      'lastDay',
      lastDay === null ? 'must be given' : 'must be empty: deactivate the person instead',
    );
  if (lastDay === null) return;
  if (lastDay < firstDay) throw wrong('lastDay', 'must not be before the first day');
  if (last !== null && lastDay < last)
    throw wrong('lastDay', `must not be before ${last}: they worked that day`);
  if (active && lastDay < today) throw wrong('lastDay', 'must not be past: their account is active');
  if (!active && lastDay > today)
    throw wrong('lastDay', 'must not be in the future: reactivate the person first');
}

const wrong = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path} ${message}.` });
