/** The reports: a page of days, totals, and one's own days. */
import { byName } from '../contract/search-key';
import type { ReportDay, ReportDays, ReportTotal, ReportTotals } from '../contract/reports/reports';
import { addDays } from '../contract/zones';
import type { Scope } from '../scope';
import { reportDays, type ReportFilter } from './days';

/** The minimum of a page, which holds whole dates. */
const PAGE = 200;

const aboutOf = ({ me, now }: Scope, { from, to }: ReportFilter) => ({
  organisation: me.settings.organisation,
  zone: me.settings.zone,
  asOf: now(),
  from,
  to,
});

export async function pageOfDays(scope: Scope, filter: ReportFilter): Promise<ReportDays> {
  const page: ReportDays = { ...aboutOf(scope, filter), days: [], next: null };
  for await (const { to, days } of reportDays(scope, filter)) {
    page.days.push(...days);
    if (page.days.length < PAGE) continue;
    const next = addDays(to, 1);
    page.next = next <= filter.to ? next : null;
    break;
  }
  return page;
}

/** One's own days, without the notes, which only supervisors see. */
export async function ownDays(scope: Scope, filter: Pick<ReportFilter, 'from' | 'to'>): Promise<ReportDays> {
  const page = await pageOfDays(scope, { ...filter, person: scope.me.id });
  return { ...page, days: page.days.map((day) => ({ ...day, note: null })) };
}

export type By = 'person' | 'department';

/** The sums of all matching days, in the order of names. */
export async function totals(scope: Scope, filter: ReportFilter, by: By): Promise<ReportTotals> {
  const sums = new Map<string, ReportTotal & { who: Set<string> }>();
  for await (const { days } of reportDays(scope, filter)) for (const day of days) add(sums, day, by);
  return {
    ...aboutOf(scope, filter),
    totals: byName(
      [...sums.values()].map(({ who, ...sum }) => ({ ...sum, people: who.size })),
      ({ key }) => key,
    ),
  };
}

function add(sums: Map<string, ReportTotal & { who: Set<string> }>, day: ReportDay, by: By): void {
  const key = by === 'person' ? day.personId : (day.departmentId ?? '');
  const sum = sums.get(key) ?? blank(key, day, by);
  sums.set(key, sum);
  sum.who.add(day.personId);
  if (by === 'person') sum.department = day.department;
  sum.workedMs += day.workedMs;
  sum.breakMs += day.breakMs;
  sum.deductedMs += day.deductedMs;
  sum.uncountedMs += day.uncountedMs;
  sum.overtimeMs += day.overtimeMs;
  sum.weekOvertimeMs += day.weekOvertimeMs;
  sum.lateMs += day.lateMs;
  sum.earlyMs += day.earlyMs;
  sum.workedOnLeave += day.workedOnLeave ? 1 : 0;
  sum.unconfirmed += day.unconfirmed ? 1 : 0;
  const status = day.status ?? 'none';
  sum.days[status] = (sum.days[status] ?? 0) + 1;
}

const blank = (key: string, day: ReportDay, by: By): ReportTotal & { who: Set<string> } => ({
  key,
  people: 0,
  days: {},
  who: new Set<string>(),
  name: by === 'person' ? day.name : (day.department ?? 'No department'),
  email: by === 'person' ? day.email : null,
  staffNumber: by === 'person' ? day.staffNumber : null,
  department: by === 'person' ? day.department : null,
  workedMs: 0,
  breakMs: 0,
  deductedMs: 0,
  uncountedMs: 0,
  overtimeMs: 0,
  weekOvertimeMs: 0,
  lateMs: 0,
  earlyMs: 0,
  workedOnLeave: 0,
  unconfirmed: 0,
});
