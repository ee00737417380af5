/** A stay: a record with its breaks, and how it ends, by its person's own hand or by itself. An open break ends with it. */
import type { AttendanceRecord, BoardPerson, Break } from '../contract/attendance/attendance';
import { assumedEnd, isOverdue } from '../contract/attendance/stay';
import type { Publication } from '../contract/events';
import { type Fact, map, query, rows, together } from '../db/queries';
import type { Change } from '../live/commit';
import { openOn } from '../settings/closing';
import {
  BOARD_PERSON,
  BREAK,
  breakOfRow,
  type BreakRow,
  RECORD,
  recordOfRow,
  type RecordRow,
  termJoin,
} from './rows';
import { closedBreakTold, recordTold, recordUpdated } from './tell';

export interface Stay {
  record: AttendanceRecord;
  /** In the order they began. */
  breaks: Break[];
  /** Its person, as of the record's date. */
  person: BoardPerson;
}

/** What the journal calls a record and a break. */
export const recordSubject = (id: string) => `attendance/${id}`;
export const breakSubject = (id: string) => `break/${id}`;

/** A person's record of that id, or the open one, if there is one. */
export const stayOf = (d1: D1Database, personId: string, id?: string): Fact<Stay | undefined> =>
  map(
    id === undefined
      ? staysOf(d1, 'person_id = ?1 AND out_at IS NULL', personId)
      : staysOf(d1, 'person_id = ?1 AND id = ?2', personId, id),
    ([stay]) => stay,
  );

