import { DayStatus } from '$contract/attendance';
import { addDays } from '$contract/dates';
import type { ReportChoices } from '$contract/reports';
import { Id, LocalDate } from '$contract/values';
import * as v from 'valibot';

/** What a report shows: each person's days, or sums by person or department. */
export const kinds = {
  days: 'Day by day',
  person: 'Totals by person',
  department: 'Totals by department',
} as const;
const Query = v.object({
  kind: v.fallback(v.picklist(['days', 'person', 'department']), 'days'),
  from: v.fallback(v.optional(LocalDate), undefined),
  to: v.fallback(v.optional(LocalDate), undefined),
  person: v.fallback(v.optional(Id), undefined),
  department: v.fallback(v.optional(Id), undefined),
  category: v.fallback(v.optional(v.pipe(v.string(), v.minLength(1))), undefined),
  status: v.fallback(v.optional(DayStatus), undefined),
});

/** What an address asks for; today if it names no dates, and nothing it does not know. */
export function askedOf(query: URLSearchParams, today: string) {
  const { kind, from, to, person, department, category, status } = v.parse(Query, Object.fromEntries(query));
  const first = from ?? to ?? today;
  const last = to ?? from ?? today;
  return {
    kind,
    wanted: {
      ...{ from: first, to: last < first ? first : last, ...(person && { person }) },
      ...{ ...(department && { department }), ...(category && { category }), ...(status && { status }) },
    },
  };
}

/** The first and the last date of the month that the date is in. */
export function monthOf(date: string): { from: string; to: string } {
  const from = `${date.slice(0, 7)}-01`;
  const next = addDays(from, 31);
  return { from, to: addDays(`${next.slice(0, 7)}-01`, -1) };
}

/** Spans that people ask for again and again. A week begins on Monday. */
export function presetsOf(today: string): { label: string; from: string; to: string }[] {
  const weekday = (new Date(`${today}T00:00Z`).getUTCDay() + 6) % 7;
  const monday = addDays(today, -weekday);
  const lastMonth = monthOf(addDays(monthOf(today).from, -1));
  return [
    { label: 'Today', from: today, to: today },
    { label: 'This week', from: monday, to: addDays(monday, 6) },
    { label: 'Last week', from: addDays(monday, -7), to: addDays(monday, -1) },
    { label: 'This month', ...monthOf(today) },
    { label: 'Last month', ...lastMonth },
  ];
}

/** A person in a select: namesakes are told apart, leavers are said to have left. */
export function nameIn(people: readonly Choice[], { id, name, email, staffNumber, active }: Choice): string {
  const alike = people.some((other) => other.id !== id && other.name === name);
  return `${name}${alike ? ` (${staffNumber ?? email})` : ''}${active ? '' : ', left'}`;
}
type Choice = ReportChoices['people'][number];

export const sumOf = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);
