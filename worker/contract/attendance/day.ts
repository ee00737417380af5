/**
 * The outcome of a person's day: one pure function for board, own days, reports, files and jobs. It needs no zones, since shifts
 * and absences are instants (worker/schedules/roster.ts).
 */
import type { AttendanceRecord, Break, DayStatus, Mark } from './attendance';
import { cut, type Interval, length, minus, within } from '../intervals';
import type { DayPlan, DayRules, Shift } from '../schedules/schedules';

export interface DayFacts extends DayPlan {
  /** The person's records of that date. */
  records: readonly Pick<AttendanceRecord, 'inAt' | 'outAt'>[];
  breaks: readonly Pick<Break, 'startAt' | 'endAt' | 'dueAt'>[];
  mark: (Pick<Mark, 'status' | 'setBy'> & { countsEarly?: boolean | undefined }) | null;
  /** UTC epoch milliseconds: open records and breaks count up to now. */
  now: number;
}

/** Milliseconds, all of them whole minutes. `workedMs + breakMs + deductedMs + uncountedMs = spanMs`, always. */
export interface DayOutcome {
  /** Null if the person was neither expected nor there. */
  status: DayStatus | null;
  /** Sum of all records, without the time between them. */
  spanMs: number;
  breakMs: number;
  /** Breaks that the rules deduct because they were not taken. */
  deductedMs: number;
  /** Work before the shift's start, where the rules do not count it. */
  uncountedMs: number;
  workedMs: number;
  /** The counted work in order; its length is `workedMs`. */
  worked: Interval[];
  /** Worked beyond the plan, not rounded; 0 while a record is open. */
  overtimeMs: number;
  /** From the first expected moment to a late arrival; else 0. */
  lateMs: number;
  /** From an early departure to the last expected moment; else 0. */
  earlyMs: number;
  open: boolean;
  workedOnLeave: boolean;
}

/** Taps are cut to the minute first, so that sums of days equal the sums of the shown minutes. */
export function dayOf(facts: DayFacts): DayOutcome {
  const shifts = expectedParts(facts);
  const now = cut(facts.now);
  const records = facts.records
    .map(({ inAt, outAt }): Interval => ({ from: cut(inAt), to: Math.max(cut(inAt), cut(outAt ?? now)) }))
    .sort((a, b) => a.from - b.from);
  const breaks = facts.breaks.map((it) => countedBreak(it, facts.rules, now));
  const present = minus(records, breaks);
  const start = countsFrom(facts, shifts);
  const counted = within(present, { from: start, to: Infinity });
  const taken = length(
    within([...minus(records, present), ...gapsOf(records)], { from: start, to: Infinity }),
  );
  const deducted = deduction(facts.rules, counted, taken);
  const worked = minus(counted, deducted);
  const workedMs = length(worked);
  const open = facts.records.some(({ outAt }) => outAt === null);
  const planned = plannedOf(facts, shifts);
  const moved = timeliness(records, shifts, open);
  const status = statusOf(facts, shifts, { ...moved, open, workedMs });
  return {
    status,
    spanMs: length(records),
    breakMs: length(records) - length(present),
    deductedMs: length(counted) - workedMs,
    uncountedMs: length(present) - length(counted),
    workedMs,
    worked,
    overtimeMs: open ? 0 : Math.max(0, workedMs - planned),
    ...moved,
    open,
    workedOnLeave: isMarked(facts.mark, 'on_leave') && records.length > 0,
  };
}

/** A shift without the absences at its start and end. */
interface Expected {
  startsAt: number;
  endsAt: number;
  lateAfter: number;
  earlyBefore: number;
  plannedMs: number;
  halfDayMs: number;
}

const isMarked = (mark: DayFacts['mark'], status: DayStatus): boolean =>
  mark?.status === status && mark.setBy !== null;

/** A person on leave is not expected. */
function expectedParts({ shifts, off, absences, mark }: DayFacts): Expected[] {
  if (off || isMarked(mark, 'on_leave')) return [];
  return shifts.flatMap((shift) => expectedPart(shift, absences));
}

function expectedPart(shift: Shift, absences: DayFacts['absences']): Expected[] {
  const whole = { from: shift.startsAt, to: shift.endsAt };
  const away = absences.map(({ startsAt, endsAt }): Interval => ({ from: startsAt, to: endsAt }));
  const left = minus([whole], away);
  const [first, last] = [left[0], left.at(-1)];
  if (!first || !last) return [];
  const awayMs = whole.to - whole.from - length(left);
  return [
    {
      startsAt: first.from,
      endsAt: last.to,
      lateAfter: first.from + (shift.lateAfter - shift.startsAt),
      earlyBefore: last.to - (shift.endsAt - shift.earlyBefore),
      plannedMs: Math.max(0, shift.plannedMs - awayMs),
      halfDayMs: Math.max(0, shift.halfDayMs - awayMs),
    },
  ];
}

