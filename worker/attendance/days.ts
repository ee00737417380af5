/** Snapshots: a person's own days, one day of the whole workplace, and who is in right now. Each is one D1 batch with its cursor. */
import type {
  AttendanceRecord,
  Board,
  BoardPerson,
  MyDays,
  Standing,
  Standings,
} from '../contract/attendance';
import { userChannel } from '../contract/channels';
import { addDays, dateIn } from '../contract/dates';
import { cursorOf, readCursor } from '../live/replay';
import type { Scope } from '../scope';

const RECORD = 'id, person_id AS personId, work_date AS workDate, zone, in_at AS inAt, out_at AS outAt';

/**
 * The `days` days up to `to` (today in one's own zone if not given), with the open record whatever its date.
 */
export async function myDays(
  scope: Scope,
  { to, days }: { to?: string | undefined; days: number },
): Promise<MyDays> {
  const { me, d1 } = scope;
  const now = scope.now();
  const last = to ?? dateIn(me.zone, now);
  const first = addDays(last, 1 - days);
  const [cursor, rows, receipts] = await d1.batch([
    cursorOf(d1, userChannel(me.id)),
    d1
      .prepare(
        `SELECT ${RECORD} FROM attendance
         WHERE person_id = ?1 AND (work_date BETWEEN ?2 AND ?3 OR out_at IS NULL) ORDER BY in_at DESC`,
      )
      .bind(me.id, first, last),
    d1
      .prepare(
        `SELECT attendance.id AS record, max(journal.id) AS entry, at FROM attendance JOIN journal ON subject = 'attendance/' || attendance.id
         WHERE person_id = ?1 AND (work_date BETWEEN ?2 AND ?3 OR out_at IS NULL) GROUP BY attendance.id`,
      )
      .bind(me.id, first, last),
  ]);
  const records = rowsOf<AttendanceRecord>(rows);
  return {
    ...readCursor(cursor),
    now,
    zone: me.zone,
    open: records.find(({ outAt }) => outAt === null) ?? null,
    records,
    receipts: Object.fromEntries(
      rowsOf<{ record: string; entry: number; at: number }>(receipts).map(({ record, entry, at }) => [
        record,
        { entry, at },
      ]),
    ),
    from: first,
    to: last,
  };
}

/** A day of everyone: the people on the list, and the records that `isOnBoard` (contract/attendance.ts) puts there. */
export async function board(scope: Scope, asked?: string): Promise<Board> {
  const { d1 } = scope;
  const now = scope.now();
  const zone = scope.env.WORKPLACE_ZONE;
  const today = dateIn(zone, now);
  const date = asked ?? today;
  const [cursor, people, records] = await d1.batch([
    cursorOf(d1, 'admin.dashboard'),
    d1
      .prepare(
        `SELECT id, name, department, position FROM people
         WHERE active OR id IN (SELECT person_id FROM attendance WHERE work_date = ?1) ORDER BY name COLLATE NOCASE, id`,
      )
      .bind(date),
    d1
      .prepare(
        `SELECT ${RECORD} FROM attendance WHERE work_date = ?1
         UNION SELECT ${RECORD} FROM attendance WHERE out_at IS NULL AND ?1 = ?2`,
      )
      .bind(date, today),
  ]);
  return {
    ...readCursor(cursor),
    now,
    zone,
    date,
    today,
    people: rowsOf<BoardPerson>(people),
    records: rowsOf<AttendanceRecord>(records),
  };
}

/** Everyone who is in now, as every signed-in person may know it. */
export async function standings(scope: Scope): Promise<Standings> {
  const { d1 } = scope;
  const [cursor, rows] = await d1.batch([
    cursorOf(d1, 'attendance'),
    d1.prepare(
      `SELECT person_id AS personId, name, 'in' AS state, in_at AS since
       FROM attendance JOIN people ON people.id = person_id WHERE out_at IS NULL ORDER BY name COLLATE NOCASE`,
    ),
  ]);
  return { ...readCursor(cursor), now: scope.now(), standings: rowsOf<Standing>(rows) };
}

const rowsOf = <Row>(result: D1Result | undefined): Row[] => (result?.results ?? []) as Row[];
