import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { actsOf, historyOf, idAt } from '../../scripts/demo/history.ts';
import { middayZone } from '../../scripts/demo/midday.ts';
import { residents } from '../../scripts/demo/people.ts';
import { AttendanceRecord } from '../../worker/contract/attendance.ts';
import { dateIn } from '../../worker/contract/dates.ts';
import { Email } from '../../worker/contract/people.ts';
import { Id } from '../../worker/contract/values.ts';

const zone = 'Europe/Berlin';
const people = residents.map((resident) => ({ ...resident, id: idAt(0, resident.email) }));
const isIdle = ({ name }: { name: string }) => name === 'Mira Lindqvist';
const at = (text: string) => Date.parse(text);

describe('the people of the demo', () => {
  it('have addresses and ids that the contract accepts, none twice', () => {
    for (const { email, id } of people) {
      expect(v.is(Email, email), email).toBe(true);
      expect(v.is(Id, id), id).toBe(true);
    }
    expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
  });
});

// A Wednesday morning, a Saturday night, a Sunday afternoon, and the night the clocks went back.
describe.each([
  '2026-11-18T09:10:00Z',
  '2026-11-21T00:40:00Z',
  '2026-11-15T15:00:00Z',
  '2026-10-25T01:30:00Z',
])('the demo started at %s', (start) => {
  const now = at(start);
  const records = historyOf(people, isIdle, { now, zone });

  it('has records that the contract accepts, dated by the local date of their start', () => {
    for (const record of records) {
      expect(v.is(AttendanceRecord, record)).toBe(true);
      expect(record.workDate).toBe(dateIn(zone, record.inAt));
      expect(record.outAt ?? now).toBeGreaterThan(record.inAt);
    }
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    expect(records.length).toBeGreaterThan(700);
  });

  it('shows a board that is alive: some are in, nobody twice, and Mira is still to come', () => {
    const open = records.filter(({ outAt }) => outAt === null);
    expect(open.length).toBeGreaterThanOrEqual(8);
    expect(new Set(open.map(({ personId }) => personId)).size).toBe(open.length);
    const mira = people.find(isIdle)?.id;
    expect(records.filter((it) => it.personId === mira && it.workDate === dateIn(zone, now))).toEqual([]);
  });

  it('never has one person at work twice at a time', () => {
    for (const { id, name } of people) {
      const stays = records.filter(({ personId }) => personId === id).sort((a, b) => a.inAt - b.inAt);
      for (const [i, stay] of stays.entries()) {
        expect(stays[i - 1]?.outAt ?? 0, `${name} ${stay.workDate}`).toBeLessThan(stay.inAt);
      }
    }
  });

  it('tells every check-in and check-out in the order they happened, none later than now', () => {
    const acts = actsOf(records);
    expect(acts.length).toBe(records.length + records.filter(({ outAt }) => outAt !== null).length);
    expect(acts.map((act) => act.at)).toEqual(acts.map((act) => act.at).sort((a, b) => a - b));
    expect(acts.at(-1)?.at).toBeLessThanOrEqual(now);
  });
});

it('has a night shift that crosses midnight', () => {
  const records = historyOf(people, isIdle, { now: at('2026-11-18T09:10:00Z'), zone });
  const nights = records.filter(({ outAt, workDate }) => outAt !== null && dateIn(zone, outAt) > workDate);
  expect(new Set(nights.map(({ personId }) => personId)).size).toBe(3);
});

it('is the same past each time', () => {
  const when = { now: at('2026-11-18T09:10:00Z'), zone };
  expect(historyOf(people, isIdle, when)).toEqual(historyOf(people, isIdle, when));
});

it('can take any day for a Wednesday', () => {
  const records = historyOf(people, isIdle, { now: at('2026-11-15T13:00:00Z'), zone, midweek: true });
  expect(records.filter(({ workDate }) => workDate === '2026-11-15').length).toBeGreaterThan(25);
});

it.each(Array.from({ length: 24 }, (_, hour) => hour))(
  'finds a zone where it is afternoon at %i:00 UTC',
  (hour) => {
    const now = Date.UTC(2026, 10, 21, hour);
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: middayZone(now), hour: '2-digit' }).format(
      now,
    );
    expect(Number(local)).toBeGreaterThanOrEqual(12);
    expect(Number(local)).toBeLessThanOrEqual(17);
  },
);
