import { describe, expect, it } from 'vitest';
import { isDue } from '../../scripts/cron.ts';

const at = (text: string) => new Date(`2026-11-21T${text}:00Z`); // a Saturday

describe('a cron expression', () => {
  it.each([
    ['*/15 * * * *', '10:00', true],
    ['*/15 * * * *', '10:45', true],
    ['*/15 * * * *', '10:46', false],
    ['5 3 * * *', '03:05', true],
    ['5 3 * * *', '04:05', false],
    ['0 8-10,20 * * 6', '20:00', true],
    ['0 8-10,20 * * 1-5', '09:00', false],
    ['0 0 21 11 *', '00:00', true],
    ['10/20 * * * *', '00:50', true],
  ])('%s at %s: %s', (cron, time, due) => {
    expect(isDue(cron, at(time))).toBe(due);
  });

  it('is refused with the reason when it is invalid', () => {
    expect(() => isDue('every minute', at('10:00'))).toThrow('five fields');
    expect(() => isDue('x * * * *', at('10:00'))).toThrow('cron field');
  });
});
