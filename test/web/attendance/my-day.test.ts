import { describe, expect, it } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { DayPlan, Shift } from '$contract/schedules/schedules';
import { noPlan } from '$contract/schedules/plan';
import { datesOf } from '$lib/attendance/dates';
import { outlook, type Plan } from '$lib/attendance/outlook';
import { allowancesOf } from '$lib/attendance/allowances';
import { countdown, Times } from '$lib/times';

const at = (iso: string) => Date.parse(iso);
const MINUTE = 60_000;
const times = new Times('Europe/Berlin');

const shift = (from: string, to: string): Shift => ({
  startsAt: at(from),
  endsAt: at(to),
  lateAfter: at(from) + 5 * MINUTE,
  earlyBefore: at(to),
  plannedMs: at(to) - at(from),
  halfDayMs: 240 * MINUTE,
});
const day = shift('2026-06-10T08:00+02:00', '2026-06-10T16:30+02:00');
const lastNight = shift('2026-06-09T22:00+02:00', '2026-06-10T06:00+02:00');
const tomorrow = shift('2026-06-11T00:30+02:00', '2026-06-11T08:00+02:00');

const of = (...shifts: Shift[]): DayPlan => ({ ...noPlan, shifts });

const record = (id: string, from: string, to: string | null, it: Partial<AttendanceRecord> = {}) => ({
  id,
  personId: 'ben',
  workDate: from.slice(0, 10),
  zone: 'Europe/Berlin',
  inAt: at(from),
  outAt: to === null ? null : at(to),
  auto: false,
  corrected: false,
  photo: null,
  ...it,
});
const pause = (recordId: string, from: string, minutes: number, it: Partial<Break> = {}): Break => ({
  id: `${recordId} ${from}`,
  recordId,
  personId: 'ben',
  kind: 'meal',
  auto: false,
  startAt: at(from),
  endAt: at(from) + minutes * MINUTE,
  dueAt: at(from) + 45 * MINUTE,
  ...it,
});

describe('the button of a person who is not in', () => {
  const says = (plan: Partial<Plan>, now: string, been: string[] = []) =>
    outlook(
      { plans: {}, holidays: {}, ...plan },
      { today: now.slice(0, 10), now: at(now), times, been: (date) => been.includes(date) },
    );
  const today = { plans: { '2026-06-10': of(day) } };

  it.each([
    ['2026-06-10T07:35+02:00', '08:00–16:30, in 25 min'],
    ['2026-06-10T07:59:30+02:00', '08:00–16:30, in 1 min'],
    ['2026-06-10T05:00+02:00', '08:00–16:30, in 3 h 00 min'],
    ['2026-06-10T08:04+02:00', '08:00–16:30, since 4 min'],
    ['2026-06-10T08:06+02:00', '08:00–16:30, late since 08:05'],
    ['2026-06-10T16:30+02:00', 'Your shift 08:00–16:30 is over'],
  ])('at %s reads “%s”', (now, words) => {
    expect(says(today, now)).toBe(words);
  });

  it('shows last night’s shift until it ends, and a shift soon after midnight', () => {
    const plan = { plans: { '2026-06-09': of(lastNight), '2026-06-11': of(tomorrow) } };
    expect(says(plan, '2026-06-10T01:00+02:00')).toBe('22:00–06:00, late since 22:05');
    expect(says(plan, '2026-06-10T12:00+02:00')).toBe('You are not checked in');
    expect(says(plan, '2026-06-10T22:30+02:00')).toBe('00:30–08:00, in 2 h 00 min');
  });

  it('shows the shift’s end once the person has been in', () => {
    expect(says(today, '2026-06-10T12:00+02:00', ['2026-06-10'])).toBe('Your shift ends at 16:30');
  });

  it('shows the holiday, a day off, or that there is no plan', () => {
    const now = '2026-06-10T12:00+02:00';
    const plans: Plan['plans'] = { '2026-06-10': { ...noPlan, off: 'day_off' } };
    expect(says({ holidays: { '2026-06-10': 'Corpus Christi' } }, now)).toBe('Holiday: Corpus Christi');
    expect(says({ plans }, now)).toBe('Day off');
    expect(says({}, now)).toBe('You are not checked in');
  });
});

describe('a person’s dates', () => {
  const facts = {
    from: '2026-06-07',
    to: '2026-06-10',
    now: at('2026-06-10T12:00+02:00'),
    marks: {},
    plan: { plans: { '2026-06-10': of(day) }, holidays: {} },
    records: [],
    breaks: [],
  };

  it('are listed newest first, with their records in order and their breaks', () => {
    const records = [
      record('b', '2026-06-09T13:00+02:00', '2026-06-09T17:00+02:00'),
      record('c', '2026-06-10T08:00+02:00', null),
      record('a', '2026-06-09T08:00+02:00', '2026-06-09T12:00+02:00'),
    ];
    const breaks = [pause('a', '2026-06-09T10:00+02:00', 15)];
    const dates = datesOf({ ...facts, records, breaks });
    expect(dates.map((it) => [it.date, it.records.map(({ id }) => id), it.breaks.length])).toEqual([
      ['2026-06-10', ['c'], 0],
      ['2026-06-09', ['a', 'b'], 1],
    ]);
    expect(dates[1]).toMatchObject({ workedMs: (8 * 60 - 15) * MINUTE, status: 'present' });
  });

  it('are left out without records, and kept if the person was absent or marked', () => {
    const plan = { ...facts.plan, plans: { '2026-06-09': of(lastNight) } };
    const mark = {
      personId: 'ben',
      workDate: '2026-06-08',
      status: 'on_leave',
      setBy: 'ana',
      at: 1,
      countsEarly: false,
    } as const;
    const dates = datesOf({ ...facts, plan, marks: { '2026-06-08': mark } });
    expect(dates.map(({ date, status }) => [date, status])).toEqual([
      ['2026-06-09', 'absent'],
      ['2026-06-08', 'on_leave'],
    ]);
  });

  it('count an overdue record to its assumed end', () => {
    const [dueAt, dueOut] = [at('2026-06-09T22:30+02:00'), at('2026-06-09T17:30+02:00')];
    const records = [record('a', '2026-06-09T08:00+02:00', null, { dueAt, dueOut })];
    expect(datesOf({ ...facts, records })[0]).toMatchObject({ workedMs: 9.5 * 60 * MINUTE });
  });
});

it('an allowance is the time left of a kind, also during a running break', () => {
  const kinds = [
    { kind: 'meal', name: 'Meal', minutes: 45 },
    { kind: 'rest', name: 'Rest', minutes: 20 },
  ];
  const start = '2026-06-10T12:00+02:00';
  const left = (breaks: Break[], now: string) =>
    allowancesOf(kinds, breaks, at(now)).map((it) => it.left / MINUTE);
  expect(left([], start)).toEqual([45, 20]);
  expect(left([pause('a', start, 30)], '2026-06-10T13:00+02:00')).toEqual([15, 20]);
  expect(left([pause('a', start, 0, { endAt: null })], '2026-06-10T12:10+02:00')).toEqual([35, 20]);
  expect(left([pause('a', start, 0, { endAt: null })], '2026-06-10T14:00+02:00')).toEqual([0, 20]);
});

it.each([
  [0, '0:00'],
  [9_000, '0:09'],
  [761_000, '12:41'],
  [3_729_000, '1:02:09'],
])('%s ms are counted down as %s', (ms, words) => expect(countdown(ms)).toBe(words));
