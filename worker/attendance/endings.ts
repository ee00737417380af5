/** How a record ends: by its person's check-out or by itself. An open break ends with it. */
import type { AttendanceRecord, Break } from '../contract/attendance/attendance';
import type { RecordWithBreaks } from '../contract/attendance/corrections/corrections';
import { assumedEnd, isOverdue, lastTap } from '../contract/attendance/assumed-end';
import type { Publication } from '../contract/events';
import { type Fact, map, query } from '../db/queries';
import type { Change } from '../live/commit';
import { openOn } from '../settings/closing';
import {
  endedBreakEvents,
  openRecordOf,
  type PersonRecord,
  breakSubject,
  recordEvents,
  recordSubject,
  recordUpdatedEvents,
} from './records';

/** `at`, but not before the last event of the record: the server's clock may have been set back. */
export const notBeforeLast = ({ record, breaks }: RecordWithBreaks, at: number): number =>
  Math.max(at, record.inAt, ...breaks.map(({ startAt, endAt }) => endAt ?? startAt));

/** The latest moment recorded in it; of an assumed end its last tap. */
export const latestIn = (it: PersonRecord): number =>
  it.record.unconfirmed
    ? lastTap(it.record, it.breaks)
    : notBeforeLast(it, it.record.auto ? 0 : (it.record.outAt ?? 0));

/** @param offline whether the device kept the tap, without network */
export const checkedOut = (open: PersonRecord, at: number, offline: boolean): Ending =>
  ending(open, {
    outAt: notBeforeLast(open, at),
    auto: false,
    unconfirmed: false,
    offline: offline || open.record.offline,
    action: 'attendance.checked_out',
  });

/** The record closes by itself at its assumed end, unconfirmed. The end does not depend on when the job runs. */
export function closedByItself(open: PersonRecord): Ending {
  const outAt = assumedEnd(open.record, open.breaks);
  return ending(open, { outAt, auto: true, unconfirmed: true, action: 'attendance.closed' });
}

/** The person says when they left, before the job has closed the overdue record. */
export const leftAt = (open: PersonRecord, outAt: number): Ending =>
  ending(open, { outAt, auto: false, unconfirmed: false, action: 'attendance.confirmed' });

/** The person's employment ends: now, or at the assumed end of an overdue record. */
const employmentEnded = (open: PersonRecord, at: number): Ending =>
  isOverdue(open.record, at)
    ? closedByItself(open)
    : ending(open, {
        outAt: notBeforeLast(open, at),
        auto: true,
        unconfirmed: false,
        action: 'attendance.closed',
      });

/** Ends a person's open record, if there is one. @returns its ending at a moment */
export const endOpenRecord = (d1: D1Database, personId: string): Fact<(at: number) => Ending | undefined> =>
  map(openRecordOf(d1, personId), (open) => (at) => open && employmentEnded(open, at));

export interface Ending {
  record: AttendanceRecord;
  changes: Change[];
  publish: Publication[];
}

type End = Pick<AttendanceRecord, 'auto' | 'unconfirmed' | 'offline'> & { outAt: number; action: string };

function ending({ record, breaks, person }: PersonRecord, { action, ...end }: End): Ending {
  const after: AttendanceRecord = { ...record, ...end };
  const on = breaks.find(({ endAt }) => endAt === null);
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
        // A break begun since the read would stay open forever, and the event's record would undo a correction.
        write: query(
          `UPDATE attendance SET out_at = ?3, auto = ?4, unconfirmed = ?5, offline = ?8 WHERE id = ?1 AND person_id = ?2 AND out_at IS NULL
           AND in_at = ?6 AND corrected = ?7 AND NOT EXISTS (SELECT 1 FROM breaks WHERE record_id = ?1 AND end_at IS NULL)`,
          [
            record.id,
            record.personId,
            end.outAt,
            end.auto ? 1 : 0,
            end.unconfirmed ? 1 : 0,
            record.inAt,
            record.corrected ? 1 : 0,
            after.offline ? 1 : 0,
          ],
        ),
        action,
        subject: recordSubject(record.id),
        before: record,
        after,
        onlyIf: openOn(record.workDate),
      },
    ],
    publish: [
      ...(ended ? endedBreakEvents(person, ended) : []),
      ...recordEvents(person, 'attendance.checked_out', after),
    ],
  };
}

/**
 * Sets the true end of a record that closed by itself. Breaks assumed to end later end with it. The write fails if the end was
 * confirmed, or if it is later than assumed and the person has checked in again.
 * @param offline whether the device kept the tap, without network
 */
export function confirmed(closed: PersonRecord, outAt: number, action: string, offline = false): Ending {
  const { record, person } = closed;
  const after: AttendanceRecord = { ...record, outAt, auto: false, unconfirmed: false };
  if (offline) after.offline = true;
  const later = closed.breaks.filter(({ auto, endAt }) => auto && endAt !== null && endAt > outAt);
  const shortened = later.map((it) => ({ ...it, endAt: Math.max(it.startAt, outAt) }));
  return {
    record: after,
    changes: [
      ...shortened.map((it, index): Change => ({
        write: query('UPDATE breaks SET end_at = ?3 WHERE id = ?1 AND end_at IS ?2', [
          it.id,
          later[index]?.endAt ?? null,
          it.endAt,
        ]),
        action: 'break.corrected',
        subject: breakSubject(it.id),
        before: later[index],
        after: it,
        onlyIf: openOn(record.workDate),
      })),
      {
        write: query(
          `UPDATE attendance SET out_at = ?3, auto = 0, unconfirmed = 0, offline = ?6 WHERE id = ?1 AND unconfirmed AND out_at IS ?2
           AND (?3 <= out_at OR NOT EXISTS (SELECT 1 FROM attendance AS other WHERE other.person_id = ?4 AND other.in_at > ?5))`,
          [record.id, record.outAt, outAt, record.personId, record.inAt, after.offline ? 1 : 0],
        ),
        action,
        subject: recordSubject(record.id),
        before: record,
        after,
        onlyIf: openOn(record.workDate),
      },
    ],
    publish: [
      ...shortened.flatMap((it) => endedBreakEvents(person, it)),
      ...recordUpdatedEvents(person, after),
    ],
  };
}

/** Ends an open break. The write fails if the break has ended or its start has changed. */
export const breakEnding = (before: Break, after: Break, workDate: string): Change => ({
  write: query(
    'UPDATE breaks SET end_at = ?3, auto = ?4, offline = ?6 WHERE id = ?1 AND person_id = ?2 AND end_at IS NULL AND start_at = ?5',
    [before.id, before.personId, after.endAt, after.auto ? 1 : 0, before.startAt, after.offline ? 1 : 0],
  ),
  action: 'break.ended',
  subject: breakSubject(before.id),
  before,
  after,
  onlyIf: openOn(workDate),
});
