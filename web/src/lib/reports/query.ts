import { DayStatus } from '$contract/attendance/attendance';
import { addDays, mondayOf } from '$contract/zones';
import { MOST_REPORT_DAYS, type ReportChoices } from '$contract/reports/reports';
import { Id, LocalDate } from '$contract/values';
import * as v from 'valibot';
import { distinctionsOf } from './words';

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

/** Local dates, both included. */
export interface Span {
  from: string;
  to: string;
}

/** The report in an address; today without dates, and without unknown values. */
export function queryOf(query: URLSearchParams, today: string) {
  const { kind, from, to, person, department, category, status } = v.parse(Query, Object.fromEntries(query));
  return {
    kind,
    filter: {
      ...spanOf(from ?? to ?? today, to ?? from ?? today, 'from'),
      ...(person && { person }),
      ...(department && { department }),
      ...(category && { category }),
      ...(status && { status }),
    },
  };
}

/** Dates in order, within the longest report. The date chosen last stays; the other follows. */
export function spanOf(from: string, to: string, chosen: 'from' | 'to'): Span {
  if (chosen === 'from') {
    const most = addDays(from, MOST_REPORT_DAYS - 1);
    return { from, to: to < from ? from : to > most ? most : to };
  }
  const least = addDays(to, 1 - MOST_REPORT_DAYS);
  return { from: from > to ? to : from < least ? least : from, to };
}

/** The first and the last date of the month that the date is in. */
export function monthOf(date: string): Span {
  const from = `${date.slice(0, 7)}-01`;
  const next = addDays(from, 31);
  return { from, to: addDays(`${next.slice(0, 7)}-01`, -1) };
}

/** The last month that is over. */
export const lastMonth = (today: string): Span => monthOf(addDays(monthOf(today).from, -1));

/** Common spans up to today. A week begins on Monday. */
export function presetsOf(today: string): (Span & { label: string })[] {
  const monday = mondayOf(today);
  return [
    { label: 'Today', from: today, to: today },
    { label: 'This week', from: monday, to: today },
    { label: 'Last week', from: addDays(monday, -7), to: addDays(monday, -1) },
    { label: 'This month', from: monthOf(today).from, to: today },
    { label: 'Last month', ...lastMonth(today) },
  ];
}

/** People for a select: a shared name gets the staff number or email, a leaver gets “left”. */
export function optionsOf(people: ReportChoices['people']): { id: string; label: string }[] {
  const distinctions = distinctionsOf(people);
  return people.map(({ id, name, active }) => ({
    id,
    label: `${name}${distinctions.has(id) ? ` (${distinctions.get(id)})` : ''}${active ? '' : ', left'}`,
  }));
}

export const sumOf = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);
