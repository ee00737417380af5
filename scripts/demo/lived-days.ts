/** Each person's dates, up to now and a little beyond: work, leave, sickness. */
import type { Temporal } from 'temporal-polyfill';
import type { Calendar } from './calendar.ts';
import type { Person } from './people.ts';
import { type Lived, lived, type Worked } from './rhythm.ts';
import { minutesOf, planOf } from './schedules.ts';
import { settingsOf } from './settings.ts';

const MINUTE = 60_000;
const { checkOutWaitMinutes } = settingsOf('UTC');
const LONGEST = 16 * 60 * MINUTE;

/** A day with its shift of the roster, UTC epoch milliseconds. */
export type WorkedDay = Worked & {
  person: Person;
  date: Temporal.PlainDate;
  /** The shift's; null without a shift. */
  startsAt: number | null;
  endsAt: number | null;
};

export type DemoDay = { person: Person; date: Temporal.PlainDate; kind: Lived['kind'] };

/** @param isThere whether a person may have been at work on a date at all */
export function livedDaysOf(
  people: readonly Person[],
  calendar: Calendar,
  isThere: (person: Person, date: string) => boolean,
): { days: DemoDay[]; worked: WorkedDay[] } {
  const all = people.flatMap((person) =>
    calendar.dates
      .filter((date) => isThere(person, date.toString()))
      .map((date) => ({ person, date, was: livedOn(calendar, person, date) })),
  );
  return {
    days: all.map(({ person, date, was }) => ({ person, date, kind: was.kind })),
    worked: all.flatMap(({ person, date, was }): WorkedDay[] => {
      if (was.kind !== 'work') return [];
      const { from, to } = minutesOf(planOf(person));
      const startsAt = was.expected ? calendar.at(date, from) : null;
      const endsAt = was.expected ? calendar.at(date, to) : null;
      return [{ ...was.day, person, date, startsAt, endsAt }];
    }),
  };
}

function livedOn(calendar: Calendar, person: Person, date: Temporal.PlainDate): Lived {
  const holiday = date.equals(calendar.holiday);
  return lived(person, date, calendar.zone, { like: calendar.like(date), holiday });
}

/** When the record closes by itself, as in worker/schedules/roster.ts. */
export function dueAtOf({ inAt, endsAt }: Pick<WorkedDay, 'inAt' | 'endsAt'>): number {
  const longest = inAt + LONGEST;
  if (endsAt === null) return longest;
  return Math.max(endsAt + 60 * MINUTE, Math.min(endsAt + checkOutWaitMinutes * MINUTE, longest));
}
