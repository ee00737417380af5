/** Dates and times as a notification says them. */
import { Temporal } from 'temporal-polyfill';

/** "Tuesday 17 November" */
export const dayWords = (date: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' })
    .format(Date.parse(`${date}T00:00Z`))
    .replace(',', '');

/** "16:30"; "02:30 (second time)" where clocks went back, as the pages say it. */
export function clockWords(zone: string, at: number): string {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  const wall = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map(
    (disambiguation) => wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
  return first === second ? clock : `${clock} (${at === first ? 'first' : 'second'} time)`;
}
