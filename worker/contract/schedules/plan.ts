/** What a plan means for taps, without the schemas of plans, which phones need not load. */
import type { DayPlan } from './schedules';

/** After this long a record closes by itself, and a check-out no longer ends it. */
export const LONGEST_TAP_MS = 16 * 3_600_000;
/** A check-in at most this long before a shift is for that shift; a check-out then no longer ends an earlier record. */
export const BEFORE_SHIFT_MS = 4 * 3_600_000;

/** Not expected, and all work counts. */
export const noPlan: DayPlan = {
  shifts: [],
  off: null,
  absences: [],
  rules: { breakDeductions: [], earlyArrival: 'counts', overlongBreak: 'as_taken' },
};
