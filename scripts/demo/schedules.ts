/** The clinic's schedules, and who follows which. Three shifts, the office's day, and the mornings of those who work part-time. */
import type { Week } from '../../worker/contract/schedules.ts';
import type { Resident, Rota } from './people.ts';

/** Three share the nights, a fourth stands in: each has two days off a week, and somebody is always there. */
const crews = ['Nights, first crew', 'Nights, second crew', 'Nights, third crew', 'Nights, stand-in'];

type Plan = { name: string; start: string; end: string; breakMinutes: number; days: readonly number[] };

const WEEKDAYS = [1, 2, 3, 4, 5];

const plans: Record<Exclude<Rota, 'night'>, Plan> = {
  early: { name: 'Early shift', start: '06:00', end: '14:00', breakMinutes: 30, days: WEEKDAYS },
  day: { name: 'Office day', start: '09:00', end: '17:30', breakMinutes: 45, days: WEEKDAYS },
  late: { name: 'Late shift', start: '13:30', end: '21:30', breakMinutes: 30, days: WEEKDAYS },
  mornings: { name: 'Mornings', start: '08:30', end: '12:30', breakMinutes: 0, days: WEEKDAYS },
};

/** What a person is expected to work, days of the week counted 1 (Monday) to 7. */
export function planOf({ rota, order }: Pick<Resident, 'rota' | 'order'>): Plan {
  if (rota !== 'night') return plans[rota];
  const days = [1, 2, 3, 4, 5, 6, 7].filter((day) => (day + 2 * order) % 7 < 5);
  return { name: crews[order] ?? 'Nights', start: '22:00', end: '06:00', breakMinutes: 30, days };
}

/** Minutes from the date's midnight to the shift's start and end; beyond 24 h is the next date. */
export function minutesOf({ start, end }: Plan): { from: number; to: number } {
  const [from, to] = [minutes(start), minutes(end)];
  return { from, to: to > from ? to : to + 24 * 60 };
}

/** @param shift by how many days the days of the week are moved: for a workplace where today passes for a Wednesday */
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
