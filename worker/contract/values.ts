/** Schemas that all slices share: ids, instants, dates, zones. */
import * as v from 'valibot';
import { isKnown } from './zones';

/** UUIDv7 in lower case (RFC 9562 §5.7), made by the client that creates the thing. */
export const Id = v.pipe(
  v.string(),
  v.regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'must be a lower-case UUID version 7',
  ),
);

/** UTC epoch milliseconds. */
export const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

/** A calendar date without a zone, `YYYY-MM-DD`. */
export const LocalDate = v.pipe(
  v.string(),
  v.isoDate('must be a date such as 2026-11-21'),
  v.check((date) => isDay(date), 'must be a day that the calendar has'),
  // The next day, in any zone, must have four digits for its year too.
  v.check((date) => date < '9999', 'must lie before the year 9999'),
);

/** 31 February has a date's form and does not exist. */
const isDay = (date: string): boolean => {
  const day = new Date(`${date}T00:00Z`);
  return !Number.isNaN(+day) && day.toISOString().startsWith(date);
};

/** An IANA zone that this runtime knows, such as `Europe/Berlin`. */
export const Zone = v.pipe(
  v.string(),
  v.check((name) => !ABBREVIATED.test(name) && isKnown(name), 'must be a time zone such as Europe/Berlin'),
);

/** Abbreviations that ICU reads and IANA does not list: IST is India's time and Israel's. */
const ABBREVIATED = /^(AC|AE|AG|AR|AS|BE|BS|CA|CN|CS|CT|EA|EC|IE|IS|JS|MI|NE|NS|PL|PN|PR|PS|SS|VS)T$/i;

/** `HH:MM`, 00:00 to 23:59. */
export const WallTime = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30'),
);

/** @param units in the plural, such as `minutes` */
export function Whole(units: string, least: number, most: number) {
  const words = (count: number) =>
    `${count.toLocaleString('en')} ${count === 1 ? units.replace(/s$/, '') : units}`;
  return v.pipe(
    v.number(`must be a number of ${units}`),
    v.integer(`must be whole ${units}`),
    v.minValue(least, `must be at least ${words(least)}`),
    v.maxValue(most, `must be at most ${words(most)}`),
  );
}
export const Minutes = (least: number, most: number) => Whole('minutes', least, most);

/** A whole number in a query string. */
export const Count = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,16}$/, 'must be a whole number'),
    v.transform(Number),
    v.minValue(min),
    v.maxValue(max),
  );
