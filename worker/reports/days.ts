/** The days of a report, some dates at a time, so that a report of any length fits a Worker. */
import { addDays, dateIn } from '../contract/zones';
import type { DayStatus } from '../contract/attendance/attendance';
import { MOST_REPORT_DAYS, type ReportDay } from '../contract/reports/reports';
import { daysOf, type PersonDay } from '../attendance/outcomes';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

/** A field left out matches all days. */
export interface ReportFilter {
  from: string;
  to: string;
  person?: string | undefined;
  /** A department's id. */
  department?: string | undefined;
  category?: string | undefined;
  status?: DayStatus | undefined;
}

/**
 * The span up to today.
 * @throws Refusal `invalid_input` for dates out of order, or more than a year
 */
export function within<It extends { from: string; to: string }>({ me, now }: Scope, span: It): It {
  const wrong =
    span.from > span.to
      ? 'must not be before the first date'
      : span.to >= addDays(span.from, MOST_REPORT_DAYS)
        ? `must be at most ${MOST_REPORT_DAYS} days after the first date`
        : undefined;
  if (wrong)
    throw new Refusal('invalid_input', { detail: `to ${wrong}.`, issues: [{ path: 'to', message: wrong }] });
  const today = dateIn(me.settings.zone, now());
  return { ...span, to: span.from <= today && today < span.to ? today : span.to };
}

export interface Stretch {
  /** The last date. */
  to: string;
  days: ReportDay[];
}

/** The days up to `to` or today, a stretch of dates at a time, by date and name. */
export async function* reportDays(scope: Scope, filter: ReportFilter): AsyncGenerator<Stretch> {
  for await (const { to, days } of daysOf(scope, filter)) {
    yield { to, days: days.filter((day) => matches(day, filter)).map(reportDay) };
  }
}

const matches = ({ term, outcome }: PersonDay, { department, category, status }: ReportFilter): boolean =>
  (department === undefined || term?.departmentId === department) &&
  (category === undefined || term?.category === category) &&
  (status === undefined || outcome.status === status);

function reportDay(day: PersonDay): ReportDay {
  const { person, term, records, breaks, mark, outcome } = day;
  const { worked: _worked, ...sums } = outcome;
  const outs = records.map(({ outAt }) => outAt ?? 0);
  return {
    personId: person.id,
    name: person.name,
    email: person.email,
    staffNumber: person.staffNumber,
    departmentId: term?.departmentId ?? null,
    department: term?.department ?? null,
    position: term?.position ?? null,
    category: term?.category ?? null,
    workDate: day.date,
    zone: day.zone,
    ...sums,
    firstIn: records[0]?.inAt ?? null,
    lastOut: outcome.open || outs.length === 0 ? null : Math.max(...outs),
    overtimeMs: day.overtimeMs,
    weekOvertimeMs: day.weekOvertimeMs,
    auto: records.some(({ auto }) => auto),
    unconfirmed: records.some(({ unconfirmed }) => unconfirmed),
    corrected: records.some(({ corrected }) => corrected),
    longBreak: breaks.some(({ endAt, dueAt }) => endAt !== null && endAt > dueAt),
    note: mark?.note ?? null,
  };
}
