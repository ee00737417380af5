/**
 * Calendar dates and wall-clock times, the same for server and pages. Instants, offsets and lengths are milliseconds; zones are
 * IANA names, dates `YYYY-MM-DD`, times `HH:MM` or `HH:MM:SS`. The runtime supplies the zones (ECMA-402).
 *
 * At least 3.9 days lie between two clock changes (tz database 2026a, all zones). So a wall time can have only two offsets: that of
 * a day before and that of a day after.
 */
const LOCALE = 'en-GB';
const MINUTE = 60_000;
const DAY = 86_400_000;
/** The last instant there is (ECMA-262 §21.4.1.1). */
const LAST = 8_640_000_000_000_000;
/** A zone's formatter takes 0.2 ms to make and weighs 30 kB, each day 0.15 kB: together at most about 10 MB. */
const MOST_ZONES = 64;
const MOST_DAYS = 1_000;

/** The date `days` later, or earlier if negative. */
export function addDays(date: string, days: number): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}

/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;

/** The Monday of the date's week (ISO 8601). */
export const mondayOf = (date: string): string => addDays(date, -weekdayOf(date));

/** "Tuesday 17 November" */
export const dayWords = (date: string): string =>
  dateWords(date, { weekday: 'long', day: 'numeric', month: 'long' });

/** A date in the given parts. It is formatted in UTC, so no zone can move it. */
export function dateWords(date: string, parts: Intl.DateTimeFormatOptions): string {
  return formatOf(parts)
    .format(Date.parse(`${date}T00:00Z`))
    .replace(',', '');
}

/** A formatter takes 0.2 ms to make; the product uses a dozen. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(parts);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', ...parts });
  formats.set(key, format);
  return format;
}

/** How far the zone's clock is ahead of UTC, negative behind it. @throws RangeError for an unknown zone, or no instant */
export const offsetAt = (zone: string, at: number): number => offsetsOf(zone).at(at);

/** The wall time: `2026-11-21T08:58:04`. */
export const wallAt = (zone: string, at: number): string =>
  new Date(at + offsetAt(zone, at)).toISOString().slice(0, -5);

export const dateIn = (zone: string, at: number): string => wallAt(zone, at).slice(0, -9);

/** "2026-11-21 08:58" */
export const momentIn = (zone: string, at: number): string => wallAt(zone, at).slice(0, -3).replace('T', ' ');

/** "08:58" */
export const clockIn = (zone: string, at: number): string => wallAt(zone, at).slice(-8, -3);

/** Hours and minutes of the wall time as minutes, 0 to 1439. On the day of a clock change they are not the minutes since midnight. */
export function minuteIn(zone: string, at: number): number {
  const local = at + offsetAt(zone, at);
  return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
}

/** The instants of a wall time, earlier first: none if clocks skip it or the date does not exist, two if they go back. */
export function instantsOf(zone: string, date: string, time: string): number[] {
  const local = localOf(date, time);
  return Number.isNaN(local) ? [] : offsetsOf(zone).instants(local);
}

/**
 * One instant of a wall time: the earlier of two; a skipped 02:30 becomes 03:30. This is "compatible" of Temporal and RFC 5545.
 * @throws RangeError for a date that does not exist
 */
export function instantOf(zone: string, date: string, time: string): number {
  const [local, offsets] = [localOf(date, time), offsetsOf(zone)];
  return offsets.instants(local)[0] ?? local - offsets.at(local - DAY);
}

/** The first instant of a date: the earlier midnight, or the clock change that skips midnight. */
export const startOf = (zone: string, date: string): number => offsetsOf(zone).start(localOf(date, '00:00'));

/** From a date's first instant to the next date's: 23, 24 or 25 hours, or 0 for a date that the zone skipped. */
export function spanOf(zone: string, date: string): { from: number; to: number } {
  const [local, offsets] = [localOf(date, '00:00'), offsetsOf(zone)];
  return { from: offsets.start(local), to: offsets.start(local + DAY) };
}

/** Which occurrence of its wall time an instant is, where clocks go back; null for a wall time that occurs once. */
export function whichOf(zone: string, at: number): 'first' | 'second' | null {
  const offsets = offsetsOf(zone);
  const [first, second] = offsets.instants(at + offsets.at(at));
  return second === undefined ? null : at === first ? 'first' : 'second';
}

/** "16:30"; "02:30 (second time)" where clocks went back. */
export function clockWords(zone: string, at: number): string {
  const which = whichOf(zone, at);
  return which ? `${clockIn(zone, at)} (${which} time)` : clockIn(zone, at);
}

export function isKnown(zone: string): boolean {
  try {
    return Boolean(offsetsOf(zone));
  } catch {
    return false;
  }
}

/** The offsets before and after a clock change. */
interface Change {
  before: number;
  after: number;
  /** The first instant of `after`; Infinity if there is no change. */
  at: number;
}

class Offsets {
  readonly #format: Intl.DateTimeFormat;
  /** By UTC day since 1970. */
  readonly #days = new Map<number, Change>();

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  at(at: number): number {
    const change = this.#changeOn(Math.floor(at / DAY));
    return at < change.at ? change.before : change.after;
  }

  /** @param local the wall time, read as UTC */
  instants(local: number): number[] {
    const [before, after] = [this.at(local - DAY), this.at(local + DAY)];
    if (before === after) return [local - before];
    return [before, after]
      .filter((offset) => this.at(local - offset) === offset)
      .map((offset) => local - offset);
  }

  /** @param local midnight, read as UTC */
  start(local: number): number {
    return this.instants(local)[0] ?? this.#changeBetween(local - DAY, local + DAY).at;
  }

  #changeOn(day: number): Change {
    const known = this.#days.get(day);
    if (known) return known;
    if (this.#days.size >= MOST_DAYS) this.#days.clear();
    const change = this.#changeBetween(day * DAY, Math.min((day + 1) * DAY, LAST));
    this.#days.set(day, change);
    return change;
  }

  /** A binary search by whole seconds: clocks change at no other moment. */
  #changeBetween(from: number, to: number): Change {
    const [before, after] = [this.#read(from), this.#read(to)];
    if (before === after) return { before, after, at: Infinity };
    let [earlier, at] = [from, to];
    while (at - earlier > 1_000) {
      const middle = earlier + Math.floor((at - earlier) / 2_000) * 1_000;
      if (this.#read(middle) === before) earlier = middle;
      else at = middle;
    }
    return { before, after, at };
  }

  /** Parses "11/21/2026, GMT+01:00"; only historic local mean times have seconds. */
  #read(at: number): number {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(this.#format.format(at)) ?? [];
    const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -ahead : ahead;
  }
}

/** A cache: it holds the same for every request, and drops the zone that was added first. */
const cache = new Map<string, Offsets>();

function offsetsOf(zone: string): Offsets {
  const known = cache.get(zone);
  if (known) return known;
  const made = new Offsets(zone);
  const [oldest] = cache.keys();
  if (cache.size >= MOST_ZONES && oldest !== undefined) cache.delete(oldest);
  cache.set(zone, made);
  return made;
}

/** A wall time read as UTC; NaN for a date that does not exist, such as 31 February. */
function localOf(date: string, time: string): number {
  const local = Date.parse(`${date}T${time}Z`);
  return new Date(local).getUTCDate() === Number(date.slice(-2)) ? local : NaN;
}
