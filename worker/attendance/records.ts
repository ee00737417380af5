/** Reads records, breaks and marks, and makes the events about them. */
import type {
  AttendanceRecord,
  BoardPerson,
  Break,
  Mark,
  OwnMark,
  PresenceState,
} from '../contract/attendance/attendance';
import type { RecordWithBreaks } from '../contract/attendance/corrections/corrections';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { Term } from '../contract/people/people';
import { type Fact, map, rows, together } from '../db/queries';

export const RECORD = `attendance.id, attendance.person_id AS personId, attendance.work_date AS workDate, attendance.zone,
  in_at AS inAt, out_at AS outAt, attendance.auto, corrected, photo, attendance.due_at AS dueAt, due_out AS dueOut, unconfirmed, attendance.offline`;
export const BREAK = `breaks.id, record_id AS recordId, breaks.person_id AS personId, kind, start_at AS startAt, end_at AS endAt,
  breaks.due_at AS dueAt, breaks.auto, breaks.offline`;
export const MARK =
  'person_id AS personId, work_date AS workDate, status, set_by AS setBy, at, counts_early AS countsEarly';

/** SQL: the columns of `BoardPerson`; they need `termJoin`. */
export const BOARD_PERSON =
  'people.id, people.name, departments.name AS department, term.position, term.category, people.image AS photo';

/** SQL: joins to `people` their terms on a date. @param on an SQL expression for the date */
export const termJoin = (on: string) =>
  `LEFT JOIN terms AS term ON term.person_id = people.id AND term.valid_from =
     (SELECT max(valid_from) FROM terms WHERE person_id = people.id AND valid_from <= ${on})
   LEFT JOIN departments ON departments.id = term.department_id`;

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

/** SQLite has no booleans. */
type Raw<Row, Flags extends keyof Row> = Omit<Row, Flags> & Record<Flags, number>;
export type RecordRow = Raw<AttendanceRecord, 'auto' | 'corrected' | 'unconfirmed' | 'offline'>;
export type BreakRow = Raw<Break, 'auto' | 'offline'>;
/** A row of `MARK` and `note`. */
export type MarkRow = Raw<Mark, 'countsEarly'>;
/** A row of `MARK`. */
export type OwnMarkRow = Raw<OwnMark, 'countsEarly'>;

export const recordOfRow = (row: RecordRow): AttendanceRecord => ({
  ...row,
  auto: row.auto === 1,
  corrected: row.corrected === 1,
  unconfirmed: row.unconfirmed === 1,
  offline: row.offline === 1,
});

export const breakOfRow = (row: BreakRow): Break => ({
  ...row,
  auto: row.auto === 1,
  offline: row.offline === 1,
});

export const ownMarkOfRow = (row: OwnMarkRow): OwnMark => ({ ...row, countsEarly: row.countsEarly === 1 });

export const markOfRow = (row: MarkRow): Mark => ({ ...row, countsEarly: row.countsEarly === 1 });

export interface PersonRecord extends RecordWithBreaks {
  /** As of the record's date. */
  person: BoardPerson;
}

export const recordSubject = (id: string) => `attendance/${id}`;
export const breakSubject = (id: string) => `break/${id}`;

export const openRecordOf = (d1: D1Database, personId: string): Fact<PersonRecord | undefined> =>
  map(recordsWhere(d1, 'person_id = ?1 AND out_at IS NULL', personId), ([open]) => open);

export const recordOf = (d1: D1Database, personId: string, id: string): Fact<PersonRecord | undefined> =>
  map(recordsWhere(d1, 'person_id = ?1 AND id = ?2', personId, id), ([found]) => found);

type PersonRow = BoardPerson & { record: string };

/** @param where an SQL condition on `attendance`; an ORDER BY may follow */
export function recordsWhere(
  d1: D1Database,
  where: string,
  ...bound: (string | number)[]
): Fact<PersonRecord[]> {
  const ids = `SELECT id FROM attendance WHERE ${where}`;
  const read = <Row>(sql: string) => rows<Row>(d1, sql, bound);
  const facts = together({
    records: read<RecordRow>(`SELECT ${RECORD} FROM attendance WHERE ${where}`),
    breaks: read<BreakRow>(`SELECT ${BREAK} FROM breaks WHERE record_id IN (${ids}) ORDER BY start_at`),
    people:
      read<PersonRow>(`SELECT attendance.id AS record, ${BOARD_PERSON} FROM attendance JOIN people ON people.id = attendance.person_id
        ${termJoin('attendance.work_date')} WHERE attendance.id IN (${ids})`),
  });
  return map(facts, ({ records, breaks, people }) => {
    const byRecord = Map.groupBy(breaks.map(breakOfRow), ({ recordId }) => recordId);
    const persons = new Map(people.map(({ record, ...person }) => [record, person]));
    return records.flatMap((row) => {
      const person = persons.get(row.id);
      return person ? [{ record: recordOfRow(row), breaks: byRecord.get(row.id) ?? [], person }] : [];
    });
  });
}

export function recordEvents(
  person: BoardPerson,
  type: 'attendance.checked_in' | 'attendance.checked_out',
  record: AttendanceRecord,
): Publication[] {
  const state = record.outAt === null ? 'in' : 'out';
  return [
    { channel: 'attendance', type, data: presenceOf(person, state, record.outAt ?? record.inAt) },
    { channel: userChannel(person.id), type, data: record },
    { channel: 'admin.dashboard', type, data: { person: asOnBoard(person), record } },
  ];
}

/** Events of another change of a record: the person's presence stays the same. */
export const recordUpdatedEvents = (person: BoardPerson, record: AttendanceRecord): Publication[] => [
  { channel: userChannel(person.id), type: 'attendance.updated', data: record },
  { channel: 'admin.dashboard', type: 'attendance.updated', data: { person: asOnBoard(person), record } },
];

/**
 * Events of a break that began or ended while its record stays open.
 * @param inAt the record's check-in: after a break the person is in since then
 */
export function breakEvents(person: BoardPerson, it: Break, inAt: number): Publication[] {
  const data = it.endAt === null ? presenceOf(person, 'break', it.startAt) : presenceOf(person, 'in', inAt);
  return [{ channel: 'attendance', type: 'break.updated', data }, ...endedBreakEvents(person, it)];
}

/** Events of a break that ended with its record or as another began: the other change publishes the presence. */
export const endedBreakEvents = (person: BoardPerson, it: Break): Publication[] => [
  { channel: userChannel(person.id), type: 'break.updated', data: it },
  { channel: 'admin.dashboard', type: 'break.updated', data: { person: asOnBoard(person), break: it } },
];

export const presenceOf = (
  { id, name }: Pick<BoardPerson, 'id' | 'name'>,
  state: PresenceState['state'],
  since: number,
): PresenceState => ({ personId: id, name, state, since });

/** Only the board's fields: the person given may have more. */
const asOnBoard = ({ id, name, department, position, category, photo }: BoardPerson): BoardPerson => ({
  id,
  name,
  department,
  position,
  category,
  photo,
});
