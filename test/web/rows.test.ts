import { describe, expect, it } from 'vitest';
import { isOnBoard } from '$contract/attendance';
import { arrivalsOf, countsOf, feedOf, inOrder, rowsOf } from '$lib/attendance/rows';
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

const people = inOrder([person('3', 'Zoë'), person('2', 'ana'), person('1', 'Ana'), person('4', 'Émile')]);

describe('the board', () => {
  it('puts everybody by name, namesakes by id, whatever order they came in', () => {
    expect(people.map(({ id }) => id)).toEqual(['1', '2', '4', '3']);
  });

  it('says of each where they stand: in if any stay is open, out if they have been', () => {
    const rows = rowsOf(people, [record('b', '1', 50), record('a', '1', 10, 20), record('c', '2', 10, 30)]);
    expect(rows.map(({ presence, changedAt }) => [presence, changedAt])).toEqual([
      ['in', 50],
      ['out', 30],
      ['none', 0],
      ['none', 0],
    ]);
    expect(countsOf(rows, 60)).toEqual({ people: 4, in: 1, out: 1, none: 2, arrived: 2, arrivedLately: 2 });
    expect(feedOf(rows).map(({ id }) => id)).toEqual(['b in', 'c out', 'a out', 'c in', 'a in']);
  });

  it('is the same for any order of events', () => {
    const records = [record('a', '1', 10, 20), record('b', '1', 50), record('c', '2', 10, 30)];
    expect(rowsOf(people, records.toReversed())).toEqual(rowsOf(people, records));
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
