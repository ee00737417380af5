import { describe, expect, it } from 'vitest';
import { isOnBoard, type Mark } from '$contract/attendance';
import { arrivalsOf, countsOf, type Facts, feedOf, inOrder, rowsOf } from '$lib/attendance/rows';
import { Times } from '$lib/times';

const person = (id: string, name: string) => ({
  id,
  name,
  department: null,
  position: null,
  category: null,
  photo: null,
});
const record = (id: string, personId: string, inAt: number, outAt: number | null = null) => ({
  id,
  personId,
  workDate: '2026-06-10',
  zone: 'Europe/Berlin',
  inAt,
  outAt,
  auto: false,
  corrected: false,
  photo: null,
});

const pause = (
  id: string,
  recordId: string,
  personId: string,
  startAt: number,
  endAt: number | null,
  dueAt: number,
) => ({
  ...{ id, recordId, personId, kind: 'meal', startAt, endAt, dueAt },
  auto: false,
});
const facts = (some: Partial<Facts>): Facts => ({
  ...{ records: [], breaks: [], marks: [], date: '2026-06-10', now: 60 },
  expected: () => null,
  carried: () => null,
  ...some,
});

const people = inOrder([person('3', 'Zoë'), person('2', 'ana'), person('1', 'Ana'), person('4', 'Émile')]);

describe('the board', () => {
  it('puts everybody by name, namesakes by id, whatever order they came in', () => {
    expect(people.map(({ id }) => id)).toEqual(['1', '2', '4', '3']);
  });

  it('says of each where they stand: in if any stay is open, on a break, out if they have been', () => {
    const records = [
      record('b', '1', 50),
      record('a', '1', 10, 20),
      record('c', '2', 10, 30),
      record('d', '3', 40),
    ];
    const rows = rowsOf(people, facts({ records, breaks: [pause('p', 'd', '3', 45, null, 90)] }));
    expect(rows.map(({ presence, changedAt }) => [presence, changedAt])).toEqual([
      ['in', 50],
      ['out', 30],
      ['none', 0],
      ['break', 45],
    ]);
    expect(countsOf(rows, 60)).toEqual({
      ...{ people: 4, expected: 0, in: 2, break: 1, out: 1, none: 1 },
      ...{ late: 0, absent: 0, arrivedLately: 3 },
    });
    expect(feedOf(rows, (kind) => kind).map(({ id }) => id)).toEqual([
      ...['b in', 'p break', 'd in', 'c out', 'a out', 'c in', 'a in'],
    ]);
  });

  it('lets a break end for everybody at its allowance, before anything has been written down', () => {
    const it = { records: [record('d', '3', 40)], breaks: [pause('p', 'd', '3', 45, null, 60)] };
    const at = (now: number) => rowsOf(people, facts({ ...it, now })).find(({ id }) => id === '3');
    expect(at(59)).toMatchObject({ presence: 'break', day: { workedMs: 5, breakMs: 14 } });
    expect(at(60)).toMatchObject({ presence: 'in', day: { workedMs: 5, breakMs: 15 } });
    expect(at(80)).toMatchObject({ presence: 'in', day: { workedMs: 25, breakMs: 15 } });
  });

  it('judges a day by the shift, and a supervisor’s word above that', () => {
    const shift = { startsAt: 10, endsAt: 60, lateAfter: 12, earlyBefore: 58, plannedMs: 50, halfDayMs: 5 };
    const it = {
      expected: (id: string) => (id === '4' ? null : shift),
      records: [record('a', '1', 13), record('c', '2', 10, 20)],
    };
    const mark = {
      personId: '3',
      workDate: '2026-06-10',
      status: 'on_leave',
      note: null,
      setBy: '9',
      at: 1,
    } as const;
    const statuses = (now: number, marks: Mark[] = []) =>
      rowsOf(people, facts({ ...it, now, marks })).map(({ day }) => day.status);
    expect(statuses(50)).toEqual(['late', 'left_early', null, 'pending']);
    expect(statuses(61, [mark])).toEqual(['late', 'left_early', null, 'on_leave']);
    const counts = countsOf(rowsOf(people, facts({ ...it, now: 61 })), 61);
    expect(counts).toMatchObject({ expected: 3, late: 1, absent: 1 });
  });

  it('tells whoever is still in from last night by that night’s shift', () => {
    const night = { ...record('n', '1', 5), workDate: '2026-06-09' };
    const last = { startsAt: 4, endsAt: 60, lateAfter: 4, earlyBefore: 58, plannedMs: 50, halfDayMs: 5 };
    const tonight = { ...last, startsAt: 90, endsAt: 150, lateAfter: 91 };
    const [row] = rowsOf(people, facts({ records: [night], expected: () => tonight, carried: () => last }));
    expect(row).toMatchObject({ presence: 'in', shift: last, day: { status: 'late' } });
  });

  it('is the same for any order of events', () => {
    const records = [record('a', '1', 10, 20), record('b', '1', 50), record('c', '2', 10, 30)];
    const breaks = [pause('p', 'b', '1', 52, 55, 90), pause('q', 'b', '1', 57, null, 90)];
    expect(rowsOf(people, facts({ records: records.toReversed(), breaks: breaks.toReversed() }))).toEqual(
      rowsOf(people, facts({ records, breaks })),
    );
  });

  it('holds the records of its date, and today those still open from before', () => {
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
