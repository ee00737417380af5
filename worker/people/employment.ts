/**
 * Corrects the first and last day of the latest employment. Days between the old and the new dates are recomputed; none may
 * be closed, and no record may lie outside.
 */
import { addDays } from '../contract/zones';
import { aloneOf, refuseOwnPast } from './alone';
import type { Person, SetEmployment, Term } from '../contract/people/people';
import { ask, type Fact, map, query, row, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { planChanged, rosterUpdated, todayOf } from '../settings/plan';
import { laterThan, personSubject, personUpdated, personWith, personWrite } from './people';
import { copyOf, latestPeriod, type Period, sameTerm, termOn, termsOf } from './terms';

/**
 * @throws Refusal `not_found`, `not_employed` for a person who never worked here, `own_day`, `invalid_input`, `period_closed`, `changed_meanwhile`
 * with the present person
 */
export const setEmployment = (scope: Scope, id: string, input: SetEmployment): Promise<Answer> =>
  scope.commit({
    subject: personSubject(id),
    action: 'person.updated',
    async facts(d1, who) {
      const found = await ask(
        d1,
        together({
          before: personWith(d1, id),
          terms: termsOf(d1, id),
          alone: aloneOf(d1, who, 'people.manage'),
        }),
      );
      const period = latestPeriod(found.terms);
      return { ...found, period, worked: await ask(d1, workedSince(d1, id, period?.firstDay ?? null)) };
    },
    decide({ before, terms, alone, period, worked }, me, now) {
      if (!period) throw new Refusal('not_employed', { current: before });
      const { firstDay, lastDay, seenAt } = input;
      const today = todayOf(me, now);
      if (id === me.id) refuseOwnPast(alone);
      refuseWrong(before, { period, worked, today }, input);
      if (before.updatedAt !== seenAt) throw new Refusal('changed_meanwhile', { current: before });
      const rows = rowsBetween(period, firstDay, lastDay);
      const earliest = earliestChange(period, input);
      const others = terms.filter(({ validFrom }) => validFrom < period.firstDay);
      const at = laterThan(before, now);
      const after: Person = { ...before, ...copyOf([...others, ...rows], today), updatedAt: at };
      return {
        at,
        first: [
          {
            write: query('DELETE FROM terms WHERE person_id = ?1 AND valid_from = ?2', [id, period.firstDay]),
            action: 'employment.set',
            subject: personSubject(id),
            before: { personId: id, firstDay: period.firstDay, lastDay: period.lastDay },
            after: { personId: id, firstDay, lastDay },
            onlyIf: earliest === undefined ? undefined : openOn(earliest),
          },
        ],
        write: personWrite(
          before,
          after,
          `NOT EXISTS (SELECT 1 FROM attendance WHERE person_id = ?1 AND work_date >= ?17
             AND (work_date < ?18 OR work_date > coalesce(?19, work_date)))`,
          period.firstDay,
          firstDay,
          lastDay,
        ),
        before,
        after,
        publish: [...personUpdated(after), rosterUpdated],
        also: [
          query('DELETE FROM terms WHERE person_id = ?1 AND valid_from > ?2', [id, period.firstDay]),
          query(
            `INSERT INTO terms (person_id, valid_from, employed, department_id, position, category, zone, weekly_minutes)
             SELECT ?1, value ->> 'validFrom', value ->> 'employed', value ->> 'departmentId', value ->> 'position',
               value ->> 'category', value ->> 'zone', value ->> 'weeklyMinutes' FROM json_each(?2)`,
            [id, JSON.stringify(rows)],
          ),
          ...planChanged.ask(at, [id]),
        ],
      };
    },
  });

/** The first and last date with times in an employment. */
interface Worked {
  first: string | null;
  last: string | null;
}

const workedSince = (d1: D1Database, id: string, firstDay: string | null): Fact<Worked> =>
  map(
    row<Worked>(
      d1,
      'SELECT min(work_date) AS first, max(work_date) AS last FROM attendance WHERE person_id = ?1 AND work_date >= ?2',
      [id, firstDay],
    ),
    (found) => found ?? { first: null, last: null },
  );

/** The rows of an employment with new ends; the terms of its old start hold from the new first day on. */
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

/** The first date whose hours may change; undefined if none change. */
function earliestChange(period: Period, { firstDay, lastDay }: SetEmployment): string | undefined {
  const ends = [period.lastDay, lastDay].flatMap((date) => (date === null ? [] : [addDays(date, 1)]));
  const starts = period.firstDay === firstDay ? [] : [period.firstDay, firstDay];
  return [...starts, ...(period.lastDay === lastDay ? [] : ends)].sort()[0];
}

function refuseWrong(
  { active }: Person,
  { period, worked: { first, last }, today }: { period: Period; worked: Worked; today: string },
  { firstDay, lastDay }: SetEmployment,
): void {
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
