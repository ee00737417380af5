/** The hours of a date in local time, also when the clocks change. */
import { instantOf, spanOf, wallAt } from '../../contract/zones';

export interface Hour {
  /** 0 to 23, local time. */
  hour: number;
  since: number;
  until: number;
}

/** The bounds of each hour of a date: a skipped hour is empty, a repeated one lasts two hours. */
export function hoursOf(zone: string, date: string): Hour[] {
  const { from, to } = spanOf(zone, date);
  const starts = Array.from({ length: 24 }, (_, hour) =>
    hour === 0 ? from : instantOf(zone, date, `${String(hour).padStart(2, '0')}:00`),
  );
  return starts.map((since, hour) => ({ hour, since, until: starts[hour + 1] ?? to }));
}

/** The instant of the present local time on that date. */
export function sameTimeOn(zone: string, date: string, now: number): number {
  const [, time = ''] = wallAt(zone, now).split('T');
  return instantOf(zone, date, time);
}
