/** The demo's eight weeks: their dates, the holiday, and the weekday that each date stands for. */
import { Temporal } from 'temporal-polyfill';
import { dateIn, instantOf } from '../../worker/contract/zones.ts';

const DAYS = 56;
/** The start of a business day, in minutes after midnight. */
export const DAY_START = 4 * 60;
/** The first date is the Monday on or before this many days ago. */
const HOLIDAY_AGO = 25;

export type When = {
  /** UTC epoch milliseconds: the past ends here. */
  now: number;
  /** The workplace's IANA zone. */
  zone: string;
  /** Treats today as a Wednesday: for tests and screenshots. */
  midweek?: boolean;
};

export class Calendar {
  readonly now: number;
  readonly zone: string;
  readonly dates: Temporal.PlainDate[];
  /** The number of days by which weekdays are shifted. */
  readonly shift: number;
  readonly holiday: Temporal.PlainDate;

  constructor({ now, zone, midweek }: When) {
    const today = dateAt(now, zone);
    this.now = now;
    this.zone = zone;
    this.shift = midweek ? 3 - today.dayOfWeek : 0;
    this.dates = Array.from({ length: DAYS + 1 }, (_, ago) => today.subtract({ days: DAYS - ago }));
    const near = today.subtract({ days: HOLIDAY_AGO });
    this.holiday = near.subtract({ days: this.like(near).dayOfWeek - 1 });
  }

  get todayDate(): Temporal.PlainDate {
    return dateAt(this.now, this.zone);
  }

  /** Payroll is done up to it: the end of the month before last. */
  get closedThrough(): Temporal.PlainDate {
    return this.todayDate.with({ day: 1 }).subtract({ months: 1 }).subtract({ days: 1 });
  }

  get today(): string {
    return this.dateAt(this.now);
  }

  /** The local date of an instant. */
  dateAt(at: number): string {
    return dateIn(this.zone, at);
  }

  /** The business day of an instant, as `businessDate` (contract/business-day.ts) says for a day that starts at 04:00. */
  businessDate(at: number): string {
    const date = this.dateAt(at);
    if (at >= this.at(date, DAY_START)) return date;
    return Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();
  }

  /** The date that this one stands for. */
  like(date: Temporal.PlainDate): Temporal.PlainDate {
    return date.add({ days: this.shift });
  }

  /** The instant of a wall time, in minutes after midnight. */
  at(date: Temporal.PlainDate | string, minutes: number): number {
    return instantAfter(this.zone, date, minutes * 60);
  }
}

const dateAt = (at: number, zone: string): Temporal.PlainDate => Temporal.PlainDate.from(dateIn(zone, at));

/** The instant of a wall time, in seconds after midnight. */
export function instantAfter(zone: string, date: Temporal.PlainDate | string, seconds: number): number {
  const local = new Date(Date.parse(`${String(date)}T00:00:00Z`) + seconds * 1000);
  const [day = '', time = ''] = local.toISOString().slice(0, -5).split('T');
  return instantOf(zone, day, time);
}
