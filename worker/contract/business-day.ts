/** The business day: from the workplace's day start to the next one, so that a night belongs to the date on which it began. */
import { addDays, dateIn, instantOf } from './zones';

/** The part of the settings that the rule needs. */
export interface DayRule {
  zone: string;
  /** `HH:MM` */
  dayStart: string;
}

/** The date to which a moment belongs. By wall time, not by hours since midnight: these differ on a DST night. */
export function businessDate({ zone, dayStart }: DayRule, at: number): string {
  const date = dateIn(zone, at);
  return at < instantOf(zone, date, dayStart) ? addDays(date, -1) : date;
}

/** From the day's start to the next day's: 23, 24 or 25 hours. */
export const businessDay = ({ zone, dayStart }: DayRule, date: string): { from: number; to: number } => ({
  from: instantOf(zone, date, dayStart),
  to: instantOf(zone, addDays(date, 1), dayStart),
});

/** The wall times at which the 24 hours of a business day begin. */
export const hoursFrom = (dayStart: string): string[] => {
  const [hour, minutes] = dayStart.split(':');
  return Array.from(
    { length: 24 },
    (_, later) => `${String((Number(hour) + later) % 24).padStart(2, '0')}:${minutes}`,
  );
};

/** The instants at which the 24 hours begin: a skipped hour is empty, a repeated one lasts two hours. */
export const businessHours = ({ zone, dayStart }: DayRule, date: string): number[] =>
  hoursFrom(dayStart).map((time) => instantOf(zone, time < dayStart ? addDays(date, 1) : date, time));

/** The place among the hours of a moment. What came before or after the day counts in its first or last hour. */
export const hourAt = (hours: readonly number[], at: number): number =>
  Math.max(
    0,
    hours.findLastIndex((since) => since <= at),
  );
