import { describe, expect, it } from 'vitest';
import { lengthOf } from '$lib/attendance/stay';

const at = (time: string) => Date.parse(`2026-11-27T${time}Z`);
const record = (from: string, to: string | null) => ({
  ...{ workDate: '2026-11-27', inAt: at(from), outAt: to === null ? null : at(to) },
});

describe('the length of a record', () => {
  it('is the difference of the minutes that are shown beside it', () => {
    expect(lengthOf(record('09:07:50', '17:37:10'), 0)).toBe(510 * 60_000);
    expect(lengthOf(record('09:07:10', '17:37:50'), 0)).toBe(510 * 60_000);
  });

  it('of who is in grows with the clock’s minute, and is never below nothing', () => {
    expect(lengthOf(record('09:07:50', null), at('09:08:00'))).toBe(60_000);
    expect(lengthOf(record('09:07:50', null), at('09:06:00'))).toBe(0);
  });
});
