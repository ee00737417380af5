/** Shifts, records and breaks of a day in Berlin, as the facts of `dayOf`. */
import type { DayStatus } from '$contract/attendance/attendance';
import type { DayFacts } from '$contract/attendance/day';
import type { DayRules, Shift } from '$contract/schedules/schedules';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A Wednesday in summer, in Berlin's time. */
export const at = (time: string, date = '2026-06-10', offset = '+02:00') =>
  Date.parse(`${date}T${time}${offset}`);

/** 08:00 to 16:30, half an hour of it unpaid; five minutes of grace, ten minutes early at the end are allowed, under four hours is half a day. */
export const day: Shift = {
  startsAt: at('08:00'),
  endsAt: at('16:30'),
  lateAfter: at('08:05'),
  earlyBefore: at('16:20'),
  plannedMs: 8 * HOUR,
  halfDayMs: 4 * HOUR,
};
/** 22:00 to 06:00, all of it planned, on a night that may be an hour shorter or longer. */
const night = (startsAt: number, endsAt: number): Shift => ({
  startsAt,
  endsAt,
  lateAfter: startsAt + 5 * MINUTE,
  earlyBefore: endsAt,
  plannedMs: endsAt - startsAt,
  halfDayMs: 4 * HOUR,
});
export const forward = night(at('22:00', '2026-03-28', '+01:00'), at('06:00', '2026-03-29', '+02:00'));
export const back = night(at('22:00', '2026-10-24', '+02:00'), at('06:00', '2026-10-25', '+01:00'));

export const record = (inAt: number, outAt: number | null = null) => ({ inAt, outAt });
export const breakAt = (startAt: number, endAt: number | null, dueAt = endAt ?? startAt + 45 * MINUTE) => ({
  startAt,
  endAt,
  dueAt,
});
export const meal = breakAt(at('12:00'), at('12:30'));
export const byAna = (status: DayStatus | null) => ({ status, setBy: 'ana' });
export const byJob = (status: DayStatus) => ({ status, setBy: null });

export const rules: DayRules = { breakDeductions: [], earlyArrival: 'counts', overlongBreak: 'as_taken' };
export const quiet: DayFacts = {
  shifts: [day],
  off: null,
  absences: [],
  rules,
  records: [],
  breaks: [],
  mark: null,
  now: at('20:00'),
};
