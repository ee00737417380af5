/** The board's rows, counts and feed, computed from lists. */
import { describe, expect, it } from 'vitest';
import type { AttendanceRecord, Break, Mark } from '$contract/attendance/attendance';
import { isOnBoard } from '$contract/attendance/board';
import { byName } from '$contract/search-key';
import type { DayPlan } from '$contract/schedules/schedules';
import { noPlan } from '$contract/schedules/plan';
import { arrivalsOf, countsOf, type Facts, feedOf, rowsOf } from '$lib/attendance/rows';
import { beyond, overrunOf } from '$lib/attendance/overrun';
import { Times } from '$lib/times';

/** Minutes: days are computed in whole ones. */
const M = 60_000;
const DATE = '2026-06-10';

const person = (id: string, name: string) => ({
  id,
  name,
  department: null,
  position: null,
  category: null,
  photo: null,
});
const record = (
  id: string,
  personId: string,
  inAt: number,
  outAt: number | null = null,
  it: Partial<AttendanceRecord> = {},
): AttendanceRecord => ({
  id,
  personId,
  workDate: DATE,
  zone: 'Europe/Berlin',
  inAt,
  outAt,
  auto: false,
  corrected: false,
  photo: null,
  ...it,
});
const pause = (
  id: string,
  record: Pick<AttendanceRecord, 'id' | 'personId'>,
  [startAt, endAt, dueAt]: [number, number | null, number],
  it: Partial<Break> = {},
): Break => ({
  id,
  recordId: record.id,
  personId: record.personId,
  kind: 'meal',
  startAt,
  endAt,
  dueAt,
  auto: false,
  ...it,
});
const facts = (some: Partial<Facts>): Facts => ({
  records: [],
  breaks: [],
  marks: [],
  date: DATE,
  now: 60 * M,
  planOf: () => noPlan,
  carried: () => noPlan,
  ...some,
});
const shift = {
  startsAt: 10 * M,
  endsAt: 60 * M,
  lateAfter: 12 * M,
  earlyBefore: 58 * M,
  plannedMs: 50 * M,
  halfDayMs: 5 * M,
};
const onShift: DayPlan = { ...noPlan, shifts: [shift] };

const people = byName(
  [
    person('3', 'Zoë'),
    person('2', 'Łaski'),
    person('1', 'Álvarez'),
    person('4', 'Baker'),
    person('0', 'Baker'),
  ],
  ({ id }) => id,
);
const ids = people.map(({ id }) => id);

