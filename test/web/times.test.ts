import { describe, expect, it } from 'vitest';
import { dayInWords, dayWords, daysBetween, duration, foreignZone, Times } from '$lib/times';
import { recordLength, recordSpan } from '$lib/attendance/recordTimes';

const berlin = new Times('Europe/Berlin');
const HOUR = 3_600_000;
const record = (from: string, to: string | null) => ({
  id: from,
  personId: 'p',
  workDate: from.slice(0, 10),
  zone: 'Europe/Berlin',
  inAt: Date.parse(from),
  outAt: to === null ? null : Date.parse(to),
  auto: false,
  corrected: false,
  photo: null,
});

describe('a day', () => {
  it.each([
    ['2026-06-10', 24],
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ])('%s has %i hours', (date, hours) => {
    const { from, to } = berlin.span(date);
    expect(to - from).toBe(hours * HOUR);
    expect(berlin.date(from)).toBe(date);
    expect(berlin.date(from - 1)).not.toBe(date);
  });

  it('begins late where midnight is skipped', () => {
    const cairo = new Times('Africa/Cairo');
    expect(cairo.clock(cairo.span('2026-04-24').from)).toBe('01:00');
  });

  it('reads as people say it', () => {
    expect(dayWords('2026-11-21', '2026-11-21')).toBe('Today');
    expect(dayWords('2026-11-20', '2026-11-21')).toBe('Yesterday');
    expect(dayWords('2026-11-05', '2026-11-21')).toBe('Thursday 5 November');
    expect(dayWords('2025-11-05', '2026-11-21')).toBe('Wednesday 5 November 2025');
    expect(dayInWords('2026-11-20', '2026-11-21')).toBe('yesterday');
    expect(dayInWords('2026-11-05', '2026-11-21')).toBe('Thursday 5 November');
    expect(daysBetween('2026-10-24', '2026-10-26')).toBe(3);
  });
});

describe('a record', () => {
  it.each([
    ['2026-06-10T08:58+02:00', '2026-06-10T17:04+02:00', '08:58 – 17:04', '8 h 06 min'],
    ['2026-06-10T23:00+02:00', '2026-06-11T07:00+02:00', '23:00 – 07:00 next day', '8 h 00 min'],
    ['2026-03-28T23:00+01:00', '2026-03-29T07:00+02:00', '23:00 – 07:00 next day', '7 h 00 min'],
    ['2026-10-24T23:00+02:00', '2026-10-25T07:00+01:00', '23:00 – 07:00 next day', '9 h 00 min'],
    ['2026-10-25T00:00+02:00', '2026-10-25T02:30+02:00', '00:00 – 02:30 (first time)', '2 h 30 min'],
    ['2026-10-25T00:00+02:00', '2026-10-25T02:30+01:00', '00:00 – 02:30 (second time)', '3 h 30 min'],
    [
      '2026-10-24T23:00+02:00',
      '2026-10-25T02:59+01:00',
      '23:00 – 02:59 next day (second time)',
      '4 h 59 min',
    ],
    ['2026-10-25T01:59+02:00', '2026-10-25T03:00+01:00', '01:59 – 03:00', '2 h 01 min'],
    ['2026-06-10T09:00+02:00', '2026-06-12T10:30+02:00', '09:00 – 10:30 on 12 Jun', '49 h 30 min'],
  ])('from %s to %s reads %s and lasts %s', (from, to, span, length) => {
    expect(recordSpan(record(from, to), berlin)).toBe(span);
    expect(duration(recordLength(record(from, to), 0))).toBe(length);
  });

  it('says which of two times it is where clocks go back by half an hour', () => {
    const island = new Times('Australia/Lord_Howe');
    const [first, second] = island.instants('2026-04-05T01:45');
    expect(island.clockFrom('2026-04-05', first ?? 0)).toBe('01:45 (first time)');
    expect(island.clockFrom('2026-04-05', second ?? 0)).toBe('01:45 (second time)');
  });

  it('that is open reads since when, and has no negative length', () => {
    const open = record('2026-06-10T08:58+02:00', null);
    expect(recordSpan(open, berlin)).toBe('since 08:58');
    expect(duration(recordLength(open, open.inAt - 5_000))).toBe('0 min');
  });
});

it('the zone of a page is named only where the device’s own clock shows another time', () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(foreignZone(new Times(own))).toBe('');
  // No clock of the world shows the time of both.
  const others = [foreignZone(new Times('Pacific/Pago_Pago')), foreignZone(new Times('Asia/Tokyo'))];
  expect(others.filter((it) => it !== '' && it !== '(Pago Pago)' && it !== '(Tokyo)')).toEqual([]);
  expect(others.join('')).not.toBe('');
});
