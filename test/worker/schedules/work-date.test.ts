/** The date and the shift to which a check-in belongs, and when its record closes by itself. */
import { beforeEach, describe, expect, it } from 'vitest';
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

describe('a check-in', () => {
  const place = async (who: string, moment: string, from = '2026-01-01') =>
    (await read(from, '2026-12-31')).placeOf(who, at(moment));

  it.each([
    ['in the evening', '2026-06-08T22:00+02:00', '2026-06-08', '11:00'],
    ['late, after midnight', '2026-06-09T00:30+02:00', '2026-06-08', '11:00'],
    ['in the shift’s last millisecond', '2026-06-09T05:59:59.999+02:00', '2026-06-08', '11:00'],
    ['four hours early', '2026-06-08T18:00+02:00', '2026-06-08', '10:00'],
  ])('of a night belongs to the date it began: %s', async (_what, moment, workDate, closes) => {
    expect(await place(await following(night), moment)).toEqual({
      workDate,
      zone: BERLIN,
      dueAt: at(`2026-06-09T${closes}+02:00`),
      dueOut: at('2026-06-09T06:00+02:00'),
    });
  });

  it('a millisecond more than four hours early is no longer for the shift', async () => {
    const moment = '2026-06-08T17:59:59.999+02:00';
    const found = await place(await following(night), moment);
    expect(found).toMatchObject({ workDate: '2026-06-08', dueAt: at(moment) + 16 * HOUR, dueOut: null });
  });

  it('after the shift is a record without a shift', async () => {
    const found = await place(await following(day), '2026-06-08T16:30+02:00');
    expect(found).toMatchObject({ workDate: '2026-06-08', dueAt: at('2026-06-09T08:30+02:00') });
  });

  it('before an early shift belongs to the next date', async () => {
    const ben = await following(everyDay(shift('02:00', '10:00')));
    expect(await place(ben, '2026-06-08T23:30+02:00')).toMatchObject({ workDate: '2026-06-09' });
  });

  it('between two nights belongs to the night it is in, then to the next one', async () => {
    const ben = await following(everyDay(shift('12:00', '09:00')));
    expect(await place(ben, '2026-06-09T08:59+02:00')).toMatchObject({ workDate: '2026-06-08' });
    expect(await place(ben, '2026-06-09T09:00+02:00')).toMatchObject({ workDate: '2026-06-09' });
  });

  it('into two shifts, after a change of schedule, belongs to the one that began last', async () => {
    const [old, fresh] = [
      await schedule({ '2026-01-01': everyDay(shift('22:00', '08:00')) }),
      await schedule({ '2026-01-01': everyDay(shift('06:00', '14:00')) }),
    ];
    const ben = await employed({ '2026-01-01': old, '2026-06-09': fresh });
    expect(await place(ben, '2026-06-09T06:05+02:00')).toMatchObject({ workDate: '2026-06-09' });
    expect(await place(ben, '2026-06-09T05:55+02:00')).toMatchObject({ workDate: '2026-06-08' });
  });

  it('on a holiday is a record without a shift', async () => {
    await insert('holidays', { date: '2026-06-08', name: 'Founders’ Day' });
    const found = await place(await following(day), '2026-06-08T08:00+02:00');
    expect(found).toEqual({
      workDate: '2026-06-08',
      zone: BERLIN,
      dueAt: at('2026-06-09T00:00+02:00'),
      dueOut: null,
    });
  });

  it.each([
    ['before the day starts', '2026-06-09T03:59:59.999+02:00', '2026-06-08'],
    ['when the day starts', '2026-06-09T04:00+02:00', '2026-06-09'],
    ['when it starts on the night the clocks go forward', '2026-03-29T04:00+02:00', '2026-03-29'],
    ['before it starts on the night the clocks go back', '2026-10-25T03:59:59+01:00', '2026-10-24'],
    ['at midnight', '2026-06-09T00:00+02:00', '2026-06-08'],
  ])('without a shift belongs to the date by the day’s start: %s', async (_what, moment, workDate) => {
    expect(await place(await employed({}), moment)).toMatchObject({ workDate, zone: BERLIN });
  });

  it('is dated in the person’s own zone', async () => {
    const found = await place(await employed({}, 'Asia/Tokyo'), '2026-06-08T20:00Z');
    expect(found).toMatchObject({ workDate: '2026-06-09', zone: 'Asia/Tokyo' });
  });

  it('is dated by the zone and rules of that moment', async () => {
    await set('2026-06-10', { zone: 'Asia/Tokyo', dayStart: '00:00' });
    const ben = await employed({});
    expect(await place(ben, '2026-06-09T14:59Z')).toMatchObject({ workDate: '2026-06-09', zone: BERLIN });
    expect(await place(ben, '2026-06-09T15:00Z')).toEqual({
      workDate: '2026-06-10',
      zone: 'Asia/Tokyo',
      dueAt: at('2026-06-10T07:00Z'),
      dueOut: null,
    });
  });

  it.each([
    ['five hours after the shift', day, '2026-06-08T08:00+02:00', {}, '2026-06-08T21:30+02:00'],
    [
      'after the wait of that moment',
      day,
      '2026-06-08T08:00+02:00',
      { checkOutWaitMinutes: 60 },
      '2026-06-08T17:30+02:00',
    ],
    ['16 hours after the check-in', day, '2026-06-08T04:30+02:00', {}, '2026-06-08T20:30+02:00'],
    [
      'four hours before the next shift',
      everyDay(shift('08:00', '23:00')),
      '2026-06-08T11:00+02:00',
      {},
      '2026-06-09T03:00+02:00',
    ],
    [
      'an hour after a shift that the next one follows closely',
      everyDay(shift('08:00', '06:00')),
      '2026-06-08T20:00+02:00',
      {},
      '2026-06-09T07:00+02:00',
    ],
  ])('closes by itself %s', async (_when, week, moment, rules, closes) => {
    await set('2026-06-01', rules);
    const { dueAt } = await place(await following(week), moment);
    expect(new Date(dueAt).toISOString()).toBe(new Date(at(closes)).toISOString());
  });
});
