/**
 * What a person's day comes to. One pure function of facts and the time, the same for the board, the phone, the reports and
 * the job that marks absences; it knows no zones, since shifts come as instants (worker/settings/roster.ts).
 */
import type { AttendanceRecord, Break, DayStatus, Mark } from './attendance';
import type { Shift } from './schedules';

export interface DayFacts {
  /** When the person is expected; null if they are not. */
  shift: Shift | null;
  /** Why nobody expects them although they have a schedule: then all work is overtime, and never late, early or half. */
  off: 'holiday' | 'day_off' | null;
  /** The person's records of that date. */
  records: readonly Pick<AttendanceRecord, 'inAt' | 'outAt'>[];
  breaks: readonly Pick<Break, 'startAt' | 'endAt' | 'dueAt'>[];
  mark: Pick<Mark, 'status' | 'setBy'> | null;
  /** UTC epoch milliseconds: where what is still open is counted to. */
  now: number;
}

/** Milliseconds, all of them. `workedMs + breakMs = spanMs`, always. */
export interface DayOutcome {
  /** Null: not expected and not there. */
  status: DayStatus | null;
  /** From check-in to check-out, over all records; what lies between two records counts nowhere. */
  spanMs: number;
  breakMs: number;
  workedMs: number;
  /** Worked beyond the plan, not rounded; 0 while a record is open. */
  overtimeMs: number;
  /** From the shift's start to an arrival that was late; else 0. */
  lateMs: number;
  /** From a departure that was early to the shift's end; else 0. */
  earlyMs: number;
  open: boolean;
}

export function dayOf(facts: DayFacts): DayOutcome {
  const { records, breaks, off, now } = facts;
  const shift = off ? null : facts.shift;
  const spanMs = sum(records.map(({ inAt, outAt }) => Math.max(0, (outAt ?? now) - inAt)));
  const breakMs = sum(breaks.map((it) => Math.max(0, breakEnd(it, now) - it.startAt)));
  const workedMs = spanMs - breakMs;
  const open = records.some(({ outAt }) => outAt === null);
  const firstIn = Math.min(...records.map(({ inAt }) => inAt));
  const lastOut = Math.max(...records.map(({ outAt }) => outAt ?? now));
  const late = shift !== null && records.length > 0 && firstIn > shift.lateAfter;
  const early = shift !== null && records.length > 0 && !open && lastOut < shift.earlyBefore;
  const planned = shift ? shift.plannedMs : off ? 0 : Infinity;
  return {
    status: statusOf(facts, shift, { late, early, open, workedMs }),
    spanMs,
    breakMs,
    workedMs,
    overtimeMs: open ? 0 : Math.max(0, workedMs - planned),
    lateMs: late ? firstIn - shift.startsAt : 0,
    earlyMs: early ? shift.endsAt - lastOut : 0,
    open,
  };
}

/** A supervisor's word stands; then what was recorded; then the absence that the job has marked, or that time has made. */
function statusOf(
  { records, mark, now }: DayFacts,
  shift: Shift | null,
  it: { late: boolean; early: boolean; open: boolean; workedMs: number },
): DayStatus | null {
  if (mark?.status && mark.setBy !== null) return mark.status;
  if (records.length === 0) {
    if (mark?.status) return mark.status;
    if (!shift) return null;
    return now < shift.endsAt ? 'pending' : 'absent';
  }
  if (shift && !it.open && it.workedMs < shift.halfDayMs) return 'half_day';
  if (it.late) return 'late';
  return it.early ? 'left_early' : 'present';
}

/** Where a break ends, or ends by itself at its allowance; an open one is counted to now. */
export const breakEnd = ({ endAt, dueAt }: Pick<Break, 'endAt' | 'dueAt'>, now: number): number =>
  endAt ?? Math.min(now, dueAt);

/** Whether a break is going on. It ends at its allowance for every screen at the same moment, before the job has written it down. */
export const isOn = ({ endAt, dueAt }: Pick<Break, 'endAt' | 'dueAt'>, now: number): boolean =>
  endAt === null && now < dueAt;

/** Overtime in whole steps, rounded down (a setting). */
export const roundedDown = (ms: number, stepMinutes: number): number =>
  Math.floor(ms / (stepMinutes * 60_000)) * stepMinutes * 60_000;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
