/** A stay: a record with its breaks, and how it ends, by its person's own hand or by itself. An open break ends with it. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { AttendanceRecord, BoardPerson, Break } from '../contract/attendance';
import type { Publication } from '../contract/events';
import { rowsOf } from '../db/client';
import { attendance, breaks } from '../db/schema';
import type { Change } from '../live/commit';
import type { Scope } from '../scope';
import { BREAK, breakOfRow, type BreakRow, RECORD, recordOfRow, type RecordRow } from './rows';
import { closedBreakTold, recordTold } from './tell';

export interface Stay {
  record: AttendanceRecord;
  /** What the job says when it closes the record. */
  dueOut: number | null;
  /** In the order they began. */
  breaks: Break[];
}

/** What the journal calls a record and a break. */
export const recordSubject = (id: string) => `attendance/${id}`;
export const breakSubject = (id: string) => `break/${id}`;

/** The statements to put into a batch (`STAY` of them) for a person's record of that id, or for the open one. */
export function stayOf(d1: D1Database, personId: string, id?: string): D1PreparedStatement[] {
  const which = `attendance.person_id = ?1 AND ${id === undefined ? 'out_at IS NULL' : 'attendance.id = ?2'}`;
  const bound = id === undefined ? [personId] : [personId, id];
  return [
    d1.prepare(`SELECT ${RECORD}, due_out AS dueOut FROM attendance WHERE ${which}`).bind(...bound),
    d1
      .prepare(
        `SELECT ${BREAK} FROM attendance JOIN breaks ON record_id = attendance.id WHERE ${which} ORDER BY start_at`,
      )
      .bind(...bound),
  ];
}
/** How many statements `stayOf` makes. */
export const STAY = 2;

/** The stay out of those statements' results, if there is one. */
export function readStay([records, those]: readonly D1Result[]): Stay | undefined {
  const [row] = rowsOf<RecordRow & { dueOut: number | null }>(records);
  if (!row) return undefined;
  const { dueOut, ...record } = row;
  return { record: recordOfRow(record), dueOut, breaks: rowsOf<BreakRow>(those).map(breakOfRow) };
}

/** Whether the record should have been closed by itself by now, whether or not the job has run. */
export const isOverdue = ({ outAt, dueAt }: AttendanceRecord, now: number): boolean =>
  outAt === null && typeof dueAt === 'number' && dueAt <= now;

/** No earlier than anything that has happened in it: a clock that was set back must not make a stay shorter than that. */
export const latest = ({ record, breaks }: Stay, at: number): number =>
  Math.max(at, record.inAt, ...breaks.map(({ startAt, endAt }) => endAt ?? startAt));

/** Ends the stay by its person's own hand. */
export const leaving = (scope: Scope, person: BoardPerson, stay: Stay, at: number): Ending =>
  ending(scope, person, stay, { outAt: latest(stay, at), auto: false });

/** Ends a stay that nobody ended: at its shift's end, yet never before its last break's. The same whenever it is done. */
export function lapsing(scope: Scope, person: BoardPerson, stay: Stay): Ending {
  const { inAt, dueAt } = stay.record;
  const due = dueAt ?? inAt;
  const ends = stay.breaks.map((it) => it.endAt ?? Math.min(it.dueAt, due));
  return ending(scope, person, stay, { outAt: Math.max(stay.dueOut ?? due, inAt, ...ends), auto: true });
}

/** The changes that end a stay, and what they tell. */
export interface Ending {
  record: AttendanceRecord;
  changes: Change[];
  publish: Publication[];
}

function ending(
  { db }: Scope,
  person: BoardPerson,
  { record, breaks: those }: Stay,
  { outAt, auto }: { outAt: number; auto: boolean },
): Ending {
  const after: AttendanceRecord = { ...record, outAt, auto };
  const on = those.find(({ endAt }) => endAt === null);
  const ended = on && { ...on, endAt: Math.min(on.dueAt, outAt), auto: auto || on.dueAt <= outAt };
  const write = db
    .update(attendance)
    .set({ outAt, auto })
    .where(
      and(
        eq(attendance.id, record.id),
        eq(attendance.personId, person.id),
        isNull(attendance.outAt),
        // A break begun since we looked would stay open for ever.
        sql`NOT EXISTS (SELECT 1 FROM breaks WHERE record_id = ${record.id} AND end_at IS NULL)`,
      ),
    );
  return {
    record: after,
    changes: [
      ...(on && ended ? [breakEnding({ db }, on, ended)] : []),
      {
        write,
        action: 'attendance.checked_out',
        subject: recordSubject(record.id),
        before: record,
        after,
      },
    ],
    publish: [
      ...(ended ? closedBreakTold(person, ended) : []),
      ...recordTold(person, 'attendance.checked_out', after),
    ],
  };
}

/** The change that ends an open break, unless somebody else has. */
export function breakEnding({ db }: Pick<Scope, 'db'>, before: Break, after: Break): Change {
  const { endAt, auto } = after;
  return {
    write: db
      .update(breaks)
      .set({ endAt, auto })
      .where(and(eq(breaks.id, before.id), eq(breaks.personId, before.personId), isNull(breaks.endAt))),
    action: 'break.ended',
    subject: breakSubject(before.id),
    before,
    after,
  };
}
