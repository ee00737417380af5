/** The end of a day and its sums, in words. */
import { describe, expect, it } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Shift } from '$contract/schedules/schedules';
import { noPlan } from '$contract/schedules/plan';
import { mayEndNow, pastEndOf, proofWords } from '$lib/attendance/leaving';
import { lastTap } from '$contract/attendance/assumed-end';
import { overdueOf, overrunOf } from '$lib/attendance/overrun';
import { partWords, sumOf } from '$lib/attendance/parts';
import { Times } from '$lib/times';

const at = (iso: string) => Date.parse(`2026-06-${iso}+02:00`);
const MINUTE = 60_000;
const times = new Times('Europe/Berlin');
const record = (it: Partial<AttendanceRecord> = {}): AttendanceRecord => ({
  id: 'a',
  personId: 'ben',
  workDate: '2026-06-10',
  zone: 'Europe/Berlin',
  inAt: at('10T08:58:04'),
  outAt: null,
  auto: false,
  corrected: false,
  photo: null,
  dueOut: at('10T17:00'),
  dueAt: at('10T22:00'),
  ...it,
});
const pause = (from: string, to: string | null, it: Partial<Break> = {}): Break => ({
  id: from,
  recordId: 'a',
  personId: 'ben',
  kind: 'rest',
  auto: false,
  startAt: at(from),
  endAt: to === null ? null : at(to),
  dueAt: at(from) + 20 * MINUTE,
  ...it,
});

describe('the receipt line', () => {
  const says = (it: Partial<AttendanceRecord>, receiptAt: number, today = '2026-06-10') =>
    proofWords(record(it), { entry: 7, at: receiptAt }, times, today);

  it('shows only the assumed end of a record that closed automatically', () => {
    const closed = { outAt: at('10T17:00'), auto: true, unconfirmed: true };
    expect(says(closed, at('11T04:33'))).toBe('17:00 is assumed, not confirmed · receipt 7');
    expect(says(closed, at('11T04:33'), '2026-06-11')).toBe(
      '17:00 is assumed, not confirmed, Wednesday 10 June · receipt 7',
    );
  });

  it('distinguishes a tap, a confirmed end and a check-out by a supervisor', () => {
    expect(says({}, at('10T08:58:04'))).toBe('Checked in at 08:58:04 · receipt 7');
    const outAt = at('10T18:59:30');
    expect(says({ outAt }, outAt)).toBe('Checked out at 18:59:30 · receipt 7');
    expect(says({ outAt: at('10T16:30') }, at('11T08:00'))).toBe('You left at 16:30, confirmed · receipt 7');
    expect(says({ outAt: at('10T11:00'), auto: true }, at('10T11:00'))).toBe(
      'Checked out for you at 11:00 · receipt 7',
    );
  });
});

describe('past the shift’s end', () => {
  it('starts in the minute of the end, with the time when the record closes', () => {
    expect(pastEndOf(record(), at('10T16:59'))).toBeUndefined();
    expect(pastEndOf(record(), at('10T17:00'))).toEqual({
      endedAt: at('10T17:00'),
      closesAt: at('10T22:00'),
    });
    expect(pastEndOf(record({ dueOut: null }), at('10T23:00'))).toBeUndefined();
    expect(pastEndOf(undefined, at('10T23:00'))).toBeUndefined();
  });

  const next: Shift = {
    startsAt: at('11T06:00'),
    endsAt: at('11T14:00'),
    lateAfter: at('11T06:05'),
    earlyBefore: at('11T14:00'),
    plannedMs: 480 * MINUTE,
    halfDayMs: 0,
  };
  const may = (
    now: string,
    { records = [record()], shift }: { records?: AttendanceRecord[]; shift?: Shift } = {},
  ) =>
    mayEndNow(record(), {
      records,
      now: at(now),
      plan: { holidays: {}, plans: shift ? { '2026-06-11': { ...noPlan, shifts: [shift] } } : {} },
    });

  it('“just now” is offered within 16 hours, before a later record and 4 hours before the next shift', () => {
    expect(may('11T00:58')).toBe(true);
    expect(may('11T00:59')).toBe(false);
    expect(may('10T23:00', { records: [record(), record({ id: 'b', inAt: at('10T22:30') })] })).toBe(false);
    expect(may('11T00:58', { shift: { ...next, startsAt: at('11T04:58') } })).toBe(true);
    expect(may('11T00:58', { shift: { ...next, startsAt: at('11T04:57') } })).toBe(false);
  });

  it('the last tap is a check-in or a true end of a break, not an assumed one', () => {
    expect(lastTap(record(), [])).toBe(at('10T08:58:04'));
    expect(lastTap(record(), [pause('10T12:00', '10T12:15')])).toBe(at('10T12:15'));
    expect(lastTap(record(), [pause('10T12:00', '10T12:20', { auto: true })])).toBe(at('10T12:00'));
  });
});

describe('a break past its allowance', () => {
  it('can be ended by Back until another break starts', () => {
    const spent = pause('10T12:00', null);
    expect(overdueOf({ id: 'a' }, [spent], at('10T12:19'))).toBeUndefined();
    expect(overdueOf({ id: 'a' }, [spent], at('10T12:20'))).toBe(spent);
    const ended = pause('10T12:00', '10T12:20', { auto: true });
    expect(overdueOf({ id: 'a' }, [ended], at('10T13:00'))).toBe(ended);
    expect(overdueOf({ id: 'a' }, [pause('10T14:00', null), ended], at('10T14:01'))).toBeUndefined();
    expect(overdueOf({ id: 'b' }, [ended], at('10T13:00'))).toBeUndefined();
  });

  it('is over by its true end, not by an assumed one', () => {
    expect(overrunOf(pause('10T12:00', '10T12:40'))).toBe(20 * MINUTE);
    expect(overrunOf(pause('10T12:00', '10T12:10'))).toBe(0);
    expect(overrunOf(pause('10T12:00', null))).toBe(0);
  });
});

describe('the deductions of a day', () => {
  const parts = { spanMs: 510, breakMs: 0, deductedMs: 30, uncountedMs: 15, workedMs: 465 };
  const inMinutes = (it: typeof parts) => ({
    spanMs: it.spanMs * MINUTE,
    breakMs: it.breakMs * MINUTE,
    deductedMs: it.deductedMs * MINUTE,
    uncountedMs: it.uncountedMs * MINUTE,
    workedMs: it.workedMs * MINUTE,
  });

  it('are listed with the sum, if there are any', () => {
    expect(partWords(inMinutes(parts))).toEqual([
      '8 h 30 min from check-in to check-out',
      '30 min break deducted automatically',
      '15 min before the shift not counted',
    ]);
    expect(partWords(inMinutes({ ...parts, deductedMs: 0, uncountedMs: 0, breakMs: 45 }))).toEqual([]);
  });

  it('are added up over a night and the day after', () => {
    expect(sumOf([inMinutes(parts), inMinutes(parts)])).toEqual(
      inMinutes({ spanMs: 1020, breakMs: 0, deductedMs: 60, uncountedMs: 30, workedMs: 930 }),
    );
  });
});
