import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { board, myDays } from '../../../worker/attendance/days';
import { scopeOf, someone } from '../workplace';

const at = (iso: string) => Date.parse(iso);
const HOUR = 3_600_000;

describe('a record’s date', () => {
  it.each([
    ['just before midnight', '2026-06-10T23:59:59+02:00', 'Europe/Berlin', '2026-06-10'],
    ['just before the day’s start', '2026-06-11T03:59:59+02:00', 'Europe/Berlin', '2026-06-10'],
    ['at the day’s start', '2026-06-11T04:00:00+02:00', 'Europe/Berlin', '2026-06-11'],
    ['in a zone where it is tomorrow already', '2026-06-10T20:00:00Z', 'Asia/Tokyo', '2026-06-11'],
    ['in a zone where it is still yesterday', '2026-06-11T03:00:00Z', 'America/New_York', '2026-06-10'],
  ])('is the local date of its start: %s', async (_what, start, zone, date) => {
    const { record } = await checkIn(scopeOf(await someone({ zone }), at(start), zone), uuidv7());
    expect(record).toMatchObject({ workDate: date, zone });
  });

  it.each([
    ['a night shift', '2026-06-10T23:00+02:00', '2026-06-11T07:00+02:00', 8],
    ['the night the clocks go forward', '2026-03-28T23:00+01:00', '2026-03-29T07:00+02:00', 7],
    ['the night the clocks go back', '2026-10-24T23:00+02:00', '2026-10-25T07:00+01:00', 9],
  ])('keeps %s on its first date, with the hours that really passed', async (_what, start, end, hours) => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(scopeOf(ben, at(start)), id);
    const { record } = await checkOut(scopeOf(ben, at(end)), id);
    expect(record.workDate).toBe(start.slice(0, 10));
    expect((record.outAt as number) - record.inAt).toBe(hours * HOUR);
    const days = await myDays(scopeOf(ben, at(end)), { days: 2 });
    expect(days.records).toEqual([record]);
    expect(days).toMatchObject({ from: start.slice(0, 10), to: end.slice(0, 10), open: null });
  });

  it('is not the date on which the shift ends: the board of that date shows the record only while it is open', async () => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(scopeOf(ben, at('2026-06-10T23:00+02:00')), id);
    const morning = scopeOf(ben, at('2026-06-11T06:00+02:00'));
    const shown = async (date?: string) =>
      (await board(morning, date)).records.some((record) => record.id === id);
    expect(await shown()).toBe(true);
    expect(await shown('2026-06-10')).toBe(true);
    await checkOut(morning, id);
    expect(await shown()).toBe(false);
    expect(await shown('2026-06-10')).toBe(true);
  });

  it('keeps the check-out at the check-in when the server’s clock is set back', async () => {
    const ben = await someone();
    const id = uuidv7();
    await checkIn(scopeOf(ben, at('2026-06-10T09:00+02:00')), id);
    const { record } = await checkOut(scopeOf(ben, at('2026-06-10T08:59+02:00')), id);
    expect(record.outAt).toBe(record.inAt);
  });
});

describe('my days', () => {
  it('contain the latest receipt of each record, and no other person’s records', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const [mine, hers] = [uuidv7(), uuidv7()];
    await checkIn(scopeOf(ben, at('2026-05-04T09:00Z')), mine);
    await checkIn(scopeOf(eve, at('2026-05-04T09:00Z')), hers);
    const { receipt } = await checkOut(scopeOf(ben, at('2026-05-04T17:00Z')), mine);
    const days = await myDays(scopeOf(ben, at('2026-05-04T18:00Z')), { days: 1 });
    expect(days.receipts).toEqual({ [mine]: receipt });
    expect(days.records.map(({ id }) => id)).toEqual([mine]);
  });

  it('contain the open record of any date', async () => {
    const ben = await someone();
    const { record } = await checkIn(scopeOf(ben, at('2026-05-04T09:00Z')), uuidv7());
    const days = await myDays(scopeOf(ben, at('2026-06-30T09:00Z')), { days: 1 });
    expect(days.open).toEqual(record);
  });
});