/** All records of a WHERE clause. */
export function staysOf(d1: D1Database, where: string, ...bound: (string | number)[]): Fact<Stay[]> {
  const those = `SELECT id FROM attendance WHERE ${where}`;
  const statement = (sql: string) => d1.prepare(sql).bind(...bound);
  const facts = together({
    records: rows<RecordRow>(statement(`SELECT ${RECORD} FROM attendance WHERE ${where}`)),
    breaks: rows<BreakRow>(
      statement(`SELECT ${BREAK} FROM breaks WHERE record_id IN (${those}) ORDER BY start_at`),
    ),
    people: rows<BoardPerson & { record: string }>(
      statement(`SELECT attendance.id AS record, ${BOARD_PERSON} FROM attendance JOIN people ON people.id = attendance.person_id
        ${termJoin('attendance.work_date')} WHERE attendance.id IN (${those})`),
    ),
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

/** No earlier than anything that has happened in it: a clock that was set back must not make a stay shorter than that. */
export const latest = ({ record, breaks }: Stay, at: number): number =>
  Math.max(at, record.inAt, ...breaks.map(({ startAt, endAt }) => endAt ?? startAt));

/** Ends the stay by its person's own hand. */
export const leaving = (stay: Stay, at: number): Ending =>
  ending(stay, {
    outAt: latest(stay, at),
    auto: false,
    unconfirmed: false,
    action: 'attendance.checked_out',
  });

/**
 * Ends a stay that nobody ended, at its assumed end: the shift's end, without a shift the last act. The same whenever it is
 * done. It waits to be confirmed.
 */
export function lapsing(stay: Stay): Ending {
  const outAt = assumedEnd(stay.record, stay.breaks);
  return ending(stay, { outAt, auto: true, unconfirmed: true, action: 'attendance.closed' });
}

/** Ends a stay that should have closed by itself, and has not yet, where its person says that they left. */
export const leftAt = (stay: Stay, outAt: number): Ending =>
  ending(stay, { outAt, auto: false, unconfirmed: false, action: 'attendance.confirmed' });

/** Ends the stay of somebody who leaves for good: at that moment, or where it should have ended by itself. */
const dismissing = (stay: Stay, at: number): Ending =>
  isOverdue(stay.record, at)
    ? lapsing(stay)
    : ending(stay, {
        outAt: latest(stay, at),
        auto: true,
        unconfirmed: false,
        action: 'attendance.closed',
      });

/** The same for the open record of a person, if there is one. @returns how it ends at a moment */
export const endOpenRecord = (d1: D1Database, personId: string): Fact<(at: number) => Ending | undefined> =>
  map(stayOf(d1, personId), (open) => (at) => open && dismissing(open, at));

/** The changes that end a stay, and what they tell. */
export interface Ending {
  record: AttendanceRecord;
  changes: Change[];
  publish: Publication[];
}

type End = Pick<AttendanceRecord, 'auto' | 'unconfirmed'> & { outAt: number; action: string };

function ending({ record, breaks: those, person }: Stay, { action, ...end }: End): Ending {
  const after: AttendanceRecord = { ...record, ...end };
  const on = those.find(({ endAt }) => endAt === null);
  const ended = on && {
    ...on,
    endAt: Math.min(on.dueAt, end.outAt),
    auto: end.auto || on.dueAt <= end.outAt,
  };
  return {
    record: after,
    changes: [
      ...(on && ended ? [breakEnding(on, ended, record.workDate)] : []),
      {
        // A break begun since we looked would stay open for ever. The whole record is published: a correction must not be lost.
        write: query(
          `UPDATE attendance SET out_at = ?3, auto = ?4, unconfirmed = ?5 WHERE id = ?1 AND person_id = ?2 AND out_at IS NULL
           AND in_at = ?6 AND corrected = ?7 AND NOT EXISTS (SELECT 1 FROM breaks WHERE record_id = ?1 AND end_at IS NULL)`,
          record.id,
          record.personId,
          end.outAt,
          end.auto ? 1 : 0,
          end.unconfirmed ? 1 : 0,
          record.inAt,
          record.corrected ? 1 : 0,
        ),
        action,
        subject: recordSubject(record.id),
        before: record,
        after,
        onlyIf: openOn(record.workDate),
      },
    ],
    publish: [
      ...(ended ? closedBreakTold(person, ended) : []),
      ...recordTold(person, 'attendance.checked_out', after),
    ],
  };
}

/**
 * Sets the true end of a stay that was closed by itself. Breaks that were assumed to end later end with it.
 * Refused once somebody else has confirmed it, or its person has come again.
 */
export function confirming(stay: Stay, outAt: number, action: string): Ending {
  const { record, person } = stay;
  const after: AttendanceRecord = { ...record, outAt, auto: false, unconfirmed: false };
  const later = stay.breaks.filter(({ auto, endAt }) => auto && endAt !== null && endAt > outAt);
  const shortened = later.map((it) => ({ ...it, endAt: Math.max(it.startAt, outAt) }));
  return {
    record: after,
    changes: [
      ...shortened.map((it, index): Change => ({
        write: query(
          'UPDATE breaks SET end_at = ?3 WHERE id = ?1 AND end_at IS ?2',
          it.id,
          later[index]?.endAt ?? null,
          it.endAt,
        ),
        action: 'break.corrected',
        subject: breakSubject(it.id),
        before: later[index],
        after: it,
        onlyIf: openOn(record.workDate),
      })),
      {
        write: query(
          `UPDATE attendance SET out_at = ?3, auto = 0, unconfirmed = 0 WHERE id = ?1 AND unconfirmed AND out_at IS ?2
           AND (?3 <= out_at OR NOT EXISTS (SELECT 1 FROM attendance AS other WHERE other.person_id = ?4 AND other.in_at > ?5))`,
          record.id,
          record.outAt,
          outAt,
          record.personId,
          record.inAt,
        ),
        action,
        subject: recordSubject(record.id),
        before: record,
        after,
        onlyIf: openOn(record.workDate),
      },
    ],
    publish: [...shortened.flatMap((it) => closedBreakTold(person, it)), ...recordUpdated(person, after)],
  };
}

/** The change that ends an open break, unless somebody else has, or has moved its beginning. */
export const breakEnding = (before: Break, after: Break, workDate: string): Change => ({
  write: query(
    'UPDATE breaks SET end_at = ?3, auto = ?4 WHERE id = ?1 AND person_id = ?2 AND end_at IS NULL AND start_at = ?5',
    before.id,
    before.personId,
    after.endAt,
    after.auto ? 1 : 0,
    before.startAt,
  ),
  action: 'break.ended',
  subject: breakSubject(before.id),
  before,
  after,
  onlyIf: openOn(workDate),
});
