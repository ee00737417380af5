/** A person's own dates: their records and sums. */
import type { AttendanceRecord, Break, OwnMark } from '$contract/attendance/attendance';
import { addDays } from '$contract/zones';
import { dayOf, type DayOutcome } from '$contract/attendance/day';
import { noPlan } from '$contract/schedules/plan';
import type { Plan } from './outlook';

export interface MyDate extends DayOutcome {
  date: string;
  /** In the order they began. */
  records: AttendanceRecord[];
  breaks: Break[];
  holiday: string | undefined;
}

/** A date with nothing on it. */
export const blankDate = (date: string, holiday?: string): MyDate => ({
  date,
  holiday,
  ...dayOf({ ...noPlan, records: [], breaks: [], mark: null, now: 0 }),
  records: [],
  breaks: [],
});

interface Facts {
  /** Local dates, both included. */
  from: string;
  to: string;
  plan: Plan;
  marks: Readonly<Record<string, OwnMark>>;
  records: readonly AttendanceRecord[];
  breaks: readonly Break[];
  now: number;
}

/** The newest first, without dates that have no records, no status and no mark. */
export function datesOf({ from, to, plan, marks, records, breaks, now }: Facts): MyDate[] {
  const byDate = Map.groupBy(records, ({ workDate }) => workDate);
  const byRecord = Map.groupBy(breaks, ({ recordId }) => recordId);
  const dates: MyDate[] = [];
  // A record may have tomorrow's date: of a night shift that starts soon after midnight.
  for (let date = addDays(to, 1); date >= from; date = addDays(date, -1)) {
    const own = (byDate.get(date) ?? []).toSorted((a, b) => a.inAt - b.inAt);
    const pauses = own.flatMap(({ id }) => byRecord.get(id) ?? []);
    const outcome = dayOf({
      ...(plan.plans[date] ?? noPlan),
      mark: marks[date] ?? null,
      records: own.map(settled(now)),
      breaks: pauses,
      now,
    });
    const shown = own.length > 0 || (outcome.status !== null && date < to) || marks[date]?.status;
    if (shown) dates.push({ date, records: own, breaks: pauses, holiday: plan.holidays[date], ...outcome });
  }
  return dates;
}

/** An overdue record counts to its assumed end. */
const settled =
  (now: number) =>
  (it: AttendanceRecord): Pick<AttendanceRecord, 'inAt' | 'outAt'> =>
    it.outAt === null && it.dueAt != null && it.dueAt <= now
      ? { inAt: it.inAt, outAt: it.dueOut ?? it.inAt }
      : it;
