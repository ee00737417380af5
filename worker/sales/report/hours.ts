/** The hours of a date by the clock on the wall, also where the clocks are changed. */
import { instantOf, spanOf, wallAt } from '../../contract/zones';

export interface Hour {
  /** 0 to 23, as the clock shows it. */
  hour: number;
  since: number;
  until: number;
}

/** Where each hour of a date begins and ends: an hour that is skipped is empty, one that comes twice is two hours long. */
export function hoursOf(zone: string, date: string): Hour[] {
  const { from, to } = spanOf(zone, date);
  const starts = Array.from({ length: 24 }, (_, hour) =>
    hour === 0 ? from : instantOf(zone, date, `${String(hour).padStart(2, '0')}:00`),
  );
  return starts.map((since, hour) => ({ hour, since, until: starts[hour + 1] ?? to }));
}

/** The instant at which the clock on the wall shows, on that date, what it shows now. */
export function sameTimeOn(zone: string, date: string, now: number): number {
  const [, time = ''] = wallAt(zone, now).split('T');
  return instantOf(zone, date, time);
}
