import { describe, expect, it } from 'vitest';
import { breakEnd, type DayFacts, dayOf, type DayOutcome, isOn } from '$contract/attendance/day';
import { at, back, breakAt, byAna, byJob, day, forward, HOUR, meal, MINUTE, quiet, record } from './shifts';

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
