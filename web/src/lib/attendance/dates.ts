/** One's own dates: what was recorded, and what it comes to. */
import type { AttendanceRecord, Break, OwnMark } from '$contract/attendance/attendance';
import { addDays } from '$contract/zones';
import { dayOf, type DayOutcome } from '$contract/attendance/day';
import { noPlan } from '$contract/schedules/schedules';
import type { Plan } from './outlook';

export interface MyDate extends Omit<DayOutcome, 'open'> {
  date: string;
  /** In the order they began. */
  records: AttendanceRecord[];
  breaks: Break[];
  holiday: string | undefined;
}

/** A date of which there is nothing to tell. */
export const blankDate = (date: string, holiday?: string): MyDate => ({
  date,
  holiday,
  records: [],
  breaks: [],
  status: null,
  spanMs: 0,
  breakMs: 0,
  deductedMs: 0,
  uncountedMs: 0,
  workedMs: 0,
  worked: [],
  overtimeMs: 0,
  lateMs: 0,
  earlyMs: 0,
  workedOnLeave: false,
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

/** The newest first. Left out are dates of which there is nothing to tell: nothing recorded, nobody expected, no mark. */
export function datesOf({ from, to, plan, marks, records, breaks, now }: Facts): MyDate[] {
  const byDate = Map.groupBy(records, ({ workDate }) => workDate);
  const byRecord = Map.groupBy(breaks, ({ recordId }) => recordId);
  const dates: MyDate[] = [];
  // A record may be of tomorrow already: of a night that begins soon after midnight.
  for (let date = addDays(to, 1); date >= from; date = addDays(date, -1)) {
    const those = (byDate.get(date) ?? []).toSorted((a, b) => a.inAt - b.inAt);
    const pauses = those.flatMap(({ id }) => byRecord.get(id) ?? []);
    const { open: _open, ...outcome } = dayOf({
      ...(plan.plans[date] ?? noPlan),
      mark: marks[date] ?? null,
      records: those.map(settled(now)),
      breaks: pauses,
      now,
    });
    const told = those.length > 0 || (outcome.status !== null && date < to) || marks[date]?.status;
    if (told) dates.push({ date, records: those, breaks: pauses, holiday: plan.holidays[date], ...outcome });
  }
  return dates;
}

/** A record that should have been closed by itself counts to its assumed end. */
const settled =
  (now: number) =>
  (it: AttendanceRecord): Pick<AttendanceRecord, 'inAt' | 'outAt'> =>
    it.outAt === null && it.dueAt != null && it.dueAt <= now
      ? { inAt: it.inAt, outAt: it.dueOut ?? it.inAt }
      : it;
