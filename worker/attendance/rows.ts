/** Rows as SQL selects them, and the contract's records made of them. SQLite has no booleans. */
import type { AttendanceRecord, Break } from '../contract/attendance';

export const RECORD = `attendance.id, attendance.person_id AS personId, attendance.work_date AS workDate, attendance.zone,
  in_at AS inAt, out_at AS outAt, attendance.auto, corrected, photo, attendance.due_at AS dueAt`;
export const BREAK = `breaks.id, record_id AS recordId, breaks.person_id AS personId, kind, start_at AS startAt, end_at AS endAt,
  breaks.due_at AS dueAt, breaks.auto`;
export const MARK = 'person_id AS personId, work_date AS workDate, status, set_by AS setBy, at';
/** A person as the board shows them. */
export const BOARD_PERSON = 'people.id, name, department, position, category, image AS photo';

type Raw<Row, Flags extends keyof Row> = Omit<Row, Flags> & Record<Flags, number>;
/** A row of `RECORD`. */
export type RecordRow = Raw<AttendanceRecord, 'auto' | 'corrected'>;
/** A row of `BREAK`. */
export type BreakRow = Raw<Break, 'auto'>;

export const recordOfRow = (row: RecordRow): AttendanceRecord => ({
  ...row,
  auto: row.auto === 1,
  corrected: row.corrected === 1,
});

export const breakOfRow = (row: BreakRow): Break => ({ ...row, auto: row.auto === 1 });
