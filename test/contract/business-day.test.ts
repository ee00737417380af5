import { describe, expect, it } from 'vitest';
import { businessDate, businessDay, hourAt, hoursFrom } from '../../worker/contract/business-day';

const at = (iso: string) => Date.parse(iso);
const berlin = { zone: 'Europe/Berlin', dayStart: '04:00' };

describe('the business day', () => {
  it.each([
    ['2026-06-10T23:50+02:00', '2026-06-10'],
    ['2026-06-11T00:10+02:00', '2026-06-10'],
    ['2026-06-11T03:59:59.999+02:00', '2026-06-10'],
    ['2026-06-11T04:00+02:00', '2026-06-11'],
    // The clock goes forward from 02:00 to 03:00, and back from 03:00 to 02:00.
    ['2026-03-29T03:59+02:00', '2026-03-28'],
    ['2026-03-29T04:00+02:00', '2026-03-29'],
    ['2026-10-25T02:59+02:00', '2026-10-24'],
    ['2026-10-25T02:59+01:00', '2026-10-24'],
    ['2026-10-25T04:00+01:00', '2026-10-25'],
  ])('of %s is %s', (moment, date) => {
    expect(businessDate(berlin, at(moment))).toBe(date);
  });

  it('begins after a gap if clocks skip its start, and at the first of two', () => {
    const half = { ...berlin, dayStart: '02:30' };
    expect(businessDay(half, '2026-03-29').from).toBe(at('2026-03-29T03:30+02:00'));
    expect(businessDate(half, at('2026-03-29T03:29+02:00'))).toBe('2026-03-28');
    expect(businessDay(half, '2026-10-25').from).toBe(at('2026-10-25T02:30+02:00'));
    expect(businessDate(half, at('2026-10-25T02:10+01:00'))).toBe('2026-10-25');
  });

  it('ends where the next begins', () => {
    for (const date of ['2026-03-28', '2026-06-10', '2026-10-24']) {
      const { from, to } = businessDay(berlin, date);
      expect([from, to - 1].map((moment) => businessDate(berlin, moment))).toEqual([date, date]);
      expect(businessDate(berlin, to)).not.toBe(date);
    }
  });

  it('has 24 hours from its start', () => {
    expect(hoursFrom('04:30')).toHaveLength(24);
    expect([hoursFrom('04:30')[0], hoursFrom('04:30')[20], hoursFrom('04:30')[23]]).toEqual([
      ...['04:30', '00:30', '03:30'],
    ]);
    expect([5, 10, 15, 25, 99].map((moment) => hourAt([10, 20, 20, 30], moment))).toEqual([0, 0, 0, 2, 3]);
  });
});
