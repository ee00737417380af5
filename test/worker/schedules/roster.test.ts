import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Week } from '../../../worker/contract/schedules/schedules';
import { insert } from '../workplace';
import {
  at,
  BERLIN,
  day,
  employed,
  everyDay,
  following,
  night,
  noRules,
  read,
  schedule,
  set,
  shift,
} from './followed';

const HOUR = 3_600_000;

beforeEach(noRules);

describe('a shift', () => {
  it('is a week’s times on a date, in the zone of the workplace', async () => {
    const ben = await following(day);
    const roster = await read('2026-06-08', '2026-06-08');
    expect(roster.shiftOf(ben, '2026-06-08')).toEqual({
      startsAt: at('2026-06-08T08:00+02:00'),
      endsAt: at('2026-06-08T16:30+02:00'),
      lateAfter: at('2026-06-08T08:05+02:00'),
      earlyBefore: at('2026-06-08T16:20+02:00'),
      plannedMs: 8 * HOUR,
      halfDayMs: 4 * HOUR,
    });
  });

  it('is in a person’s own zone, if they have one', async () => {
    const [ben, aiko] = [await following(day), await following(day, 'Asia/Tokyo')];
    const roster = await read('2026-06-08', '2026-06-08');
    expect(roster.shiftOf(aiko, '2026-06-08')?.startsAt).toBe(at('2026-06-08T08:00+09:00'));
    expect(roster.shiftOf(ben, '2026-06-08')?.startsAt).toBe(at('2026-06-08T08:00+02:00'));
  });

  it.each([
    ['an ordinary night', '2026-06-08', '2026-06-08T22:00+02:00', '2026-06-09T06:00+02:00', 8],
    ['the night the clocks go forward', '2026-03-28', '2026-03-28T22:00+01:00', '2026-03-29T06:00+02:00', 7],
    ['the night the clocks go back', '2026-10-24', '2026-10-24T22:00+02:00', '2026-10-25T06:00+01:00', 9],
  ])('across midnight belongs to its first date: %s', async (_what, date, start, end, hours) => {
    const ben = await following(night);
    const found = (await read(date, date)).shiftOf(ben, date);
    expect(found).toMatchObject({ startsAt: at(start), endsAt: at(end) });
    expect(found?.plannedMs).toBe(hours * HOUR - 45 * 60_000);
  });

  it.each([
    [
      'begins after a gap that skips its start',
      shift('02:30', '10:00'),
      '2026-03-29',
      '2026-03-29T03:30+02:00',
      '2026-03-29T10:00+02:00',
    ],
    [
      'ends where it begins if a gap skips its start and leaves nothing',
      shift('02:30', '03:10'),
      '2026-03-29',
      '2026-03-29T03:30+02:00',
      '2026-03-29T03:30+02:00',
    ],
    [
      'begins the first time its start comes in the doubled hour',
      shift('02:30', '10:00'),
      '2026-10-25',
      '2026-10-25T02:30+02:00',
      '2026-10-25T10:00+01:00',
    ],
    [
      'ends the first time its end comes in the doubled hour',
      shift('20:00', '02:30'),
      '2026-10-24',
      '2026-10-24T20:00+02:00',
      '2026-10-25T02:30+02:00',
    ],
    [
      'lasts a whole day if it ends when it begins',
      shift('08:00', '08:00'),
      '2026-06-08',
      '2026-06-08T08:00+02:00',
      '2026-06-09T08:00+02:00',
    ],
  ])('%s', async (_what, times, date, start, end) => {
    const ben = await following(everyDay(times));
    expect((await read(date, date)).shiftOf(ben, date)).toMatchObject({
      startsAt: at(start),
      endsAt: at(end),
    });
  });

  it('is Monday’s on Mondays and none on a day off', async () => {
    const weekdays: Week = {
      ...day,
      days: [
        shift('06:00', '14:00'),
        ...Array.from({ length: 4 }, () => shift('08:00', '16:00')),
        null,
        null,
      ],
    };
    const ben = await following(weekdays);
    const roster = await read('2026-06-08', '2026-06-14');
    expect(roster.shiftOf(ben, '2026-06-08')?.startsAt).toBe(at('2026-06-08T06:00+02:00'));
    expect(roster.shiftOf(ben, '2026-06-12')?.startsAt).toBe(at('2026-06-12T08:00+02:00'));
    expect(roster.planOf(ben, '2026-06-14')).toMatchObject({ shifts: [], off: 'day_off' });
  });

  it('is one object for everyone who shares it', async () => {
    const id = await schedule({ '2026-01-01': day });
    const [ben, eve] = [await employed({ '2026-01-01': id }), await employed({ '2026-02-01': id })];
    const roster = await read('2026-06-08', '2026-06-08');
    expect(roster.shiftOf(ben, '2026-06-08')).toBe(roster.shiftOf(eve, '2026-06-08'));
  });

  it('uses its schedule’s grace, else the workplace’s of that date', async () => {
    await set('2026-06-10', { graceMinutes: 15 });
    const [own, shared] = [await following({ ...day, graceMinutes: 0 }), await following(day)];
    const roster = await read('2026-06-09', '2026-06-10');
    const grace = (who: string, date: string) => {
      const found = roster.shiftOf(who, date);
      return found && (found.lateAfter - found.startsAt) / 60_000;
    };
    expect([grace(own, '2026-06-09'), grace(own, '2026-06-10')]).toEqual([0, 0]);
    expect([grace(shared, '2026-06-09'), grace(shared, '2026-06-10')]).toEqual([5, 15]);
  });
});

