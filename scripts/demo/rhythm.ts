/** When somebody works: what became of one person's date. */
import { Temporal } from 'temporal-polyfill';
import { Chance } from './chance.ts';
import type { Resident } from './people.ts';
import { minutesOf, planOf } from './schedules.ts';

/** A break within a stay, in UTC epoch milliseconds. */
export type Pause = { kind: 'meal' | 'rest'; startAt: number; endAt: number };

/** A stay at work in UTC epoch milliseconds; `forgotten` is when somebody really left who never checked out. */
export type Stay = { inAt: number; outAt: number; pauses: Pause[]; forgotten?: number };

/** What a date was for a person. `late` is why they came late or early, if that is known. */
export type Lived =
  | { kind: 'off' | 'holiday' | 'leave' | 'sick' | 'missing' }
  | { kind: 'work'; stay: Stay; expected: boolean };

/** Each arrives by a habit of their own. Minutes. */
const spreads = { early: 4, day: 6, late: 5, night: 4, mornings: 5 };
const MINUTE = 60_000;

/**
 * @param like the date whose day of the week and chances count; usually the date itself
 */
export function lived(
  person: Resident,
  date: Temporal.PlainDate,
  zone: string,
  { like = date, holiday = false }: { like?: Temporal.PlainDate; holiday?: boolean } = {},
): Lived {
  const chance = new Chance(person.email, like.toString());
  const planned = planOf(person).days.includes(like.dayOfWeek);
  const nursing = onDutyAtWeekends(person.department);
  if (holiday && !(nursing && person.rota !== 'day')) return { kind: planned ? 'holiday' : 'off' };
  if (!planned) {
    const called = nursing && person.rota !== 'night' && chance.happens(like.dayOfWeek === 6 ? 0.3 : 0.2);
    return called
      ? { kind: 'work', stay: stayOf(person, date, zone, chance), expected: false }
      : { kind: 'off' };
  }
  const week = `${String(like.yearOfWeek)}-${String(like.weekOfYear)}`;
  if (new Chance(person.email, 'leave', week).happens(0.05)) return { kind: 'leave' };
  if (chance.happens(0.02)) return { kind: 'sick' };
  if (chance.happens(0.008)) return { kind: 'missing' };
  return { kind: 'work', stay: stayOf(person, date, zone, chance), expected: !holiday };
}

function stayOf(person: Resident, date: Temporal.PlainDate, zone: string, chance: Chance): Stay {
  const { from, to } = minutesOf(planOf(person));
  const spread = spreads[person.rota];
  const habit = new Chance(person.email).around(-3, spread / 2);
  const at = (minutes: number): number =>
    date
      .toPlainDateTime()
      .add({ seconds: Math.round(minutes * 60) })
      .toZonedDateTime(zone).epochMilliseconds + chance.bits(9);
  // A tram that did not come, an appointment in the afternoon.
  const delay = chance.happens(0.05) ? chance.around(22, 9) : 0;
  const haste = chance.happens(0.03) ? chance.around(70, 20) : 0;
  const inAt = at(chance.around(from + habit, spread) + Math.max(0, delay));
  const left = at(chance.around(to + 6, 7) - Math.max(0, haste));
  const end = at(to);
  if (haste === 0 && person.rota !== 'night' && chance.happens(0.012))
    return { inAt, outAt: end, pauses: pausesOf(inAt, end, chance), forgotten: left };
  return { inAt, outAt: left, pauses: pausesOf(inAt, left, chance) };
}

/** A meal in the middle of a long stay, sometimes a rest before it; a few run to their allowance and end by themselves. */
function pausesOf(inAt: number, outAt: number, chance: Chance): Pause[] {
  const length = outAt - inAt;
  if (length < 5 * 60 * MINUTE) return [];
  const pauses: Pause[] = [];
  const take = (kind: Pause['kind'], share: number, minutes: number, most: number): void => {
    const startAt = Math.round(inAt + length * share);
    pauses.push({ kind, startAt, endAt: startAt + Math.round(Math.min(minutes, most) * MINUTE) });
  };
  if (chance.happens(0.35)) take('rest', chance.around(0.25, 0.03), chance.around(13, 4), 20);
  if (chance.happens(0.9)) take('meal', chance.around(0.5, 0.04), chance.around(34, 6), 45);
  return pauses;
}

const onDutyAtWeekends = (department: string): boolean =>
  ['Nursing', 'Medicine', 'Reception', 'Facilities'].includes(department);
