/** Half open, in UTC epoch milliseconds. */
export interface Interval {
  from: number;
  to: number;
}

const MINUTE = 60_000;

/** The start of an instant's minute: the one rounding of all hours. */
export const cut = (at: number): number => Math.floor(at / MINUTE) * MINUTE;

export const length = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);

/** The parts of the intervals within the bounds. */
export const within = (intervals: readonly Interval[], bounds: Interval): Interval[] =>
  intervals
    .map(({ from, to }) => ({ from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) }))
    .filter(({ from, to }) => from < to);

/** The intervals without the others. Empty intervals are dropped. */
export const minus = (intervals: readonly Interval[], others: readonly Interval[]): Interval[] =>
  nonEmpty(others).reduce(
    (left, other) =>
      left.flatMap(({ from, to }) => [
        ...within([{ from, to }], { from: -Infinity, to: other.from }),
        ...within([{ from, to }], { from: other.to, to: Infinity }),
      ]),
    nonEmpty(intervals),
  );

const nonEmpty = (intervals: readonly Interval[]): Interval[] =>
  intervals.filter(({ from, to }) => from < to);
