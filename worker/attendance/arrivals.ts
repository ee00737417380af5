/** When people usually arrive: the same weekday of the last four weeks, by the quarter hour. */
import type { Arrivals } from '../contract/attendance/board';
import { addDays, clockIn } from '../contract/zones';
import { ask, rows, together } from '../db/queries';
import type { Scope } from '../scope';
import { rosterOf } from '../schedules/roster';

const WEEKS = [1, 2, 3, 4];
const QUARTER_MINUTES = 15;

/** Leaves out holidays and days without a check-in. */
export async function usualArrivals(scope: Scope, date: string): Promise<Arrivals> {
  const { d1 } = scope;
  const dates = WEEKS.map((weeks) => addDays(date, -7 * weeks));
  const { checkIns, roster } = await ask(
    d1,
    together({
      checkIns: rows<{ date: string; at: number }>(
        d1,
        `SELECT work_date AS date, in_at AS at FROM attendance WHERE work_date IN (SELECT value FROM json_each(?1))`,
        [JSON.stringify(dates)],
      ),
      roster: rosterOf(d1, { from: addDays(date, -28), to: addDays(date, -7) }, scope.env.WORKPLACE_ZONE),
    }),
  );
  const counted = checkIns.filter((row) => !roster.holidayOn(row.date));
  const of = [...new Set(counted.map((row) => row.date))].sort();
  const quarters: Record<string, number> = {};
  for (const { at } of counted) {
    const label = quarterOf(clockIn(scope.me.settings.zone, at));
    quarters[label] = (quarters[label] ?? 0) + 1 / of.length;
  }
  return { date, of, quarters };
}

/** "08:45" for 08:58. */
function quarterOf(clock: string): string {
  const minutes = Math.floor(Number(clock.slice(3)) / QUARTER_MINUTES) * QUARTER_MINUTES;
  return `${clock.slice(0, 2)}:${String(minutes).padStart(2, '0')}`;
}
