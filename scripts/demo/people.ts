/** The clinic's people with their email, category and place in the rota. */
import type { Temporal } from 'temporal-polyfill';
import type { Calendar } from './calendar.ts';
import { idAt } from './ids.ts';
import { planOf, type Rotation } from './schedules.ts';
import { cafeCrews, type Entry, entries, isSignedIn, type Rota } from './staff.ts';

export type Person = Rotation & {
  id: string;
  name: string;
  email: string;
  staffNumber: string;
  department: string;
  position: string;
  category: string;
};

/** @param beganAt when they were entered, epoch milliseconds */
export function peopleOf(calendar: Calendar, beganAt: number): Person[] {
  const all = [...entries, ...cafeEntries(calendar)];
  return all.map(([name, department, position, rota], index) => ({
    id: idAt(beganAt, emailOf(name)),
    name,
    email: emailOf(name),
    staffNumber: `H-${1_001 + index}`,
    department,
    position,
    category: categoryOf(department, position, rota),
    rota,
    order: orderOf(calendar, all, index),
  }));
}

/** The café's rotas, in the order in which they follow each other. */
const cafeRotas = ['early', 'late', 'night'] as const;

/** The first crew, whose sign-ins the demo prints, works the present shift. */
const cafeEntries = (calendar: Calendar): Entry[] =>
  cafeCrews.flatMap(([cashier, barista], index): Entry[] => {
    const now = cafeRotas.indexOf(shiftNow(calendar).rota);
    const rota = cafeRotas[(now + index) % cafeRotas.length] ?? 'early';
    return [
      [cashier, 'Café and shop', 'Cashier', rota],
      [barista, 'Café and shop', 'Barista', rota],
    ];
  });

/** The present one of the three shifts, and the date on which it began. */
export function shiftNow(calendar: Calendar): { rota: 'early' | 'late' | 'night'; date: Temporal.PlainDate } {
  const today = calendar.todayDate;
  const since = (hour: number) => calendar.now >= calendar.at(today, hour * 60);
  if (!since(6)) return { rota: 'night', date: today.subtract({ days: 1 }) };
  if (!since(14)) return { rota: 'early', date: today };
  return { rota: since(22) ? 'night' : 'late', date: today };
}

/** A person's place among those of the same rota; a person with a sign-in gets one that works now, and on the days around. */
function orderOf(calendar: Calendar, all: readonly Entry[], index: number): number {
  const [name, , , rota] = all[index] ?? ['', '', '', 'day'];
  const order = all.slice(0, index).filter((earlier) => earlier[3] === rota).length;
  if (!isSignedIn({ name })) return order;
  const isAtCafe = cafeCrews[0].some((one) => one === name);
  const date = isAtCafe ? shiftNow(calendar).date : calendar.todayDate;
  const works = (place: number) => {
    const { days } = planOf({ rota, order: place });
    return [-1, 0, 1].every((after) => days.includes(calendar.like(date.add({ days: after })).dayOfWeek));
  };
  return [order, order + 1, order + 2].find(works) ?? order;
}

function categoryOf(department: string, position: string, rota: Rota): string {
  if (/^Trainee|^Resident/.test(position)) return 'Trainee';
  if (department === 'Facilities') return 'Contractor';
  return rota === 'mornings' ? 'Part-time' : 'Staff';
}

function emailOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ı', 'i').toLowerCase();
  return `${plain.replaceAll(/[^a-z]+/g, '.')}@harbour.example`;
}
