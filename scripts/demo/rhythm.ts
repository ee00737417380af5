/** One person's date: work with its times, leave, sickness or absence. */
import { Temporal } from 'temporal-polyfill';
import { instantAfter } from './calendar.ts';
import { Chance } from './chance.ts';
import type { Person } from './people.ts';
import { minutesOf, planOf } from './schedules.ts';
import { isSignedIn } from './staff.ts';

/** A break within a day, in UTC epoch milliseconds. */
export type DemoBreak = { kind: 'meal' | 'rest'; startAt: number; endAt: number };

/** A day at work in UTC epoch milliseconds; `forgotten` is when a person who never checked out really left. */
export type Worked = { inAt: number; outAt: number; breaks: DemoBreak[]; forgotten?: number };

export type Lived =
  | { kind: 'off' | 'holiday' | 'leave' | 'sick' | 'missing' }
  | { kind: 'work'; day: Worked; expected: boolean };

/** The spread of arrivals, in minutes. */
const spreads = { early: 4, day: 6, duty: 5, late: 5, evening: 4, night: 4, dawn: 4, mornings: 5 };
const MINUTE = 60_000;
/** A person is on leave for one week out of this number. */
const LEAVE_WEEKS = 20;

/**
 * @param like the date whose day of the week and chances count; usually the date itself
 */
export function lived(
  person: Person,
  date: Temporal.PlainDate,
  zone: string,
  { like = date, holiday = false }: { like?: Temporal.PlainDate; holiday?: boolean } = {},
): Lived {
  const chance = new Chance(person.email, like.toString());
  const planned = planOf(person).days.includes(like.dayOfWeek);
  const onWards = person.rota !== 'day' && person.rota !== 'mornings';
  if (holiday && !onWards) return { kind: planned ? 'holiday' : 'off' };
  if (!planned) {
    const called = onWards && person.rota !== 'night' && chance.happens(0.03);
    return called
      ? { kind: 'work', day: workedOn(person, date, zone, chance), expected: false }
      : { kind: 'off' };
  }
  if (isSignedIn(person))
    return { kind: 'work', day: workedOn(person, date, zone, chance), expected: !holiday };
  if (isOnLeave(person, like)) return { kind: 'leave' };
  if (chance.happens(0.02)) return { kind: 'sick' };
  if (chance.happens(0.008)) return { kind: 'missing' };
  return { kind: 'work', day: workedOn(person, date, zone, chance), expected: !holiday };
}

/** By the week, in turn: at most one person of a rota is away. */
function isOnLeave({ order }: Person, like: Temporal.PlainDate): boolean {
  const week = Math.floor(Temporal.PlainDate.from('2024-01-01').until(like).days / 7);
  return (week + order) % LEAVE_WEEKS === 0;
}

function workedOn(person: Person, date: Temporal.PlainDate, zone: string, chance: Chance): Worked {
  const { from, to } = minutesOf(planOf(person));
  const spread = spreads[person.rota];
  const habit = new Chance(person.email).around(-3, spread / 2);
  const at = (minutes: number): number => instantAfter(zone, date, Math.round(minutes * 60)) + chance.bits(9);
  // A late tram, an appointment in the afternoon.
  const delay = chance.happens(0.05) ? chance.around(22, 9) : 0;
  const haste = chance.happens(0.03) ? chance.around(70, 20) : 0;
  const inAt = at(chance.around(from + habit, spread) + Math.max(0, delay));
  const left = at(chance.around(to + 6, 7) - Math.max(0, haste));
  const end = instantAfter(zone, date, to * 60);
  if (haste === 0 && !isSignedIn(person) && chance.happens(0.012))
    return { inAt, outAt: end, breaks: breaksOf(inAt, end, chance), forgotten: left };
  return { inAt, outAt: left, breaks: breaksOf(inAt, left, chance) };
}

/**
 * A meal in the middle of a long day, sometimes a rest before it. A few run to their allowance and end by themselves, a few
 * are longer than that.
 */
function breaksOf(inAt: number, outAt: number, chance: Chance): DemoBreak[] {
  const length = outAt - inAt;
  if (length < 5 * 60 * MINUTE) return [];
  const breaks: DemoBreak[] = [];
  const take = (kind: DemoBreak['kind'], share: number, minutes: number, most: number): void => {
    const startAt = Math.round(inAt + length * share);
    const over = chance.happens(0.04) ? chance.around(11, 3) : 0;
    const taken = over > 0 ? most + over : Math.min(minutes, most);
    breaks.push({ kind, startAt, endAt: startAt + Math.round(taken * MINUTE) });
  };
  if (chance.happens(0.35)) take('rest', chance.around(0.25, 0.03), chance.around(13, 4), 20);
  if (chance.happens(0.9)) take('meal', chance.around(0.5, 0.04), chance.around(34, 6), 45);
  return breaks;
}
