/**
 * A second computation of hours: it counts a day minute by minute from the records alone. It is slow and simple on purpose.
 */
export interface Facts {
  shifts: readonly {
    startsAt: number;
    endsAt: number;
    lateAfter: number;
    earlyBefore: number;
    plannedMs: number;
  }[];
  off: string | null;
  rules: {
    breakDeductions: readonly { afterMinutes: number; minutes: number }[];
    earlyArrival: string;
    overlongBreak: string;
  };
  records: readonly { inAt: number; outAt: number | null }[];
  breaks: readonly { startAt: number; endAt: number | null; dueAt: number }[];
  onLeave: boolean;
  countsEarly: boolean;
  now: number;
}

const MINUTE = 60_000;
const minuteOf = (at: number) => Math.floor(at / MINUTE);

/** Whole minutes. */
export function walked(facts: Facts) {
  const end = (at: number | null) => minuteOf(at ?? facts.now);
  const at = (records: Facts['records'], minute: number) =>
    records.some(({ inAt, outAt }) => minute >= minuteOf(inAt) && minute < end(outAt));
  const pause = (minute: number) =>
    facts.breaks.some(({ startAt, endAt, dueAt }) => {
      const over = endAt ?? Math.min(facts.now, dueAt);
      const until = facts.rules.overlongBreak === 'allowance' ? Math.min(over, dueAt) : over;
      return minute >= minuteOf(startAt) && minute < minuteOf(until);
    });
  const expected = facts.off !== null || facts.onLeave ? [] : facts.shifts;
  const [first] = expected;
  const begin =
    first && facts.rules.earlyArrival === 'from_start' && !facts.countsEarly
      ? minuteOf(first.startsAt)
      : -Infinity;
  const all = facts.records.flatMap(({ inAt, outAt }) => [minuteOf(inAt), end(outAt)]);
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const sums = { span: 0, breaks: 0, uncounted: 0, taken: 0 };
  let counted = 0;
  for (let minute = from; minute < to; minute += 1) {
    const late = minute >= begin;
    if (!at(facts.records, minute)) sums.taken += late ? 1 : 0;
    else {
      sums.span += 1;
      if (pause(minute)) {
        sums.breaks += 1;
        sums.taken += late ? 1 : 0;
      } else if (late) counted += 1;
      else sums.uncounted += 1;
    }
  }
  let deducted = 0;
  for (const { afterMinutes, minutes } of facts.rules.breakDeductions) {
    let missing = 0;
    while (sums.taken + missing < minutes && counted - missing > afterMinutes) missing += 1;
    deducted = Math.max(deducted, missing);
  }
  const worked = counted - deducted;
  const open = facts.records.some(({ outAt }) => outAt === null);
  const planned =
    facts.off === null && facts.shifts.length === 0
      ? Infinity
      : expected.reduce((sum, { plannedMs }) => sum + plannedMs / MINUTE, 0);
  return {
    ...{ span: sums.span, breaks: sums.breaks, uncounted: sums.uncounted, deducted, worked },
    overtime: open ? 0 : Math.max(0, worked - planned),
    late: first && all.length > 0 && from * MINUTE > first.lateAfter ? from - first.startsAt / MINUTE : 0,
  };
}
