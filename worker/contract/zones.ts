/**
 * Instants by the clock on a zone's wall, for server and pages alike. Instants, offsets and lengths are milliseconds; zones are IANA
 * names, dates `YYYY-MM-DD`, times `HH:MM` or `HH:MM:SS`. The zones are those of the runtime (ECMA-402).
 *
 * No clock is changed twice within 48 hours: at least 3.9 days lie between two changes (tz database 2026a, all zones). The offsets a
 * day before and a day after a time on the wall are therefore all that it can have.
 */
const MINUTE = 60_000;
const DAY = 86_400_000;
/** The last instant there is (ECMA-262 §21.4.1.1). */
const LAST = 8_640_000_000_000_000;
/** A zone's formatter takes 0.2 ms to make and weighs 30 kB, its days 0.15 kB each: at most about 10 MB are kept. */
const MOST_ZONES = 64;
const MOST_DAYS = 1_000;

/** How far the zone's clock is ahead of UTC, negative behind it. @throws RangeError for an unknown zone, or no instant */
export const offsetAt = (zone: string, at: number): number => offsetsOf(zone).at(at);

/** What the wall shows: `2026-11-21T08:58:04`. */
export const wallAt = (zone: string, at: number): string =>
  new Date(at + offsetAt(zone, at)).toISOString().slice(0, -5);

/** The local date of an instant. */
export const dateIn = (zone: string, at: number): string => wallAt(zone, at).slice(0, -9);

/** "2026-11-21 08:58", as files show it. */
export const momentIn = (zone: string, at: number): string => wallAt(zone, at).slice(0, -3).replace('T', ' ');

/** "08:58" */
export const clockIn = (zone: string, at: number): string => wallAt(zone, at).slice(-8, -3);

/** The whole minutes that the wall shows, 0 to 1439: on a night when clocks change they are not those since midnight. */
export function minuteIn(zone: string, at: number): number {
  const local = at + offsetAt(zone, at);
  return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
}

/** All instants of a time on the wall: none where clocks skip it, two where they go back, the earlier first; none of a date that is none. */
export function instantsOf(zone: string, date: string, time: string): number[] {
  const local = localOf(date, time);
  return Number.isNaN(local) ? [] : offsetsOf(zone).instants(local);
}

/**
 * One instant of a time on the wall: the earlier of two; a skipped time is as much later as the clocks are put forward, so 02:30
 * becomes 03:30. This is "compatible" of Temporal and RFC 5545. @throws RangeError for a date that is none
 */
export function instantOf(zone: string, date: string, time: string): number {
  const [local, offsets] = [localOf(date, time), offsetsOf(zone)];
  return offsets.instants(local)[0] ?? local - offsets.at(local - DAY);
}

/** The first instant of a date: midnight, the earlier of two; where midnight is skipped, the moment at which clocks skip it. */
export const startOf = (zone: string, date: string): number => offsetsOf(zone).start(localOf(date, '00:00'));

/** A date from its first instant up to the next date's: 24 hours, or 23, or 25; none for a date that a zone left out. */
export function spanOf(zone: string, date: string): { from: number; to: number } {
  const [local, offsets] = [localOf(date, '00:00'), offsetsOf(zone)];
  return { from: offsets.start(local), to: offsets.start(local + DAY) };
}

/** Which of two times on the wall an instant is, where clocks go back; null of a time that comes once. */
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

/** Whether the runtime knows the name. */
export function isKnown(zone: string): boolean {
  try {
    return Boolean(offsetsOf(zone));
  } catch {
    return false;
  }
}

/** The offsets before and after the one change that a span may hold. */
interface Change {
  before: number;
  after: number;
  /** The first instant of `after`; never, if both are the same. */
  at: number;
}

class Offsets {
  readonly #format: Intl.DateTimeFormat;
  /** By days of UTC since 1970. */
  readonly #days = new Map<number, Change>();

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  }

  at(at: number): number {
    const change = this.#changeOn(Math.floor(at / DAY));
    return at < change.at ? change.before : change.after;
  }

  /** @param local the time on the wall, as if it were UTC */
  instants(local: number): number[] {
    const [before, after] = [this.at(local - DAY), this.at(local + DAY)];
    if (before === after) return [local - before];
    return [before, after]
      .filter((offset) => this.at(local - offset) === offset)
      .map((offset) => local - offset);
  }

  /** @param local midnight on the wall, as if it were UTC */
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

  /** Clocks change at whole seconds, as both ends of the span are. */
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

  /** From "11/21/2026, GMT+01:00"; seconds only in the local mean times of long ago. */
  #read(at: number): number {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(this.#format.format(at)) ?? [];
    const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -ahead : ahead;
  }
}

/** Of the zones used first, the oldest gives way. What is kept is the same for every request. */
const kept = new Map<string, Offsets>();

function offsetsOf(zone: string): Offsets {
  const known = kept.get(zone);
  if (known) return known;
  const made = new Offsets(zone);
  const [oldest] = kept.keys();
  if (kept.size >= MOST_ZONES && oldest !== undefined) kept.delete(oldest);
  kept.set(zone, made);
  return made;
}

/** A time on the wall as if it were UTC; NaN for a date that the calendar has not, such as 31 February. */
function localOf(date: string, time: string): number {
  const local = Date.parse(`${date}T${time}Z`);
  return new Date(local).getUTCDate() === Number(date.slice(-2)) ? local : NaN;
}
