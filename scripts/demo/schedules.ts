/** The clinic's schedules and their people: wards and café on all seven days, the office from Monday to Friday. */
import type { Week } from '../../worker/contract/schedules/schedules.ts';
import type { Rota } from './staff.ts';

/** A person's rota and their place in it, which decides their days off. */
export type Rotation = { rota: Rota; order: number };

type Plan = { name: string; start: string; end: string; breakMinutes: number; days: readonly number[] };

const WEEKDAYS = [1, 2, 3, 4, 5];
/** Each has two days off a week, no two on the same. */
const teams = [
  { letter: 'A', days: [1, 2, 3, 4, 7] },
  { letter: 'B', days: [3, 4, 5, 6, 7] },
  { letter: 'C', days: [1, 2, 5, 6, 7] },
];

const shifts: Record<Rota, Omit<Plan, 'days'>> = {
  early: { name: 'Early shift', start: '06:00', end: '14:00', breakMinutes: 30 },
  day: { name: 'Office day', start: '09:00', end: '17:30', breakMinutes: 45 },
  duty: { name: 'Day duty', start: '09:00', end: '17:30', breakMinutes: 45 },
  late: { name: 'Late shift', start: '13:30', end: '22:00', breakMinutes: 30 },
  evening: { name: 'Emergency evening', start: '18:00', end: '02:30', breakMinutes: 30 },
  night: { name: 'Night shift', start: '21:30', end: '06:15', breakMinutes: 30 },
  dawn: { name: 'House and kitchen', start: '05:00', end: '09:30', breakMinutes: 0 },
  mornings: { name: 'Mornings', start: '08:30', end: '12:30', breakMinutes: 0 },
};

/** A person's working days, 1 (Monday) to 7, and shift. */
export function planOf({ rota, order }: Rotation): Plan {
  const shift = shifts[rota];
  const team = teams[order % teams.length];
  if (rota === 'day' || rota === 'mornings' || !team) return { ...shift, days: WEEKDAYS };
  return { ...shift, name: `${shift.name}, team ${team.letter}`, days: team.days };
}

/** Minutes from the date's midnight to the shift's start and end; beyond 24 h is the next date. */
export function minutesOf({ start, end }: Plan): { from: number; to: number } {
  const [from, to] = [minutes(start), minutes(end)];
  return { from, to: to > from ? to : to + 24 * 60 };
}

/** @param shift the number of days by which weekdays are shifted, if today is treated as a Wednesday */
export function weekOf({ start, end, breakMinutes, days }: Plan, shift: number): Week {
  const works = (day: number): boolean => days.includes(((day + shift + 6) % 7) + 1);
  return {
    days: [1, 2, 3, 4, 5, 6, 7].map((day) => (works(day) ? { start, end, breakMinutes } : null)),
    graceMinutes: null,
    earlyMinutes: 10,
    halfDayMinutes: breakMinutes === 0 ? 120 : 240,
  };
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
