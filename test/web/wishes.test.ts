/** Times as they are typed into a correction, and what is said of them. */
import { describe, expect, it } from 'vitest';
import type { AttendanceRecord } from '$contract/attendance';
import { readTyped, typedOf } from '$lib/corrections/wishes';
import { Times } from '$lib/times';

const times = new Times('Europe/Berlin');
const record = (inAt: string, outAt: string, id = 'a'): AttendanceRecord => ({
  ...{ id, personId: 'p', workDate: inAt.slice(0, 10), zone: 'Europe/Berlin' },
  ...{ inAt: Date.parse(inAt), outAt: Date.parse(outAt), auto: false, corrected: false, photo: null },
});
const day = record('2026-11-19T08:58:04.123+01:00', '2026-11-19T12:30:11.456+01:00');
const now = Date.parse('2026-11-20T18:00+01:00');

const read = (from: string, to: string, it: Partial<Parameters<typeof readTyped>[1]> = {}) =>
  readTyped(
    { workDate: it.record?.workDate ?? '2026-11-19', in: from, out: to, reason: 'A good reason' },
    { record: day, others: [], times, now, ...it },
  );

describe('typed times', () => {
  it('that are left as they were mean the old ones to the millisecond', () => {
    const { newIn, newOut, troubles } = read(typedOf(times, day.inAt), '2026-11-19T17:04');
    expect([newIn, newOut, troubles]).toEqual([day.inAt, Date.parse('2026-11-19T17:04+01:00'), {}]);
  });

  it.each([
    ['2026-11-19T09:00', '2026-11-19T08:00', 'out', 'The check-out must be after the check-in.'],
    ['2026-11-19T09:00', '2026-11-20T18:01', 'out', 'The check-out must not be in the future.'],
    [
      '2026-11-16T09:00',
      '2026-11-16T12:00',
      'in',
      'The check-in must be on the day it is for, or on one next to it.',
    ],
    [
      '2026-11-18T09:00',
      '2026-11-20T09:01',
      'out',
      'The check-out must be at most 48 hours after the check-in.',
    ],
  ] as const)('%s to %s: %s', (from, to, field, words) => {
    expect(read(from, to).troubles).toEqual({ [field]: words });
  });

  it('that are what is recorded already are nothing to ask for, unless the job has guessed them', () => {
    expect(read('2026-11-19T08:58', '2026-11-19T12:30')).toMatchObject({ unchanged: true, troubles: {} });
    const record = { ...day, auto: true };
    expect(read('2026-11-19T08:58', '2026-11-19T12:30', { record }).unchanged).toBe(false);
  });

  it('that overlap another record say which, and may touch it', () => {
    const others = [record('2026-11-19T13:00+01:00', '2026-11-19T17:00+01:00', 'b')];
    expect(read('2026-11-19T09:00', '2026-11-19T13:01', { others }).troubles.out).toBe(
      'These times overlap with 13:00 – 17:00.',
    );
    expect(read('2026-11-19T09:00', '2026-11-19T13:00', { others }).troubles).toEqual({});
  });

  it('that the clocks skip are told; in the hour that comes twice the first is meant, unless it was the second before', () => {
    expect(read('2026-03-29T02:30', '2026-03-29T07:00', { record: undefined }).troubles.in).toBe(
      'There is no such time on that day.',
    );
    expect(times.instant('2026-10-25T02:30')).toBe(Date.parse('2026-10-25T02:30+02:00'));
    const second = record('2026-10-25T02:30+01:00', '2026-10-25T08:00+01:00');
    expect(read('2026-10-25T02:30', '2026-10-25T09:00', { record: second }).newIn).toBe(second.inAt);
  });

  it('that are empty are not wrong yet, and a reason that is too short is', () => {
    expect(read('', '').troubles).toEqual({});
    const short = readTyped(
      { workDate: '2026-11-19', in: '', out: '', reason: 'no' },
      { record: day, others: [], times, now },
    );
    expect(short.troubles.reason).toBe('The reason must be at least 5 characters.');
  });

  it('are read in zones at odd quarters too', () => {
    for (const zone of ['Asia/Kathmandu', 'Pacific/Kiritimati', 'America/St_Johns', 'UTC'])
      expect(new Times(zone).instant(typedOf(new Times(zone), now))).toBe(now);
  });
});
