import type { Times } from '$lib/times';
import type { Bar } from '$lib/ui/barPlot';

const MINUTE = 60_000;
/** More bars than this cannot be distinguished on a phone. */
const MOST_BARS = 40;
const STEPS = [1, 2, 5, 10, 15, 30, 60];

/** Arrivals by steps of whole minutes, from just before the first until now or the last. */
export function arrivalsByMinute(
  arrivals: readonly number[],
  { from, to, times }: { from: number; to: number; times: Times },
): { bars: Bar[]; minutes: number } {
  const first = Math.min(from, ...arrivals) - 2 * MINUTE;
  const last = Math.max(
    first + 10 * MINUTE,
    ...(arrivals.length > 0 ? arrivals : [Math.min(to, from + 30 * MINUTE)]),
  );
  const minutes = STEPS.find((step) => (last - first) / (step * MINUTE) <= MOST_BARS) ?? 120;
  const width = minutes * MINUTE;
  const begin = Math.floor(first / width) * width;
  const bars: Bar[] = [];
  for (let at = begin; at <= last; at += width)
    bars.push({
      label: times.clock(at),
      value: arrivals.filter((each) => each >= at && each < at + width).length,
    });
  return { bars, minutes };
}
