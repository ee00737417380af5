/** The columns of reports on a page: those of the files, without empty ones. */
import { DayStatus, dayStatusWords } from '$contract/attendance/attendance';
import { type ReportDay, reportHours, type ReportTotal } from '$contract/reports/reports';
import { duration } from '$lib/times';

export interface Column<Row> {
  label: string;
  of: (row: Row) => string;
}

/** In the place of a value that is not there. */
export const NONE = '–';

const always: readonly string[] = ['workedMs', 'breakMs', 'overtimeMs'];

/** The hours that occur in these rows. */
export const hoursIn = <Row extends ReportDay | ReportTotal>(rows: readonly Row[]): Column<Row>[] =>
  reportHours
    .filter(([key]) => always.includes(key) || rows.some((row) => row[key] > 0))
    .map(([key, label]) => ({ label, of: (row) => (row[key] > 0 ? duration(row[key]) : NONE) }));

export function totalColumns(
  totals: readonly ReportTotal[],
  by: 'person' | 'department',
): Column<ReportTotal>[] {
  const counted = (label: string, count: (total: ReportTotal) => number): Column<ReportTotal>[] =>
    totals.some((total) => count(total) > 0)
      ? [{ label, of: (total) => (count(total) === 0 ? NONE : String(count(total))) }]
      : [];
  return [
    ...(by === 'department' ? counted('People', ({ people }) => people) : []),
    ...hoursIn(totals),
    ...DayStatus.options.flatMap((status) =>
      counted(dayStatusWords[status], ({ days }) => days[status] ?? 0),
    ),
    ...counted('Not expected', ({ days }) => days['none'] ?? 0),
    ...counted('Worked on leave', ({ workedOnLeave }) => workedOnLeave),
    ...counted('Not confirmed', ({ unconfirmed }) => unconfirmed),
  ];
}
