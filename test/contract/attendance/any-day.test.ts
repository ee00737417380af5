import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayStatus } from '$contract/attendance/attendance';
import { type DayFacts, dayOf } from '$contract/attendance/day';
import type { DayRules, Shift } from '$contract/schedules/schedules';
import { at, breakAt, HOUR, MINUTE, record, rules } from './shifts';

/** Instants of one long day, in which the plan and all records lie. */
const instant = fc.nat({ max: 36 * 60 }).map((minute) => at('00:00') + minute * MINUTE);
const minutes = (most: number) => fc.nat({ max: most / MINUTE }).map((count) => count * MINUTE);

/** Records one after another, each with breaks one after another within it; the last of both may be open. */
const worked = fc
  .tuple(
    fc.uniqueArray(instant, { minLength: 2, maxLength: 24 }),
    fc.boolean(),
    fc.array(fc.nat({ max: 6 }), { minLength: 12, maxLength: 12 }),
    minutes(40 * HOUR),
  )
  .map(([instants, leaveOpen, sizes, later]) => {
    const rest = [...instants].sort((a, b) => a - b);
    const now = (rest.at(-1) as number) + later;
    const records: DayFacts['records'][number][] = [];
    const breaks: DayFacts['breaks'][number][] = [];
    for (const size of sizes) {
      const [inAt, ...inside] = rest.splice(0, 2 + size);
      const last = inside.pop();
      if (inAt === undefined || last === undefined) break;
      const open = leaveOpen && rest.length === 0;
      records.push(record(inAt, open ? null : last));
      while (inside.length > 0) {
        const startAt = inside.shift() as number;
        const endAt = inside.shift();
        if (endAt !== undefined) breaks.push(breakAt(startAt, endAt));
        else if (open) breaks.push(breakAt(startAt, null, startAt + 45 * MINUTE));
      }
    }
    return { records, breaks, now };
  });

const shift = fc
  .tuple(instant, minutes(14 * HOUR), minutes(HOUR), minutes(HOUR), minutes(6 * HOUR))
  .map(([startsAt, length, grace, early, halfDayMs]): Shift => ({
    startsAt,
    endsAt: startsAt + length,
    lateAfter: startsAt + grace,
    earlyBefore: startsAt + length - early,
    plannedMs: Math.max(0, length - 0.5 * HOUR),
    halfDayMs,
  }));

const facts: fc.Arbitrary<DayFacts> = fc
  .record({
    shifts: fc.array(shift, { maxLength: 1 }),
    absences: fc.array(
      fc.tuple(instant, minutes(5 * HOUR)).map(([startsAt, ms]) => ({ startsAt, endsAt: startsAt + ms })),
      { maxLength: 2 },
    ),
    rules: fc.record({
      breakDeductions: fc.constantFrom<DayRules['breakDeductions'][]>(
        [],
        [{ afterMinutes: 360, minutes: 30 }],
        [
          { afterMinutes: 360, minutes: 30 },
          { afterMinutes: 540, minutes: 45 },
        ],
      ),
      earlyArrival: fc.constantFrom<DayRules['earlyArrival'][]>('counts', 'from_start'),
      overlongBreak: fc.constantFrom<DayRules['overlongBreak'][]>('as_taken', 'allowance'),
    }),
    off: fc.constantFrom(null, 'holiday', 'day_off'),
    it: worked,
    mark: fc.option(
      fc.record({
        status: fc.option(fc.constantFrom(...DayStatus.options)),
        setBy: fc.constantFrom(null, 'ana'),
      }),
    ),
  })
  .map(({ it, ...plan }) => ({ ...plan, ...it }));

const runs = { numRuns: 500 };

describe('any day', () => {
  it('has worked its span less breaks, deductions and uncounted work, and no sum is negative', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const { workedMs, breakMs, deductedMs, uncountedMs, spanMs, worked, ...other } = dayOf(it);
        expect(workedMs + breakMs + deductedMs + uncountedMs).toBe(spanMs);
        expect(worked.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(workedMs);
        const rest = [other.overtimeMs, other.lateMs, other.earlyMs];
        for (const ms of [workedMs, breakMs, deductedMs, uncountedMs, spanMs, ...rest])
          expect(ms).toBeGreaterThanOrEqual(0);
      }),
      runs,
    );
  });

  it('does not depend on the order of its records and breaks', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const turned = { ...it, records: [...it.records].reverse(), breaks: [...it.breaks].reverse() };
        expect(dayOf(turned)).toEqual(dayOf(it));
      }),
      runs,
    );
  });

  it('has one of the eight statuses, or none if the person was neither expected nor there', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (facts, came) => {
        const it = came ? facts : { ...facts, records: [], breaks: [] };
        const { status } = dayOf(it);
        if (status === null) {
          expect(it.records).toEqual([]);
          expect(
            it.off !== null ||
              // A skipped hour can leave nothing of a shift.
              it.shifts.every(({ startsAt, endsAt }) => startsAt === endsAt) ||
              it.absences.length > 0 ||
              it.mark?.status === 'on_leave',
          ).toBe(true);
        } else expect(DayStatus.options).toContain(status);
      }),
      runs,
    );
  });

  it('never loses work or breaks as time passes; together they grow as fast as the clock', () => {
    fc.assert(
      fc.property(facts, minutes(3 * HOUR), (it, later) => {
        const plain = { ...it, rules };
        const [now, then] = [dayOf(plain), dayOf({ ...plain, now: it.now + later })];
        expect(then.workedMs).toBeGreaterThanOrEqual(now.workedMs);
        expect(then.breakMs).toBeGreaterThanOrEqual(now.breakMs);
        expect(then.spanMs - now.spanMs).toBe(now.open ? later : 0);
      }),
      runs,
    );
  });

  it('is late by more than its grace or not at all, and early likewise', () => {
    fc.assert(
      fc.property(facts, (it) => {
        const { lateMs, earlyMs, open } = dayOf(it);
        const [shift] = it.shifts;
        if (lateMs > 0 && shift) expect(lateMs).toBeGreaterThan(shift.lateAfter - shift.startsAt);
        if (earlyMs > 0 && shift) expect(earlyMs).toBeGreaterThan(shift.endsAt - shift.earlyBefore);
        if (open) expect(earlyMs).toBe(0);
        if (it.off) expect([lateMs, earlyMs]).toEqual([0, 0]);
      }),
      runs,
    );
  });
});
