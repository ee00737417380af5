/** The demo's eight weeks: their dates, its holiday, and for which day of the week each passes. */
import { Temporal } from 'temporal-polyfill';
import { dateIn, instantOf } from '../../worker/contract/zones.ts';

const DAYS = 56;
/** A Monday so many days ago, or a few more. */
const HOLIDAY_AGO = 25;

export type When = {
  /** UTC epoch milliseconds: the past ends here. */
  now: number;
  /** The workplace's IANA zone. */
  zone: string;
  /** Today passes for a Wednesday, whatever day it is: for tests and pictures. */
  midweek?: boolean;
};

export class Calendar {
  readonly now: number;
  readonly zone: string;
  readonly dates: Temporal.PlainDate[];
  /** By how many days the days of the week are moved. */
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

  /** The date for which this one passes. */
  like(date: Temporal.PlainDate): Temporal.PlainDate {
    return date.add({ days: this.shift });
  }

  /** The instant so many minutes after the date's midnight on the wall. */
  at(date: Temporal.PlainDate | string, minutes: number): number {
    return instantAfter(this.zone, date, minutes * 60);
  }
}

const dateAt = (at: number, zone: string): Temporal.PlainDate => Temporal.PlainDate.from(dateIn(zone, at));

/** The instant that number of seconds after the date's midnight on the wall. */
export function instantAfter(zone: string, date: Temporal.PlainDate | string, seconds: number): number {
  const local = new Date(Date.parse(`${String(date)}T00:00:00Z`) + seconds * 1000);
  const [day = '', time = ''] = local.toISOString().slice(0, -5).split('T');
  return instantOf(zone, day, time);
}
