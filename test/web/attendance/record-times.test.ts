import { describe, expect, it } from 'vitest';
import { recordLength } from '$lib/attendance/recordTimes';

const at = (time: string) => Date.parse(`2026-11-27T${time}Z`);
const record = (from: string, to: string | null) => ({
  workDate: '2026-11-27',
  inAt: at(from),
  outAt: to === null ? null : at(to),
});

describe('the length of a record', () => {
  it('is the difference of the minutes shown', () => {
    expect(recordLength(record('09:07:50', '17:37:10'), 0)).toBe(510 * 60_000);
    expect(recordLength(record('09:07:10', '17:37:50'), 0)).toBe(510 * 60_000);
  });

  it('grows with the clock’s minute while open, and is never negative', () => {
    expect(recordLength(record('09:07:50', null), at('09:08:00'))).toBe(60_000);
    expect(recordLength(record('09:07:50', null), at('09:06:00'))).toBe(0);
  });
});
