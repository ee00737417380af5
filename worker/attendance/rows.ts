/** Rows as SQL selects them, and the contract's records made of them. SQLite has no booleans. */
import type { AttendanceRecord, BoardPerson, Break, Mark, OwnMark } from '../contract/attendance/attendance';
import type { Term } from '../contract/people/people';

export const RECORD = `attendance.id, attendance.person_id AS personId, attendance.work_date AS workDate, attendance.zone,
  in_at AS inAt, out_at AS outAt, attendance.auto, corrected, photo, attendance.due_at AS dueAt, due_out AS dueOut, unconfirmed`;
export const BREAK = `breaks.id, record_id AS recordId, breaks.person_id AS personId, kind, start_at AS startAt, end_at AS endAt,
  breaks.due_at AS dueAt, breaks.auto`;
export const MARK =
  'person_id AS personId, work_date AS workDate, status, set_by AS setBy, at, counts_early AS countsEarly';

/** SQL: the columns of a person as the board shows them; they come with `termJoin`. */
export const BOARD_PERSON =
  'people.id, people.name, departments.name AS department, term.position, term.category, people.image AS photo';

/** SQL: joins to `people` what holds of them on a date. @param on an SQL expression for the date */
export const termJoin = (on: string) =>
  `LEFT JOIN terms AS term ON term.person_id = people.id AND term.valid_from =
     (SELECT max(valid_from) FROM terms WHERE person_id = people.id AND valid_from <= ${on})
   LEFT JOIN departments ON departments.id = term.department_id`;

/** A person with the terms that hold of them on some date. */
export const boardPerson = (
  { id, name, photo }: Pick<BoardPerson, 'id' | 'name' | 'photo'>,
  term: Term | undefined,
): BoardPerson => ({
  id,
  name,
  photo,
  department: term?.department ?? null,
  position: term?.position ?? null,
  category: term?.category ?? null,
});

type Raw<Row, Flags extends keyof Row> = Omit<Row, Flags> & Record<Flags, number>;
/** A row of `RECORD`. */
export type RecordRow = Raw<AttendanceRecord, 'auto' | 'corrected' | 'unconfirmed'>;
/** A row of `BREAK`. */
export type BreakRow = Raw<Break, 'auto'>;
/** A row of `MARK`, with the note where it was selected too. */
export type MarkRow = Raw<Mark, 'countsEarly'>;
export type OwnMarkRow = Raw<OwnMark, 'countsEarly'>;

export const recordOfRow = (row: RecordRow): AttendanceRecord => ({
  ...row,
  auto: row.auto === 1,
  corrected: row.corrected === 1,
  unconfirmed: row.unconfirmed === 1,
});

export const breakOfRow = (row: BreakRow): Break => ({ ...row, auto: row.auto === 1 });

export const ownMarkOfRow = (row: OwnMarkRow): OwnMark => ({ ...row, countsEarly: row.countsEarly === 1 });

export const markOfRow = (row: MarkRow): Mark => ({ ...row, countsEarly: row.countsEarly === 1 });
