import { describe, expect, it } from 'vitest';
import { type DayFacts, dayOf, type DayOutcome, roundedDown, weeklyOvertime } from '$contract/attendance/day';
import type { DayRules } from '$contract/schedules/schedules';
import { at, breakAt, byAna, HOUR, MINUTE, quiet, record, rules } from './shifts';

describe('the payroll rules', () => {
  const halfHour = { ...rules, breakDeductions: [{ afterMinutes: 360, minutes: 30 }] };
  const both = {
    ...rules,
    breakDeductions: [...halfHour.breakDeductions, { afterMinutes: 540, minutes: 45 }],
  };
  const fromStart: DayRules = { ...rules, earlyArrival: 'from_start' };
  const sick = { startsAt: at('08:00'), endsAt: at('12:00') };

  it.each<[string, Partial<DayFacts>, Partial<DayOutcome>]>([
    [
      'deduct the half hour that was not tapped from 8:30 of presence',
      { rules: halfHour, records: [record(at('08:00'), at('16:30'))] },
      { spanMs: 8.5 * HOUR, deductedMs: 0.5 * HOUR, workedMs: 8 * HOUR, overtimeMs: 0 },
    ],
    [
      'deduct only what is missing of a break',
      {
        rules: halfHour,
        records: [record(at('08:00'), at('16:30'))],
        breaks: [breakAt(at('12:00'), at('12:20'))],
      },
      { breakMs: 20 * MINUTE, deductedMs: 10 * MINUTE, workedMs: 8 * HOUR },
    ],
    [
      'never push the work below the threshold: 6:10 becomes 6:00',
      { rules: halfHour, records: [record(at('08:00'), at('14:10'))] },
      { deductedMs: 10 * MINUTE, workedMs: 6 * HOUR },
    ],
    [
      'count a gap between two records as taken',
      { rules: halfHour, records: [record(at('08:00'), at('12:00')), record(at('12:40'), at('16:40'))] },
      { spanMs: 8 * HOUR, deductedMs: 0, workedMs: 8 * HOUR },
    ],
    [
      'take the largest of two deductions',
      { rules: both, records: [record(at('07:00'), at('16:50'))] },
      { deductedMs: 45 * MINUTE, workedMs: 9 * HOUR + 5 * MINUTE },
    ],
    [
      'leave out an early arrival where work counts from the shift’s start',
      { rules: fromStart, records: [record(at('07:00'), at('16:30'))] },
      { spanMs: 9.5 * HOUR, uncountedMs: HOUR, workedMs: 8.5 * HOUR, overtimeMs: 0.5 * HOUR },
    ],
    [
      'count all of a day by a supervisor’s mark',
      {
        rules: fromStart,
        records: [record(at('07:00'), at('16:30'))],
        mark: { ...byAna(null), countsEarly: true },
      },
      { uncountedMs: 0, workedMs: 9.5 * HOUR },
    ],
    [
      'count the time beyond a break’s allowance as a break',
      {
        records: [record(at('08:00'), at('16:30'))],
        breaks: [breakAt(at('12:00'), at('12:50'), at('12:20'))],
      },
      { breakMs: 50 * MINUTE, workedMs: 7 * HOUR + 40 * MINUTE },
    ],
    [
      'count the time beyond a break’s allowance as work where a setting says so',
      {
        rules: { ...rules, overlongBreak: 'allowance' },
        records: [record(at('08:00'), at('16:30'))],
        breaks: [breakAt(at('12:00'), at('12:50'), at('12:20'))],
      },
      { breakMs: 20 * MINUTE, workedMs: 8 * HOUR + 10 * MINUTE },
    ],
    [
      'cut every tap to its minute first',
      { records: [record(at('08:00') + 59_999, at('15:59') + 1)] },
      { spanMs: 7 * HOUR + 59 * MINUTE, workedMs: 7 * HOUR + 59 * MINUTE },
    ],
    [
      'clip lateness, target and half day by a half day off',
      { absences: [sick], records: [record(at('12:03'), at('16:30'))] },
      { status: 'present', lateMs: 0, overtimeMs: 27 * MINUTE },
    ],
    [
      'make work on leave never late, and flag it',
      { mark: byAna('on_leave'), records: [record(at('13:00'), at('17:00'))] },
      { status: 'on_leave', lateMs: 0, earlyMs: 0, overtimeMs: 4 * HOUR, workedOnLeave: true },
    ],
  ])('%s', (_what, facts, outcome) => {
    expect(dayOf({ ...quiet, ...facts })).toMatchObject(outcome);
  });

  it('add a week’s overtime beyond that of its days, and never less than zero', () => {
    const days = [9, 9, 9, 9, 6].map((hours) => ({ workedMs: hours * HOUR, overtimeMs: (hours - 8) * HOUR }));
    const five = days.map((it) => ({ ...it, overtimeMs: Math.max(0, it.overtimeMs) }));
    expect(weeklyOvertime(five, 36 * HOUR)).toBe(2 * HOUR);
    expect(weeklyOvertime(five, 40 * HOUR)).toBe(0);
    expect(weeklyOvertime(five, null)).toBe(0);
  });
});

it('overtime counts in whole steps, rounded down', () => {
  expect([14, 15, 29, 30].map((minutes) => roundedDown(minutes * MINUTE, 15) / MINUTE)).toEqual([
    0, 15, 15, 30,
  ]);
  expect(roundedDown(5 * MINUTE - 1, 1)).toBe(4 * MINUTE);
});