describe('the plan', () => {
  it('follows a schedule that changes in the middle of the month, and the days before keep theirs', async () => {
    const later = everyDay(shift('10:00', '18:00'));
    const ben = await employed({ '2026-01-01': await schedule({ '2026-01-01': day, '2026-06-15': later }) });
    const roster = await read('2026-06-01', '2026-06-30');
    expect(roster.shiftOf(ben, '2026-06-14')?.startsAt).toBe(at('2026-06-14T08:00+02:00'));
    expect(roster.shiftOf(ben, '2026-06-15')?.startsAt).toBe(at('2026-06-15T10:00+02:00'));
  });

  it('follows a person who changes schedules in the middle of the month, and then has none', async () => {
    const [early, late] = [await schedule({ '2026-01-01': day }), await schedule({ '2026-01-01': night })];
    const ben = await employed({ '2026-05-01': early, '2026-06-10': late, '2026-06-20': null });
    const roster = await read('2026-06-05', '2026-06-30', ben);
    expect(roster.planOf(ben, '2026-06-09').shifts[0]?.startsAt).toBe(at('2026-06-09T08:00+02:00'));
    expect(roster.planOf(ben, '2026-06-10').shifts[0]?.startsAt).toBe(at('2026-06-10T22:00+02:00'));
    expect(roster.planOf(ben, '2026-06-20')).toMatchObject({ shifts: [], off: null });
    expect((await read('2026-04-01', '2026-04-30')).planOf(ben, '2026-04-30')).toMatchObject({
      shifts: [],
      off: null,
    });
  });

  it('is empty before the schedule begins', async () => {
    const ben = await employed({ '2026-06-01': await schedule({ '2026-06-15': day }) });
    expect((await read('2026-06-01', '2026-06-30')).planOf(ben, '2026-06-14')).toMatchObject({
      shifts: [],
      off: null,
    });
  });

  it('of one person is read without other people’s', async () => {
    const [ben, eve] = [await following(day), await following(day)];
    const roster = await read('2026-06-08', '2026-06-08', ben);
    expect(roster.planOf(ben, '2026-06-08').shifts).toHaveLength(1);
    expect(roster.planOf(eve, '2026-06-08').shifts).toEqual([]);
  });

  it('expects no one on a holiday, which counts only for people with a schedule', async () => {
    await insert('holidays', { date: '2026-06-08', name: 'Founders’ Day' });
    const [ben, eve] = [await following(day), await employed({})];
    const roster = await read('2026-06-07', '2026-06-09');
    expect(roster.holidayOn('2026-06-08')).toBe('Founders’ Day');
    expect(roster.planOf(ben, '2026-06-08')).toMatchObject({ shifts: [], off: 'holiday' });
    expect(roster.planOf(eve, '2026-06-08')).toMatchObject({ shifts: [], off: null });
    expect(roster.planOf(ben, '2026-06-09').shifts).toHaveLength(1);
  });
});

describe('settings', () => {
  it('hold from their date on, and the dates before keep theirs', async () => {
    await set('2026-06-10', { zone: 'Asia/Tokyo', checkOutWaitMinutes: 90 });
    const ben = await following(day);
    const roster = await read('2026-06-01', '2026-06-30');
    expect(roster.settingsOn('2026-06-09').zone).toBe(BERLIN);
    expect(roster.shiftOf(ben, '2026-06-09')?.startsAt).toBe(at('2026-06-09T08:00+02:00'));
    expect(roster.shiftOf(ben, '2026-06-10')?.startsAt).toBe(at('2026-06-10T08:00+09:00'));
  });

  it('hold at a moment from the start of their date in their own zone on', async () => {
    await set('2026-06-10', { zone: 'Asia/Tokyo' });
    const roster = await read('2026-06-09', '2026-06-10');
    expect(roster.settingsAt(at('2026-06-10T00:00+09:00') - 1).zone).toBe(BERLIN);
    expect(roster.settingsAt(at('2026-06-10T00:00+09:00')).zone).toBe('Asia/Tokyo');
  });
});

describe('employment', () => {
  const term = (personId: string, validFrom: string, employed: boolean) =>
    insert('terms', { person_id: personId, valid_from: validFrom, employed: employed ? 1 : 0 });

  it('leaves a person out before their first day, after their last, and between two periods', async () => {
    const ben = await following(day);
    await env.DB.prepare('DELETE FROM terms WHERE person_id = ?').bind(ben).run();
    await term(ben, '2026-06-03', true);
    await term(ben, '2026-06-10', false);
    await term(ben, '2026-06-20', true);
    const roster = await read('2026-06-01', '2026-06-30');
    const expected = (date: string) => roster.planOf(ben, date).shifts.length;
    expect(
      ['2026-06-02', '2026-06-03', '2026-06-09', '2026-06-10', '2026-06-19', '2026-06-20'].map(expected),
    ).toEqual([0, 1, 1, 0, 0, 1]);
  });

  it('keeps the days before a change of zone', async () => {
    const ben = await following(day);
    await insert('terms', { person_id: ben, valid_from: '2026-06-10', employed: 1, zone: 'Asia/Tokyo' });
    const roster = await read('2026-06-01', '2026-06-30');
    expect(roster.shiftOf(ben, '2026-06-09')?.startsAt).toBe(at('2026-06-09T08:00+02:00'));
    expect(roster.shiftOf(ben, '2026-06-10')?.startsAt).toBe(at('2026-06-10T08:00+09:00'));
  });
});
