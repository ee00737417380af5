/**
 * Tries a rule on past days: both outcomes are computed from one read, by the function of the reports. Records keep their dates
 * and ends; a trial changes only their outcome.
 */
import { addDays } from '../contract/zones';
import type { TriedDay, TriedDays, TriedSums, TrySettings, TryWeek } from '../contract/reports/trials';
import { daysUnder, type PersonDay } from '../attendance/outcomes';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Trial } from '../schedules/roster';
import { within } from './days';

/** @throws Refusal `invalid_input` for dates out of order, or more than a year */
export const trySettings = (scope: Scope, { settings, ...span }: TrySettings): Promise<TriedDays> =>
  triedDays(scope, span, { settings });

/** @throws Refusal `not_found` for an unknown schedule, `invalid_input` as above */
export async function tryWeek(
  scope: Scope,
  schedule: string,
  { week, ...span }: TryWeek,
): Promise<TriedDays> {
  const found = await scope.d1.prepare('SELECT 1 FROM schedules WHERE id = ?1').bind(schedule).first();
  if (!found) throw new Refusal('not_found');
  return triedDays(scope, span, { schedule, week });
}

/** One stretch of the days, so that a workplace of thousands fits a Worker; the page requests the next. */
async function triedDays(scope: Scope, span: { from: string; to: string }, trial: Trial): Promise<TriedDays> {
  const { from, to } = within(scope, span);
  const stretches = daysUnder(scope, { from, to }, (roster) => [roster, roster.with(trial)]);
  const { value: stretch } = await stretches.next();
  if (!stretch) return { from, to, days: [], next: null };
  const next = addDays(stretch.to, 1);
  return {
    from,
    to: stretch.to,
    next: next <= to ? next : null,
    days: stretch.days.flatMap(([before, after]) => (before && after ? changed(before, after) : [])),
  };
}

function changed(day: PersonDay, tried: PersonDay): TriedDay[] {
  const { person, date } = day;
  const [before, after] = [sumsOf(day), sumsOf(tried)];
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const { id: personId, name, email, staffNumber } = person;
  return [
    {
      personId,
      name,
      email,
      staffNumber,
      workDate: date,
      before,
      after,
    },
  ];
}

function sumsOf({ outcome, overtimeMs, weekOvertimeMs }: PersonDay): TriedSums {
  const { status, workedMs, breakMs, deductedMs, uncountedMs, lateMs, earlyMs } = outcome;
  return {
    status,
    workedMs,
    breakMs,
    deductedMs,
    uncountedMs,
    overtimeMs,
    weekOvertimeMs,
    lateMs,
    earlyMs,
  };
}
