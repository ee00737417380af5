/** Instants and dates in words. */
import { addDays, clockIn, dateIn, dateWords, instantsOf, spanOf, wallAt, whichOf } from '$contract/zones';

const MINUTE = 60_000;
const DAY = 86_400_000;

export class Times {
  /** @param zone IANA name */
  constructor(readonly zone: string) {}

  /** "08:58" */
  clock(at: number): string {
    return clockIn(this.zone, at);
  }

  /** "08:58:04" */
  precise(at: number): string {
    return wallAt(this.zone, at).slice(-8);
  }

  /** The local date. */
  date(at: number): string {
    return dateIn(this.zone, at);
  }

  /** From a date's first instant up to the next date's. */
  span(date: string): { from: number; to: number } {
    return spanOf(this.zone, date);
  }

  /** The instant of the local time `YYYY-MM-DDTHH:MM`: none in the hour that clocks skip, the first of two where they go back. */
  instant(wall: string): number | undefined {
    return this.instants(wall)[0];
  }

  /** All instants of a local time: none, one, or two where clocks go back. */
  instants(wall: string): number[] {
    const [date = '', time = ''] = wall.split('T');
    return instantsOf(this.zone, date, time);
  }

  /** The words beside a clock time: "next day", "the day before", "on 23 Nov"; "(second time)" where clocks went back. */
  besides(date: string, at: number): string {
    const which = whichOf(this.zone, at);
    return `${dayBesides(date, this.date(at))} ${which ? `(${which} time)` : ''}`.trim();
  }

  /** "08:58", "07:00 next day", "23:10 the day before", "02:30 (second time)". */
  clockFrom(date: string, at: number): string {
    return `${this.clock(at)} ${this.besides(date, at)}`.trimEnd();
  }
}

/** "(Berlin)" on a device whose own clock shows another time, else empty. It is short, so that it moves nothing on a phone. */
export function foreignZone(times: Times): string {
  const at = new Date();
  const place = times.zone.replace(/.*\//, '').replace('_', ' ');
  return times.clock(+at) === at.toTimeString().slice(0, 5) ? '' : `(${place})`;
}

/** "next day", "the day before", "on 23 Nov"; empty if `day` is `date`. */
export function dayBesides(date: string, day: string): string {
  if (day === date) return '';
  if (day === addDays(date, 1)) return 'next day';
  if (day === addDays(date, -1)) return 'the day before';
  return `on ${dateWords(day, { day: 'numeric', month: 'short' })}`;
}

/** "3 h 12 min", "12 min": whole minutes, rounded down. */
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

/** Days from one date to another, both counted. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / DAY) + 1;
