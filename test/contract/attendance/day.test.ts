import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayStatus } from '$contract/attendance/attendance';
import {
  breakEnd,
  type DayFacts,
  dayOf,
  type DayOutcome,
  isOn,
  roundedDown,
  weeklyOvertime,
} from '$contract/attendance/day';
import type { DayRules, Shift } from '$contract/schedules/schedules';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Wednesday in summer, in Berlin's time. */
const at = (time: string, date = '2026-06-10', offset = '+02:00') => Date.parse(`${date}T${time}${offset}`);

/** 08:00 to 16:30, half an hour of it unpaid; five minutes of grace, ten minutes early at the end are allowed, under four hours is half a day. */
const day: Shift = {
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
const forward = night(at('22:00', '2026-03-28', '+01:00'), at('06:00', '2026-03-29', '+02:00'));
const back = night(at('22:00', '2026-10-24', '+02:00'), at('06:00', '2026-10-25', '+01:00'));

const record = (inAt: number, outAt: number | null = null) => ({ inAt, outAt });
const breakAt = (startAt: number, endAt: number | null, dueAt = endAt ?? startAt + 45 * MINUTE) => ({
  startAt,
  endAt,
  dueAt,
});
const meal = breakAt(at('12:00'), at('12:30'));
const byAna = (status: DayStatus | null) => ({ status, setBy: 'ana' });
const byJob = (status: DayStatus) => ({ status, setBy: null });

const rules: DayRules = { breakDeductions: [], earlyArrival: 'counts', overlongBreak: 'as_taken' };
const quiet: DayFacts = {
  shifts: [day],
  off: null,
  absences: [],
  rules,
  records: [],
  breaks: [],
  mark: null,
  now: at('20:00'),
};

describe('a day', () => {
  it.each<[string, Partial<DayFacts>, Partial<DayOutcome>]>([
    [
      'on time, meal taken',
      { records: [record(at('08:00'), at('16:30'))], breaks: [meal] },
      {
        status: 'present',
        spanMs: 8.5 * HOUR,
        breakMs: 0.5 * HOUR,
        workedMs: 8 * HOUR,
        overtimeMs: 0,
        lateMs: 0,
        earlyMs: 0,
        open: false,
      },
    ],
    [
      'in the last minute of grace',
      { records: [record(at('08:05') + 59_999, at('16:30'))] },
      { status: 'present', lateMs: 0 },
    ],
    [
      'a minute after the grace, late from the shift’s start',
      { records: [record(at('08:06'), at('16:30'))] },
      { status: 'late', lateMs: 6 * MINUTE },
    ],
    [
      'late and still in',
      { records: [record(at('08:20'))], now: at('09:00') },
      { status: 'late', lateMs: 20 * MINUTE, open: true },
    ],
    [
      'left at the last moment that is not early',
      { records: [record(at('08:00'), at('16:20'))] },
      { status: 'present', earlyMs: 0 },
    ],
    [
      'left a minute before that',
      { records: [record(at('08:00'), at('16:19'))] },
      { status: 'left_early', earlyMs: 11 * MINUTE },
    ],
    [
      'late and left early: the status is late, both are counted',
      { records: [record(at('09:00'), at('16:00'))] },
      { status: 'late', lateMs: HOUR, earlyMs: 0.5 * HOUR },
    ],
    [
      'half a day',
      { records: [record(at('08:00'), at('11:59'))] },
      { status: 'half_day', workedMs: 4 * HOUR - MINUTE },
    ],
    [
      'half a day, late too',
      { records: [record(at('13:30'), at('16:30'))] },
      { status: 'half_day', lateMs: 5.5 * HOUR },
    ],
    [
      'exactly four hours: not half a day any more',
      { records: [record(at('08:00'), at('12:00'))] },
      { status: 'left_early' },
    ],
    [
      'breaks count against the half day',
      { records: [record(at('08:00'), at('12:15'))], breaks: [breakAt(at('10:00'), at('10:30'))] },
      { status: 'half_day' },
    ],
    [
      'three hours in and still there is no half day yet',
      { records: [record(at('08:00'))], now: at('11:00') },
      { status: 'present', overtimeMs: 0 },
    ],
    ['pending before the shift', { now: at('06:00') }, { status: 'pending', spanMs: 0 }],
    ['pending to the shift’s last millisecond', { now: at('16:30') - 1 }, { status: 'pending' }],
    ['absent when the shift is over', { now: at('16:30') }, { status: 'absent', workedMs: 0, open: false }],
    [
      'overtime',
      { records: [record(at('07:00'), at('18:00'))], breaks: [meal] },
      { status: 'present', overtimeMs: 2.5 * HOUR },
    ],
    [
      'no overtime while it still goes on',
      { records: [record(at('06:00'))], now: at('19:00') },
      { overtimeMs: 0 },
    ],
    [
      'a holiday worked: all of it is overtime, and none of it late',
      { off: 'holiday', records: [record(at('11:00'), at('14:00'))] },
      { status: 'present', overtimeMs: 3 * HOUR, lateMs: 0, earlyMs: 0 },
    ],
    ['a holiday', { shifts: [], off: 'holiday' }, { status: null }],
    [
      'a day off worked',
      { shifts: [], off: 'day_off', records: [record(at('11:00'), at('12:00'))] },
      { status: 'present', overtimeMs: HOUR },
    ],
    ['a day off', { shifts: [], off: 'day_off' }, { status: null, overtimeMs: 0 }],
    [
      'no schedule: present, and never overtime',
      { shifts: [], records: [record(at('05:00'), at('19:00'))] },
      { status: 'present', overtimeMs: 0, lateMs: 0, earlyMs: 0 },
    ],
    ['no schedule and not there', { shifts: [] }, { status: null }],
    [
      'two records: the time between is not counted',
      { records: [record(at('08:00'), at('12:00')), record(at('13:00'), at('16:30'))] },
      { status: 'present', spanMs: 7.5 * HOUR, breakMs: 0, workedMs: 7.5 * HOUR },
    ],
    [
      'gone after the first of two records: early, until they are back',
      { records: [record(at('08:00'), at('12:00'))], now: at('12:30') },
      { status: 'left_early' },
    ],
    [
      'back for a second record that is open',
      { records: [record(at('08:00'), at('12:00')), record(at('13:00'))], now: at('14:00') },
      { status: 'present', spanMs: 5 * HOUR, earlyMs: 0, open: true },
    ],
    [
      'on a break: work does not grow',
      { records: [record(at('08:00'))], breaks: [breakAt(at('12:00'), null)], now: at('12:20') },
      { workedMs: 4 * HOUR, breakMs: 20 * MINUTE },
    ],
    [
      'a break at its allowance',
      { records: [record(at('08:00'))], breaks: [breakAt(at('12:00'), null)], now: at('12:45') },
      { workedMs: 4 * HOUR, breakMs: 45 * MINUTE },
    ],
    [
      'a break past its allowance, before the job has ended it',
      { records: [record(at('08:00'))], breaks: [breakAt(at('12:00'), null)], now: at('13:00') },
      { workedMs: 4.25 * HOUR, breakMs: 45 * MINUTE },
    ],
    ['excused by a supervisor', { mark: byAna('excused') }, { status: 'excused', workedMs: 0 }],
    ['on leave', { mark: byAna('on_leave'), now: at('07:00') }, { status: 'on_leave' }],
    ['on leave without a shift', { shifts: [], mark: byAna('on_leave') }, { status: 'on_leave' }],
    [
      'a supervisor’s status overrides the records, whose times still count',
      { records: [record(at('09:00'), at('16:30'))], mark: byAna('present') },
      { status: 'present', lateMs: HOUR, workedMs: 7.5 * HOUR },
    ],
    [
      'a supervisor’s note alone changes nothing',
      { records: [record(at('09:00'), at('16:30'))], mark: byAna(null) },
      { status: 'late' },
    ],
    [
      'marked absent by the job, and still expected: its mark is derived again',
      { mark: byJob('absent'), now: at('16:00') },
      { status: 'pending' },
    ],
    [
      'absent by the job, then there after all',
      { records: [record(at('15:30'))], mark: byJob('absent'), now: at('16:00') },
      { status: 'late' },
    ],
    [
      'absent by a supervisor, despite records',
      { records: [record(at('08:00'))], mark: byAna('absent') },
      { status: 'absent' },
    ],
    [
      'in and out in the same moment',
      { records: [record(at('08:00'), at('08:00'))] },
      { status: 'half_day', spanMs: 0, workedMs: 0, overtimeMs: 0 },
    ],
    [
      'the night the clocks go forward: seven hours are the whole shift',
      { shifts: [forward], records: [record(forward.startsAt, forward.endsAt)], now: forward.endsAt },
      { status: 'present', workedMs: 7 * HOUR, overtimeMs: 0 },
    ],
    [
      'the night the clocks go back: nine hours, none of them overtime',
      { shifts: [back], records: [record(back.startsAt, back.endsAt)], now: back.endsAt },
      { status: 'present', workedMs: 9 * HOUR, overtimeMs: 0 },
    ],
    [
      'eight hours of the nine of that night',
      { shifts: [back], records: [record(back.startsAt, back.startsAt + 8 * HOUR)], now: back.endsAt },
      { status: 'left_early', earlyMs: HOUR },
    ],
  ])('%s', (_what, facts, outcome) => {
    expect(dayOf({ ...quiet, ...facts })).toMatchObject(outcome);
  });

  it('without a half-day threshold is never half', () => {
    const shift = { ...day, halfDayMs: 0 };
    expect(dayOf({ ...quiet, shifts: [shift], records: [record(at('08:00'), at('08:00'))] }).status).toBe(
      'left_early',
    );
  });
});

/** Instants of one long day, in which the plan and all records lie. */
const instant = fc.nat({ max: 36 * 60 }).map((minute) => at('00:00') + minute * MINUTE);
const minutes = (most: number) => fc.nat({ max: most / MINUTE }).map((count) => count * MINUTE);

/** Records one after another, each with breaks one after another within it; the last of both may be open. */
const worked = fc
  .tuple(
    fc.uniqueArray(instant, { minLength: 2, maxLength: 24 }),
    fc.boolean(),
    fc.array(fc.nat({ max: 6 }), { minLength: 12, maxLength: 12 }),
    minutes(40 * HOUR),
  )
  .map(([instants, leaveOpen, sizes, later]) => {
    const rest = [...instants].sort((a, b) => a - b);
    const now = (rest.at(-1) as number) + later;
    const records: DayFacts['records'][number][] = [];
    const breaks: DayFacts['breaks'][number][] = [];
    for (const size of sizes) {
      const [inAt, ...inside] = rest.splice(0, 2 + size);
      const last = inside.pop();
      if (inAt === undefined || last === undefined) break;
      const open = leaveOpen && rest.length === 0;
      records.push(record(inAt, open ? null : last));
      while (inside.length > 0) {
        const startAt = inside.shift() as number;
        const endAt = inside.shift();
        if (endAt !== undefined) breaks.push(breakAt(startAt, endAt));
        else if (open) breaks.push(breakAt(startAt, null, startAt + 45 * MINUTE));
      }
    }
    return { records, breaks, now };
  });

const shift = fc
  .tuple(instant, minutes(14 * HOUR), minutes(HOUR), minutes(HOUR), minutes(6 * HOUR))
  .map(([startsAt, length, grace, early, halfDayMs]): Shift => ({
    startsAt,
    endsAt: startsAt + length,
    lateAfter: startsAt + grace,
    earlyBefore: startsAt + length - early,
    plannedMs: Math.max(0, length - 0.5 * HOUR),
    halfDayMs,
  }));

const facts: fc.Arbitrary<DayFacts> = fc
  .record({
    shifts: fc.array(shift, { maxLength: 1 }),
    absences: fc.array(
      fc.tuple(instant, minutes(5 * HOUR)).map(([startsAt, ms]) => ({ startsAt, endsAt: startsAt + ms })),
      { maxLength: 2 },
    ),
    rules: fc.record({
      breakDeductions: fc.constantFrom<DayRules['breakDeductions'][]>(
        [],
        [{ afterMinutes: 360, minutes: 30 }],
        [
          { afterMinutes: 360, minutes: 30 },
          { afterMinutes: 540, minutes: 45 },
        ],
      ),
      earlyArrival: fc.constantFrom<DayRules['earlyArrival'][]>('counts', 'from_start'),
      overlongBreak: fc.constantFrom<DayRules['overlongBreak'][]>('as_taken', 'allowance'),
    }),
    off: fc.constantFrom(null, 'holiday', 'day_off'),
    it: worked,
    mark: fc.option(
      fc.record({
        status: fc.option(fc.constantFrom(...DayStatus.options)),
        setBy: fc.constantFrom(null, 'ana'),
      }),
    ),
  })
  .map(({ it, ...plan }) => ({ ...plan, ...it }));

const runs = { numRuns: 500 };

describe('any day', () => {
  it('has worked its span less breaks, deductions and uncounted work, and no sum is negative', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const { workedMs, breakMs, deductedMs, uncountedMs, spanMs, worked, ...other } = dayOf(it);
        expect(workedMs + breakMs + deductedMs + uncountedMs).toBe(spanMs);
        expect(worked.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(workedMs);
        const rest = [other.overtimeMs, other.lateMs, other.earlyMs];
        for (const ms of [workedMs, breakMs, deductedMs, uncountedMs, spanMs, ...rest])
          expect(ms).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('does not depend on the order of its records and breaks', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const turned = { ...it, records: [...it.records].reverse(), breaks: [...it.breaks].reverse() };
        expect(dayOf(turned)).toEqual(dayOf(it));
      }),
      runs,
    );
  });

  it('has one of the eight statuses, or none if the person was neither expected nor there', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (facts, came) => {
        const it = came ? facts : { ...facts, records: [], breaks: [] };
        const { status } = dayOf(it);
        if (status === null) {
          expect(it.records).toEqual([]);
          expect(
            it.off !== null ||
              // A skipped hour can leave nothing of a shift.
              it.shifts.every(({ startsAt, endsAt }) => startsAt === endsAt) ||
              it.absences.length > 0 ||
              it.mark?.status === 'on_leave',
          ).toBe(true);
        } else expect(DayStatus.options).toContain(status);
      }),
      runs,
    );
  });

  it('never loses work or breaks as time passes; together they grow as fast as the clock', () => {
    fc.assert(
      fc.property(facts, minutes(3 * HOUR), (it, later) => {
        const plain = { ...it, rules };
        const [now, then] = [dayOf(plain), dayOf({ ...plain, now: it.now + later })];
        expect(then.workedMs).toBeGreaterThanOrEqual(now.workedMs);
        expect(then.breakMs).toBeGreaterThanOrEqual(now.breakMs);
        expect(then.spanMs - now.spanMs).toBe(now.open ? later : 0);
      }),
      runs,
    );
  });

  it('is late by more than its grace or not at all, and early likewise', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const { lateMs, earlyMs, open } = dayOf(it);
        const [shift] = it.shifts;
        if (lateMs > 0 && shift) expect(lateMs).toBeGreaterThan(shift.lateAfter - shift.startsAt);
        if (earlyMs > 0 && shift) expect(earlyMs).toBeGreaterThan(shift.endsAt - shift.earlyBefore);
        if (open) expect(earlyMs).toBe(0);
        if (it.off) expect([lateMs, earlyMs]).toEqual([0, 0]);
      }),
      runs,
    );
  });
});

describe('a break', () => {
  const open = breakAt(at('12:00'), null, at('12:45'));

  it('is on until its allowance, to the millisecond', () => {
    expect(isOn(open, at('12:45') - 1)).toBe(true);
    expect(isOn(open, at('12:45'))).toBe(false);
    expect(isOn(meal, at('12:10'))).toBe(false);
  });

  it('ends where it was ended, or at its allowance', () => {
    expect(breakEnd(open, at('12:30'))).toBe(at('12:30'));
    expect(breakEnd(open, at('14:00'))).toBe(at('12:45'));
    expect(breakEnd(meal, at('14:00'))).toBe(at('12:30'));
  });
});

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
