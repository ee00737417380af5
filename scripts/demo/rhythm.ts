/** When somebody works: the shifts of one person on one date. */
import { Temporal } from 'temporal-polyfill';
import { Chance } from './chance.ts';
import type { Resident, Rota } from './people.ts';

/** Usual minutes after local midnight of coming and going, and how far arrivals spread. Beyond 24 h is the next date. */
const rotas: Record<Rota, { from: number; to: number; spread: number }> = {
  early: { from: 6 * 60, to: 14 * 60 + 10, spread: 7 },
  day: { from: 8 * 60 + 56, to: 17 * 60 + 34, spread: 17 },
  late: { from: 13 * 60 + 24, to: 21 * 60 + 40, spread: 8 },
  night: { from: 21 * 60 + 52, to: 30 * 60 + 6, spread: 6 },
  mornings: { from: 8 * 60 + 26, to: 12 * 60 + 38, spread: 11 },
};

/** A stay at work in UTC epoch milliseconds. */
export type Stay = { inAt: number; outAt: number };

/**
 * @param order the person's place among those of the same rota: it shifts their days off
 * @param like the date whose day of the week and chances count; usually the date itself
 */
export function staysOf(
  person: Resident,
  order: number,
  date: Temporal.PlainDate,
  zone: string,
  like = date,
): Stay[] {
  const chance = new Chance(person.email, like.toString());
  if (!works(person, order, like, chance)) return [];
  const { from, to, spread } = rotas[person.rota];
  const habit = new Chance(person.email).around(0, spread);
  const start = chance.around(from + habit, spread / 2);
  const end = chance.around(to + habit / 2, 12);
  const at = (minutes: number): number => {
    const local = date.toPlainDateTime().add({ seconds: Math.round(minutes * 60) });
    return local.toZonedDateTime(zone).epochMilliseconds + chance.bits(9);
  };
  if (person.rota !== 'day' || !chance.happens(0.08)) return [{ inAt: at(start), outAt: at(end) }];
  const noon = chance.around(12 * 60 + 20, 14);
  const lunch = chance.around(42, 9);
  return [
    { inAt: at(start), outAt: at(noon) },
    { inAt: at(noon + lunch), outAt: at(end) },
  ];
}

function works(
  { email, department, rota }: Resident,
  order: number,
  date: Temporal.PlainDate,
  chance: Chance,
): boolean {
  const day = date.dayOfWeek;
  // Three people share the nights, each with two in seven off, so that somebody is always there.
  if (rota === 'night') return (dayNumber(date) + 2 * order) % 7 < 5;
  const week = `${String(date.yearOfWeek)}-${String(date.weekOfYear)}`;
  if (new Chance(email, 'leave', week).happens(0.05)) return false;
  if (day > 5) return onDutyAtWeekends(department) && chance.happens(day === 6 ? 0.34 : 0.24);
  if (rota === 'mornings' && (order + day) % 3 === 0) return false;
  return !chance.happens(0.035);
}

const onDutyAtWeekends = (department: string): boolean =>
  ['Nursing', 'Medicine', 'Reception', 'Facilities'].includes(department);

const dayNumber = (date: Temporal.PlainDate): number =>
  date.since('1970-01-01', { largestUnit: 'days' }).days;
