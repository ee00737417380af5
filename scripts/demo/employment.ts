/** Each person's terms: some left, will leave, moved to another department, or came back. */
import type { Temporal } from 'temporal-polyfill';
import type { Calendar } from './calendar.ts';
import { idAt } from './ids.ts';
import type { Person } from './people.ts';

/** A row of `terms`: valid from a local date on. */
export type DemoTerm = {
  personId: string;
  validFrom: string;
  employed: boolean;
  departmentId: string;
  department: string;
  position: string;
  category: string;
  weeklyMinutes: number | null;
};

/** Minutes a week beyond which work is overtime; the others have no limit. */
const weekly: Record<string, number> = { 'Part-time': 20 * 60, Trainee: 38.5 * 60 };

export type Employment = {
  departments: { id: string; name: string }[];
  terms: DemoTerm[];
  isEmployed: (personId: string, date: string) => boolean;
  /** The last day, for people who have left. */
  lastDays: Map<string, string>;
};

export function employmentOf(people: readonly Person[], calendar: Calendar, beganAt: number): Employment {
  const names = [...new Set(people.map(({ department }) => department))].sort();
  const departments = names.map((name) => ({ id: idAt(beganAt, 'department', name), name }));
  const terms = people.flatMap((person, index) =>
    changesOf(person, index, calendar.todayDate).map(([from, change]): DemoTerm => {
      const { department = person.department, employed = true } = change;
      return {
        personId: person.id,
        validFrom: from.toString(),
        employed,
        departmentId: departments.find(({ name }) => name === department)?.id ?? '',
        department,
        position: person.position,
        category: person.category,
        weeklyMinutes: weekly[person.category] ?? null,
      };
    }),
  );
  const byPerson = Map.groupBy(terms, ({ personId }) => personId);
  const termOn = (personId: string, date: string) =>
    byPerson.get(personId)?.findLast(({ validFrom }) => validFrom <= date);
  const gone = people.flatMap(({ id }) => {
    const term = termOn(id, calendar.today);
    return term?.employed === false ? [[id, dayBefore(term.validFrom)] as const] : [];
  });
  return {
    departments,
    terms,
    isEmployed: (personId, date) => termOn(personId, date)?.employed ?? false,
    lastDays: new Map(gone),
  };
}

type Change = [from: Temporal.PlainDate, change: { department?: string; employed?: boolean }];

function changesOf(person: Person, index: number, today: Temporal.PlainDate): Change[] {
  const first = firstDayOf(person, index, today);
  const lastMonth = today.with({ day: 1 }).subtract({ months: 1 });
  switch (person.name) {
    case 'Henrik Solberg':
      return [
        [first, {}],
        [today.subtract({ days: 24 }), { employed: false }],
      ];
    case 'Joost van Dijk':
      return [
        [first, {}],
        [today.add({ days: 15 }), { employed: false }],
      ];
    case 'Noor Rahimi':
      return [
        [first, { department: 'Reception' }],
        [lastMonth, {}],
      ];
    case 'Rosa Jiménez':
      return [
        [today.with({ day: 1 }).subtract({ years: 6 }), {}],
        [today.with({ day: 1 }).subtract({ months: 14 }), { employed: false }],
        [today.subtract({ days: 40 }), {}],
      ];
    default:
      return [[first, {}]];
  }
}

/** Contracts begin on the first or in the middle of a month; trainees have been here for a year at most. */
function firstDayOf({ category }: Person, index: number, today: Temporal.PlainDate): Temporal.PlainDate {
  const months = category === 'Trainee' ? 8 + (index % 4) : 5 + ((index * 29) % 170);
  return today.with({ day: index % 4 === 3 ? 15 : 1 }).subtract({ months });
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}
