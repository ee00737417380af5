/** The filters and columns of reports. */
import { describe, expect, it } from 'vitest';
import type { ReportTotal } from '$contract/reports/reports';
import { optionsOf, presetsOf, queryOf, spanOf } from '$lib/reports/query';
import { totalColumns } from '$lib/reports/columns';

const parsed = (query: string) => queryOf(new URLSearchParams(query), '2026-11-26');

describe('presets', () => {
  it.each([
    ['Today', '2026-11-26', '2026-11-26'],
    ['This week', '2026-11-23', '2026-11-26'],
    ['Last week', '2026-11-16', '2026-11-22'],
    ['This month', '2026-11-01', '2026-11-26'],
    ['Last month', '2026-10-01', '2026-10-31'],
  ])('%s goes from %s to %s', (label, from, to) => {
    expect(presetsOf('2026-11-26').find((it) => it.label === label)).toEqual({ label, from, to });
  });

  it.each([
    ['a Sunday', '2026-11-29', '2026-11-23', '2026-11-16'],
    ['a Monday', '2026-11-30', '2026-11-30', '2026-11-23'],
  ])('begin the week on Monday, on %s too', (_, today, thisWeek, lastWeek) => {
    const starts = presetsOf(today).filter(({ label }) => label.endsWith('week'));
    expect(starts.map(({ from }) => from)).toEqual([thisWeek, lastWeek]);
  });

  it('find the last month in the year before', () => {
    expect(presetsOf('2027-01-05').at(-1)).toMatchObject({ from: '2026-12-01', to: '2026-12-31' });
  });
});

describe('the dates of a report', () => {
  it.each([
    ['from', '2026-11-10', '2026-11-01', '2026-11-10', '2026-11-10'],
    ['to', '2026-11-10', '2026-11-01', '2026-11-01', '2026-11-01'],
    ['from', '2024-01-01', '2026-11-26', '2024-01-01', '2024-12-31'],
    ['to', '2024-01-01', '2026-11-26', '2025-11-26', '2026-11-26'],
    ['to', '2026-11-01', '2026-11-26', '2026-11-01', '2026-11-26'],
  ] as const)('keep “%s” as chosen: %s to %s becomes %s to %s', (chosen, from, to, first, last) => {
    expect(spanOf(from, to, chosen)).toEqual({ from: first, to: last });
  });

  it('in an address fall back to valid ones', () => {
    expect(parsed('from=2020-01-01&to=2026-11-26').filter).toEqual({ from: '2020-01-01', to: '2020-12-31' });
    expect(parsed('from=2026-11-20').filter).toEqual({ from: '2026-11-20', to: '2026-11-20' });
    expect(parsed('from=soon&kind=all&status=&person=me')).toEqual({
      kind: 'days',
      filter: { from: '2026-11-26', to: '2026-11-26' },
    });
  });
});

it('the select shows the staff number or email of people who share a name, and marks leavers', () => {
  const person = (id: string, name: string, staffNumber: string | null, active = true) => ({
    id,
    name,
    staffNumber,
    active,
    email: `${id}@clinic.example`,
  });
  const people = [
    person('a', 'Maria Santos', 'S-1'),
    person('b', 'Maria Santos', null, false),
    person('c', 'Zoe', null),
  ];
  expect(optionsOf(people).map(({ label }) => label)).toEqual([
    'Maria Santos (S-1)',
    'Maria Santos (b@clinic.example), left',
    'Zoe',
  ]);
});

it('totals show the columns that are not empty, and hours in words', () => {
  const total: ReportTotal = {
    key: 'a',
    name: 'Ward',
    email: null,
    staffNumber: null,
    department: null,
    people: 3,
    workedMs: 143_700_000,
    breakMs: 0,
    deductedMs: 1_800_000,
    uncountedMs: 0,
    overtimeMs: 0,
    weekOvertimeMs: 3_600_000,
    lateMs: 0,
    earlyMs: 0,
    workedOnLeave: 1,
    unconfirmed: 0,
    days: { present: 5, none: 1 },
  };
  const shown = totalColumns([total], 'department').map(({ label, of }) => [label, of(total)]);
  expect(shown).toEqual([
    ['People', '3'],
    ['Worked', '39 h 55 min'],
    ['Breaks', '–'],
    ['Deducted', '30 min'],
    ['Overtime', '–'],
    ['Weekly overtime', '1 h 00 min'],
    ['Present', '5'],
    ['Not expected', '1'],
    ['Worked on leave', '1'],
  ]);
});
