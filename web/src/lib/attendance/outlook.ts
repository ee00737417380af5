/** The schedule in words, for a person who is not checked in. */
import type { DayPlan, Shift } from '$contract/schedules/schedules';
import { addDays } from '$contract/zones';
import { duration, type Times } from '$lib/times';

const HOUR = 3_600_000;
/** A shift of tomorrow shows this long before it starts, for a night shift that starts soon after midnight. */
const SOON_MS = 4 * HOUR;

export interface Plan {
  /** By local date. */
  plans: Readonly<Record<string, DayPlan>>;
  holidays: Readonly<Record<string, string>>;
}

/** The first shift of a date. */
export const shiftOn = ({ plans }: Plan, date: string): Shift | undefined => plans[date]?.shifts[0];

/**
 * "08:00–16:30, in 25 min", "08:00–16:30, late since 08:05", "Holiday: Corpus Christi", "Day off".
 * @param been whether the person has been in on a date
 */
export function outlook(
  plan: Plan,
  { today, now, times, been }: { today: string; now: number; times: Times; been(date: string): boolean },
): string {
  // Last night's shift may still be on.
  const next = [addDays(today, -1), today, addDays(today, 1)].find((date) => {
    const shift = shiftOn(plan, date);
    if (!shift || now >= shift.endsAt) return false;
    return date === today || now >= shift.startsAt - SOON_MS;
  });
  const shift = next === undefined ? undefined : shiftOn(plan, next);
  if (next !== undefined && shift) {
    const span = spanWords(shift, times);
    if (been(next)) return `Your shift ends at ${times.clock(shift.endsAt)}`;
    if (now < shift.startsAt) return `${span}, in ${duration(shift.startsAt - now + 59_999)}`;
    if (now <= shift.lateAfter) return `${span}, since ${duration(now - shift.startsAt)}`;
    return `${span}, late since ${times.clock(shift.lateAfter)}`;
  }
  const holiday = plan.holidays[today];
  if (holiday !== undefined) return `Holiday: ${holiday}`;
  if (plan.plans[today]?.off) return 'Day off';
  const over = shiftOn(plan, today);
  if (over) return `Your shift ${spanWords(over, times)} is over`;
  return 'You are not checked in';
}

/** "08:00–16:30" */
export const spanWords = ({ startsAt, endsAt }: Shift, times: Times): string =>
  `${times.clock(startsAt)}–${times.clock(endsAt)}`;
