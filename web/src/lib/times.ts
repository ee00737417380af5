/** Instants and dates in words. One of these for each zone that a page shows; the formatters are costly to make. */
import { addDays } from '$contract/dates';

const LOCALE = 'en-GB';
const MINUTE = 60_000;
const DAY = 86_400_000;

export class Times {
  readonly #clock: Intl.DateTimeFormat;
  readonly #precise: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  /** By date: how far clocks went back on it. */
  readonly #setBack = new Map<string, number>();

  /** @param zone IANA name */
  constructor(readonly zone: string) {
    const clock = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    this.#clock = new Intl.DateTimeFormat(LOCALE, clock);
    this.#precise = new Intl.DateTimeFormat(LOCALE, { ...clock, second: '2-digit' });
    // Sweden writes dates as ISO 8601 does.
    this.#date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  }

  /** "08:58" */
  clock(at: number): string {
    return this.#clock.format(at);
  }

  /** "08:58:04" */
  precise(at: number): string {
    return this.#precise.format(at);
  }

  /** The local date, as the contract's `dateIn` tells it. */
  date(at: number): string {
    return this.#date.format(at);
  }

  /** The first instant of a date in this zone. Searched for, since days begin late, long or short where clocks change. */
  startOf(date: string): number {
    let before = Date.parse(`${date}T00:00Z`) - 1.5 * DAY;
    let from = before + 3 * DAY;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.date(middle) < date) before = middle;
      else from = middle;
    }
    return from;
  }

  /** The first instant after a date: its length is 24 hours, or 23, or 25. */
  endOf(date: string): number {
    return this.startOf(addDays(date, 1));
  }

  /** The instant of `YYYY-MM-DDTHH:MM` on this zone's wall: none in the hour that clocks skip, the first of the two in the one that comes twice. */
  instant(wall: string): number | undefined {
    return this.instants(wall)[0];
  }

  /** All instants of that time on the wall: none, one, or two where clocks go back. */
  instants(wall: string): number[] {
    const as = Date.parse(`${wall}Z`);
    if (Number.isNaN(as)) return [];
    const found: number[] = [];
    // Zones lie at most 14 hours from UTC, at whole quarters of an hour.
    for (let lead = 56; lead >= -56 && found.length < 2; lead -= 1) {
      const at = as - lead * 15 * MINUTE;
      if (`${this.date(at)}T${this.clock(at)}` === wall) found.push(at);
    }
    return found;
  }

  /** What must be said beside a clock time: "next day", "the day before", "on 23 Nov"; "(second time)" where clocks went back. */
  besides(date: string, at: number): string {
    return `${dayBesides(date, this.date(at))} ${this.#which(at)}`.trim();
  }

  /** "08:58", with what must be said: "07:00 next day", "23:10 the day before", "02:30 (second time)". */
  clockFrom(date: string, at: number): string {
    return `${this.clock(at)} ${this.besides(date, at)}`.trimEnd();
  }

  /** Which of the two a clock time is that comes twice; else nothing. */
  #which(at: number): string {
    const date = this.date(at);
    const back = this.#setBack.get(date) ?? this.endOf(date) - this.startOf(date) - DAY;
    this.#setBack.set(date, back);
    if (back <= 0) return '';
    const time = this.clock(at);
    if (this.clock(at + back) === time) return '(first time)';
    return this.clock(at - back) === time ? '(second time)' : '';
  }
}

/** Where a day lies that is not `date`: "next day", "the day before", "on 23 Nov"; else nothing. */
export function dayBesides(date: string, day: string): string {
  if (day === date) return '';
  if (day === addDays(date, 1)) return 'next day';
  if (day === addDays(date, -1)) return 'the day before';
  return `on ${dateWords(day, { day: 'numeric', month: 'short' })}`;
}

/** "3 h 12 min", "12 min": whole minutes that have passed. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** "12:41", "1:02:09": whole seconds. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** "Today", "Yesterday", "Thursday 20 November", with the year if it is not today's. */
export function dayWords(date: string, today: string): string {
  if (date === today) return 'Today';
  if (date === addDays(today, -1)) return 'Yesterday';
  const year = date.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  return dateWords(date, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

/** The same within a sentence: "today", "yesterday", "Thursday 20 November". */
export const dayInWords = (date: string, today: string): string =>
  date === today || date === addDays(today, -1) ? dayWords(date, today).toLowerCase() : dayWords(date, today);

/** A date in the given parts. Formatted in UTC, where it was put, so no zone can move it. */
export function dateWords(date: string, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', ...parts })
    .format(Date.parse(`${date}T00:00Z`))
    .replace(',', '');
}

/** How many days lie from one date to another, both counted. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY) + 1;
