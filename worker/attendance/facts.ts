/** What people recorded and what was said of their days: the rows from which a day is computed. */
import type { AttendanceRecord, Break, Mark } from '../contract/attendance/attendance';
import { rowsOf } from '../db/queries';
import {
  BREAK,
  breakOfRow,
  type BreakRow,
  MARK,
  markOfRow,
  type MarkRow,
  RECORD,
  recordOfRow,
  type RecordRow,
} from './rows';

export interface RecordedDay {
  /** In the order they began. */
  records: AttendanceRecord[];
  breaks: Break[];
  mark: Mark | null;
}

/** The days of some dates, asked for by person and date. */
export type Recorded = (personId: string, date: string) => RecordedDay;

/** One read. @param people only these; everybody if not given */
export async function recordedDays(
  d1: D1Database,
  from: string,
  to: string,
  people?: readonly string[],
): Promise<Recorded> {
  return readRecorded(await d1.batch(recordedOf(d1, from, to, people)));
}

function recordedOf(
  d1: D1Database,
  from: string,
  to: string,
  people?: readonly string[],
): D1PreparedStatement[] {
  const which = people
    ? 'work_date BETWEEN ?1 AND ?2 AND {}person_id IN (SELECT value FROM json_each(?3))'
    : 'work_date BETWEEN ?1 AND ?2';
  const bound = (sql: string) => d1.prepare(sql).bind(from, to, ...(people ? [JSON.stringify(people)] : []));
  const of = (table: string) => which.replace('{}', table);
  return [
    bound(`SELECT ${RECORD} FROM attendance WHERE ${of('attendance.')} ORDER BY in_at`),
    bound(
      `SELECT ${BREAK} FROM breaks JOIN attendance ON attendance.id = record_id WHERE ${of('attendance.')} ORDER BY start_at`,
    ),
    bound(`SELECT ${MARK}, note FROM marks WHERE ${of('')}`),
  ];
}
function readRecorded([records, breaks, marks]: readonly D1Result[]): Recorded {
  const keyOf = (personId: string, date: string): string => `${personId} ${date}`;
  const byDay = Map.groupBy(rowsOf<RecordRow>(records).map(recordOfRow), (it) =>
    keyOf(it.personId, it.workDate),
  );
  const byRecord = Map.groupBy(rowsOf<BreakRow>(breaks).map(breakOfRow), ({ recordId }) => recordId);
  const byMark = new Map(
    rowsOf<MarkRow>(marks).map((row) => [keyOf(row.personId, row.workDate), markOfRow(row)]),
  );
  return (personId, date) => {
    const those = byDay.get(keyOf(personId, date)) ?? [];
    return {
      records: those,
      breaks: those.flatMap(({ id }) => byRecord.get(id) ?? []),
      mark: byMark.get(keyOf(personId, date)) ?? null,
    };
  };
}