/** A break as the rules count it, in whole minutes. */
function countedBreak(it: DayFacts['breaks'][number], { overlongBreak }: DayRules, now: number): Interval {
  const end = breakEnd(it, now);
  const counted = overlongBreak === 'allowance' ? Math.min(end, it.dueAt) : end;
  return { from: cut(it.startAt), to: cut(counted) };
}

/** Work before this moment does not count. */
function countsFrom({ rules, mark }: DayFacts, shifts: readonly Expected[]): number {
  const [first] = shifts;
  return first && rules.earlyArrival === 'from_start' && !mark?.countsEarly ? first.startsAt : -Infinity;
}

/** The time between two records. */
const gapsOf = (records: readonly Interval[]): Interval[] =>
  records.slice(1).flatMap(({ from }, index) => {
    const before = records[index];
    return before && before.to < from ? [{ from: before.to, to: from }] : [];
  });

/**
 * The missing part of a required break, cut out where the work reaches the rule's threshold. The work never falls below the
 * threshold: 6:10 with 30 minutes required after 6:00 becomes 6:00.
 */
function deduction({ breakDeductions }: DayRules, counted: readonly Interval[], taken: number): Interval[] {
  const work = length(counted);
  const tiers = breakDeductions.map(({ afterMinutes, minutes }) => {
    const after = afterMinutes * MINUTE;
    return { after, ms: Math.max(0, Math.min(minutes * MINUTE - taken, work - after)) };
  });
  const most = tiers.reduce((best, tier) => (tier.ms > best.ms ? tier : best), { after: 0, ms: 0 });
  return partOf(counted, most.after, most.after + most.ms);
}

/** The intervals between two lengths of work. */
function partOf(intervals: readonly Interval[], begin: number, end: number): Interval[] {
  let passed = 0;
  return intervals.flatMap(({ from, to }) => {
    const part = {
      from: from + Math.max(0, begin - passed),
      to: Math.min(to, from + Math.max(0, end - passed)),
    };
    passed += to - from;
    return part.from < part.to ? [part] : [];
  });
}

/** Without a schedule no work is overtime; on a day off, a holiday or leave all of it is. */
function plannedOf({ shifts, off }: DayFacts, expected: readonly Expected[]): number {
  if (!off && shifts.length === 0) return Infinity;
  return expected.reduce((sum, { plannedMs }) => sum + plannedMs, 0);
}

function timeliness(records: readonly Interval[], shifts: readonly Expected[], open: boolean) {
  const [first, last] = [shifts[0], shifts.at(-1)];
  const [began, left] = [records[0]?.from, Math.max(...records.map(({ to }) => to))];
  if (!first || !last || began === undefined) return { lateMs: 0, earlyMs: 0 };
  return {
    lateMs: began > first.lateAfter ? began - first.startsAt : 0,
    earlyMs: !open && left < last.earlyBefore ? last.endsAt - left : 0,
  };
}

/** A supervisor's mark comes first, then the records, then the time. The job's marks are derived again. */
function statusOf(
  { records, mark, now }: DayFacts,
  shifts: readonly Expected[],
  it: { lateMs: number; earlyMs: number; open: boolean; workedMs: number },
): DayStatus | null {
  if (mark?.status && mark.setBy !== null) return mark.status;
  if (records.length === 0) {
    const last = shifts.at(-1);
    if (!last) return null;
    return now < last.endsAt ? 'pending' : 'absent';
  }
  const half = shifts.reduce((sum, { halfDayMs }) => sum + halfDayMs, 0);
  if (!it.open && it.workedMs < half) return 'half_day';
  if (it.lateMs > 0) return 'late';
  return it.earlyMs > 0 ? 'left_early' : 'present';
}

const MINUTE = 60_000;

/** A break's end; an open one counts to now, at most to its allowance. */
export const breakEnd = ({ endAt, dueAt }: Pick<Break, 'endAt' | 'dueAt'>, now: number): number =>
  endAt ?? Math.min(now, dueAt);

/** Whether a break is open and within its allowance. Every screen ends it at the same moment. */
export const isOn = ({ endAt, dueAt }: Pick<Break, 'endAt' | 'dueAt'>, now: number): boolean =>
  endAt === null && now < dueAt;

/** Overtime in whole steps, rounded down. */
export const roundedDown = (ms: number, stepMinutes: number): number =>
  Math.floor(ms / (stepMinutes * MINUTE)) * stepMinutes * MINUTE;

/**
 * Overtime of a week beyond its limit, without the overtime of its days.
 * @param limitMs null for no limit
 */
export function weeklyOvertime(
  days: readonly Pick<DayOutcome, 'workedMs' | 'overtimeMs'>[],
  limitMs: number | null,
): number {
  if (limitMs === null) return 0;
  const beyond = days.reduce((sum, { workedMs, overtimeMs }) => sum + workedMs - overtimeMs, -limitMs);
  return Math.max(0, beyond);
}
