/** The reports as they are asked for: a page of days, totals, one's own. */
import type { ReportDays, ReportTotal, ReportTotals } from '../contract/reports';
import { addDays } from '../contract/dates';
import type { Scope } from '../scope';
import { reportDays, type Wanted } from './days';

/** A page has at least so many rows, if there are as many. */
const PAGE = 200;

const aboutOf = ({ me, now }: Scope, { from, to }: Wanted) => ({
  ...{ organisation: me.settings.organisation, zone: me.settings.zone, asOf: now(), from, to },
});

/** Some dates of the report; whole dates, so that a page ends between two. */
export async function pageOfDays(scope: Scope, wanted: Wanted): Promise<ReportDays> {
  const page: ReportDays = { ...aboutOf(scope, wanted), days: [], next: null };
  for await (const { to, days } of reportDays(scope, wanted)) {
    page.days.push(...days);
    if (page.days.length < PAGE) continue;
    const next = addDays(to, 1);
    page.next = next <= wanted.to ? next : null;
    break;
  }
  return page;
}

/** One's own days: what a supervisor noted stays with the supervisors. */
export async function ownDays(scope: Scope, wanted: Pick<Wanted, 'from' | 'to'>): Promise<ReportDays> {
  const page = await pageOfDays(scope, { ...wanted, person: scope.me.id });
  return { ...page, days: page.days.map((day) => ({ ...day, note: null })) };
}

/** The sums over all days wanted, by name. */
export async function totals(
  scope: Scope,
  wanted: Wanted,
  by: 'person' | 'department',
): Promise<ReportTotals> {
  const sums = new Map<string, ReportTotal & { who: Set<string> }>();
  for await (const { days } of reportDays(scope, wanted)) {
    for (const day of days) {
      const department = day.department ?? 'No department';
      const key = by === 'person' ? day.personId : department;
      const name = by === 'person' ? day.name : department;
      const sum = sums.get(key) ?? {
        ...{ key, name, department: day.department, people: 0, workedMs: 0, breakMs: 0, overtimeMs: 0 },
        ...{ days: {}, who: new Set<string>() },
      };
      sums.set(key, sum);
      sum.who.add(day.personId);
      sum.workedMs += day.workedMs;
      sum.breakMs += day.breakMs;
      sum.overtimeMs += day.overtimeMs;
      const status = day.status ?? 'none';
      sum.days[status] = (sum.days[status] ?? 0) + 1;
    }
  }
  return {
    ...aboutOf(scope, wanted),
    totals: [...sums.values()]
      .map(({ who, ...sum }) => ({ ...sum, people: who.size }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.key < b.key ? -1 : 1)),
  };
}
