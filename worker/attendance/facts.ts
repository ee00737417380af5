/** The records, breaks and marks that a day is computed from. */
import type { AttendanceRecord, Break, Mark } from '../contract/attendance/attendance';
import { ask, type Fact, map, rows, together } from '../db/queries';
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
} from './records';

export interface RecordedDay {
  /** In the order they began. */
  records: AttendanceRecord[];
  breaks: Break[];
  mark: Mark | null;
}

export type Recorded = (personId: string, date: string) => RecordedDay;

/** One read. @param people only these; all if not given */
export const recordedDays = (
  d1: D1Database,
  from: string,
  to: string,
  people?: readonly string[],
): Promise<Recorded> => ask(d1, recordedIn(d1, from, to, people));

function recordedIn(
  d1: D1Database,
  from: string,
  to: string,
  people: readonly string[] | undefined,
): Fact<Recorded> {
  const read = <Row>(sql: string) =>
    rows<Row>(d1, sql, [from, to, ...(people ? [JSON.stringify(people)] : [])]);
  const where = (person: string) =>
    `work_date BETWEEN ?1 AND ?2${people ? ` AND ${person} IN (SELECT value FROM json_each(?3))` : ''}`;
  const facts = together({
    records: read<RecordRow>(
      `SELECT ${RECORD} FROM attendance WHERE ${where('attendance.person_id')} ORDER BY in_at`,
    ),
    breaks: read<BreakRow>(`SELECT ${BREAK} FROM breaks JOIN attendance ON attendance.id = record_id
        WHERE ${where('attendance.person_id')} ORDER BY start_at`),
    marks: read<MarkRow>(`SELECT ${MARK}, note FROM marks WHERE ${where('person_id')}`),
  });
  return map(facts, ({ records, breaks, marks }) => {
    const keyOf = (personId: string, date: string): string => `${personId} ${date}`;
    const byDay = Map.groupBy(records.map(recordOfRow), (it) => keyOf(it.personId, it.workDate));
    const byRecord = Map.groupBy(breaks.map(breakOfRow), ({ recordId }) => recordId);
    const byMark = new Map(marks.map((row) => [keyOf(row.personId, row.workDate), markOfRow(row)]));
    return (personId, date) => {
      const ofDay = byDay.get(keyOf(personId, date)) ?? [];
      return {
        records: ofDay,
        breaks: ofDay.flatMap(({ id }) => byRecord.get(id) ?? []),
        mark: byMark.get(keyOf(personId, date)) ?? null,
      };
    };
  });
}