describe('the board', () => {
  it('sorts people by name as every list does, and equal names by id', () => {
    expect(ids).toEqual(['1', '0', '4', '2', '3']);
  });

  it('shows people in with an open record, on a break with a running one, and out afterwards', () => {
    const d = record('d', '3', 40 * M);
    const records = [
      record('b', '1', 50 * M),
      record('a', '1', 10 * M, 20 * M),
      record('c', '2', 10 * M, 30 * M),
      d,
    ];
    const rows = rowsOf(people, facts({ records, breaks: [pause('p', d, [45 * M, null, 90 * M])] }));
    expect(rows.map(({ presence, changedAt }) => [presence, changedAt / M])).toEqual([
      ['in', 50],
      ['none', 0],
      ['none', 0],
      ['out', 30],
      ['break', 45],
    ]);
    expect(countsOf(rows, 60 * M)).toEqual({
      people: 5,
      planned: 0,
      expected: 0,
      in: 2,
      break: 1,
      out: 1,
      none: 2,
      late: 0,
      absent: 0,
      pastEnd: 0,
      unconfirmed: 0,
      arrivedLately: 3,
    });
    expect(feedOf(rows, (kind) => kind).map(({ id }) => id)).toEqual(
      'b in,p break,d in,c out,a out,c in,a in'.split(','),
    );
  });

  it('ends a break at its allowance, before the server has written it', () => {
    const d = record('d', '3', 40 * M);
    const it = { records: [d], breaks: [pause('p', d, [45 * M, null, 60 * M])] };
    const at = (now: number) => rowsOf(people, facts({ ...it, now: now * M })).find(({ id }) => id === '3');
    const on = at(59);
    expect(on).toMatchObject({ presence: 'break', day: { workedMs: 5 * M, breakMs: 14 * M } });
    expect(on?.overdueBreak).toBeUndefined();
    expect(at(60)).toMatchObject({ presence: 'in', overdueBreak: { id: 'p' } });
    expect(at(80)).toMatchObject({ presence: 'in', day: { workedMs: 25 * M, breakMs: 15 * M } });
  });

  it('shows a person as overdue until they end the break, start another break or leave', () => {
    const d = record('d', '3', 40 * M);
    const spent = pause('p', d, [45 * M, 60 * M, 60 * M], { auto: true });
    const overdue = (record: AttendanceRecord, ...breaks: Break[]) =>
      rowsOf(people, facts({ records: [record], breaks, now: 90 * M })).at(-1)?.overdueBreak?.id;
    expect(overdue(d, spent)).toBe('p');
    expect(overdue(d, { ...spent, endAt: 80 * M, auto: false })).toBeUndefined();
    expect(overdue(d, spent, pause('q', d, [70 * M, null, 120 * M]))).toBeUndefined();
    expect(overdue({ ...d, outAt: 85 * M }, spent)).toBeUndefined();
    expect(overrunOf({ ...spent, endAt: 80 * M, auto: false })).toBe(20 * M);
    expect(overrunOf(spent)).toBe(0);
  });

  it('counts the minutes over as the difference of the times shown', () => {
    // 12:00:50 to 12:37:10 with 20 minutes: shown as 12:00–12:37 and 37 min.
    const long = { startAt: 50_000, dueAt: 20 * M + 50_000, endAt: 37 * M + 10_000, auto: false };
    expect(overrunOf(long)).toBe(17 * M);
    expect(beyond(long.dueAt, long.endAt)).toBe(17 * M);
  });

  it('takes the day’s status from the shift, and a supervisor’s mark before it', () => {
    const it = {
      planOf: (id: string) => (id === '3' || id === '0' ? noPlan : onShift),
      records: [record('a', '1', 13 * M), record('c', '2', 10 * M, 20 * M)],
    };
    const mark: Mark = {
      personId: '3',
      workDate: DATE,
      status: 'on_leave',
      note: null,
      setBy: '9',
      at: 1,
      countsEarly: false,
    };
    const statuses = (now: number, marks: Mark[] = []) =>
      rowsOf(people, facts({ ...it, now: now * M, marks })).map(({ day }) => day.status);
    expect(statuses(50)).toEqual(['late', null, 'pending', 'left_early', null]);
    expect(statuses(61, [mark])).toEqual(['late', null, 'absent', 'left_early', 'on_leave']);
    const counts = (now: number) => countsOf(rowsOf(people, facts({ ...it, now: now * M })), now * M);
    expect(counts(50)).toMatchObject({ planned: 3, expected: 1, late: 1, absent: 0 });
    expect(counts(61)).toMatchObject({ planned: 3, expected: 0, late: 1, absent: 1 });
  });

  it('counts all work on a holiday as overtime, as reports do', () => {
    const holiday: DayPlan = { ...onShift, off: 'holiday' };
    const [row] = rowsOf(
      people,
      facts({ records: [record('a', '1', 20 * M, 50 * M)], planOf: () => holiday }),
    );
    expect(row?.day).toMatchObject({ status: 'present', overtimeMs: 30 * M, lateMs: 0 });
  });

  it('shows people past their shift’s end, and assumed check-outs, by the clock alone', () => {
    const records = [
      record('a', '1', 10 * M, null, { dueOut: 60 * M, dueAt: 120 * M }),
      record('c', '2', 10 * M, 60 * M, { auto: true, unconfirmed: true }),
      record('d', '3', 10 * M, null, { dueOut: null, dueAt: 900 * M }),
    ];
    const at = (now: number) => rowsOf(people, facts({ records, now: now * M }));
    const counted = (now: number) => {
      const { pastEnd, unconfirmed } = countsOf(at(now), now * M);
      return { pastEnd, unconfirmed };
    };
    expect(counted(59)).toEqual({ pastEnd: 0, unconfirmed: 1 });
    expect(counted(60)).toEqual({ pastEnd: 1, unconfirmed: 1 });
    expect(at(60).map(({ pastEnd, unconfirmed }) => [pastEnd, unconfirmed])).toEqual([
      [60 * M, false],
      [undefined, false],
      [undefined, false],
      [undefined, true],
      [undefined, false],
    ]);
  });

  it('computes a person who is still in from last night with that night’s plan', () => {
    const night = record('n', '1', 13 * M, null, { workDate: '2026-06-09' });
    const tonight = { ...shift, startsAt: 90 * M, endsAt: 150 * M, lateAfter: 91 * M };
    const [row] = rowsOf(
      people,
      facts({
        records: [night],
        planOf: () => ({ ...noPlan, shifts: [tonight] }),
        carried: () => onShift,
      }),
    );
    expect(row).toMatchObject({ presence: 'in', shift, day: { status: 'late' } });
  });

  it('is the same for any order of events', () => {
    const b = record('b', '1', 50 * M);
    const records = [record('a', '1', 10 * M, 20 * M), b, record('c', '2', 10 * M, 30 * M)];
    const breaks = [pause('p', b, [52 * M, 55 * M, 90 * M]), pause('q', b, [57 * M, null, 90 * M])];
    expect(rowsOf(people, facts({ records: records.toReversed(), breaks: breaks.toReversed() }))).toEqual(
      rowsOf(people, facts({ records, breaks })),
    );
  });

  it('has the records of its date, and today also open ones of earlier dates', () => {
    const night = { ...record('n', '1', 1), workDate: '2026-06-09' };
    expect(isOnBoard(night, '2026-06-10', '2026-06-10')).toBe(true);
    expect(isOnBoard({ ...night, outAt: 5 }, '2026-06-10', '2026-06-10')).toBe(false);
    expect(isOnBoard(night, '2026-06-10', '2026-06-11')).toBe(false);
    expect(isOnBoard({ ...night, outAt: 5 }, '2026-06-09', '2026-06-10')).toBe(true);
  });
});

describe('arrivals', () => {
  const times = new Times('Europe/Berlin');

  it('are counted by the quarter hour of the workplace’s clock', () => {
    const at = (clock: string) => Date.parse(`2026-06-10T${clock}+02:00`);
    const bars = arrivalsOf(
      [record('a', '1', at('08:59')), record('b', '2', at('09:00')), record('c', '3', at('09:14'))],
      '2026-06-10',
      times,
    );
    expect(bars.filter(({ value }) => value > 0)).toEqual([
      { label: '08:45', value: 1 },
      { label: '09:00', value: 2 },
    ]);
    expect(bars[0]?.label).toBe('07:00');
  });

  it('of a day of 25 hours have each of its two o’clocks', () => {
    const both = ['2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00'].map((iso, n) =>
      record(String(n), String(n), Date.parse(iso)),
    );
    const bars = arrivalsOf(both, '2026-10-25', times);
    expect(bars.filter(({ label }) => label === '02:30').map(({ value }) => value)).toEqual([1, 1]);
  });
});
