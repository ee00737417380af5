/** Check-in, check-out, and the answers to repeated ones. */
import * as v from 'valibot';
import { AttendanceRecord, type ConfirmCheckOut, type Receipted } from '../contract/attendance/attendance';
import { assumedEnd, isOverdue, lastTap } from '../contract/attendance/assumed-end';
import { addDays, clockWords, dateIn, dayWords } from '../contract/zones';
import { ask, map, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { type Message, mutedBy, noticesOf } from '../notifications/notify';
import { Refusal } from '../refusal';
import { type Place, rosterOf } from '../schedules/roster';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import {
  checkedOut,
  closedByItself,
  confirmed,
  leftAt,
  notBeforeLast,
  openRecordOf,
  type PersonRecord,
  recordOf,
  recordSubject,
} from './endings';
import { boardPerson, RECORD, recordEvents, recordOfRow, type RecordRow } from './records';

/**
 * Opens a record on the date that the roster gives. A person who is in gets the open record and its first receipt. An overdue
 * record is closed in the same commit.
 * @param id the record's id, made by the client, so that a retry names the same record
 * @throws Refusal `already_checked_out` if the record of that id is closed, `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkIn(scope: Scope, id: string): Promise<Receipted> {
  const today = dateIn(scope.me.zone, scope.now());
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.checked_in',
    facts: (d1, who) =>
      together({
        open: openRecordOf(d1, who),
        same: row<RecordRow>(d1, `SELECT ${RECORD} FROM attendance WHERE id = ?1`, [id]),
        roster: rosterOf(
          d1,
          { from: addDays(today, -2), to: addDays(today, 4), people: [who] },
          scope.env.WORKPLACE_ZONE,
        ),
        muted: mutedBy(d1, [who]),
      }),
    decide({ open, same, roster, muted }, me, now) {
      if (open && !isOverdue(open.record, now))
        return { done: 'attendance.checked_in', subject: recordSubject(open.record.id) };
      // Another person's record must not be revealed.
      if (same)
        throw new Refusal('already_checked_out', {
          current: same.personId === me.id ? recordOfRow(same) : null,
        });
      const forgotten = open && closedByItself(open);
      const notices = noticesOf(scope, now, forgotten ? [autoCheckOutMessage(forgotten.record)] : [], muted);
      const record = recordAt(id, me.id, roster.placeOf(me.id, now), now);
      const person = boardPerson(me, roster.termOn(me.id, record.workDate));
      return {
        // The index one_open_record_a_person refuses a second open record.
        write: query(
          `INSERT INTO attendance (id, person_id, work_date, zone, in_at, due_at, due_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
          [id, me.id, record.workDate, record.zone, now, record.dueAt ?? null, record.dueOut ?? null],
        ),
        before: null,
        after: record,
        onlyIf: openOn(record.workDate),
        first: forgotten?.changes ?? [],
        publish: [
          ...(forgotten?.publish ?? []),
          ...recordEvents(person, 'attendance.checked_in', record),
          ...notices.publish,
        ],
        also: notices.also,
      };
    },
  });
  return receipted(answer);
}

const recordAt = (id: string, personId: string, place: Place, inAt: number): AttendanceRecord => ({
  id,
  personId,
  ...place,
  inAt,
  outAt: null,
  auto: false,
  corrected: false,
  photo: null,
  unconfirmed: false,
});

/**
 * Closes the record of that id and its open break. A record that closed by itself gets its true end, within the limits of
 * `mayStillEnd`. A record that its person has closed answers with its first receipt.
 * @throws Refusal `not_checked_in` with the open record, if any, as `current`; `check_out_late` with the record beyond those
 * limits; `already_checked_out` if a correction closed it; `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkOut(scope: Scope, id: string): Promise<Receipted> {
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.checked_out',
    async facts(d1, who) {
      const found = await scope.ask(endFacts(d1, who, id));
      const mayEnd = found.named ? await mayStillEnd(scope, found.named, scope.now()) : false;
      return { ...found, mayEnd };
    },
    decide({ named, open, endedBy, mayEnd }, _me, now) {
      if (!named) throw new Refusal('not_checked_in', { current: open?.record ?? null });
      const { record } = named;
      if (record.outAt !== null && !record.unconfirmed) {
        if (record.corrected) throw new Refusal('already_checked_out', { current: record });
        return { done: endedBy };
      }
      if (!mayEnd) throw new Refusal('check_out_late', { current: record });
      const at = notBeforeLast(named, now);
      const ending = record.unconfirmed
        ? confirmed(named, at, 'attendance.checked_out')
        : checkedOut(named, now);
      return { at, ...ending };
    },
  });
  return receipted(answer);
}

/**
 * “I left at …”: sets the end of one's own record that closed by itself, from its last tap to its assumed end. A later end needs
 * a correction (corrections/request.ts), since no one approves their own overtime. The same time sent again has one receipt.
 * @throws Refusal `not_checked_in`, `confirmed_already` with the record, `invalid_input`, `changed_meanwhile`, `key_reused`
 */
export async function confirmCheckOut(scope: Scope, { id, outAt }: ConfirmCheckOut): Promise<Receipted> {
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.confirmed',
    facts: (d1, who) => endFacts(d1, who, id),
    decide({ named, endedBy }, _me, now) {
      if (!named) throw new Refusal('not_checked_in', { current: null });
      const { record } = named;
      const overdue = isOverdue(record, now);
      if (!record.unconfirmed && !overdue) {
        if (record.outAt === outAt && endedBy === 'attendance.confirmed') return { done: endedBy };
        throw new Refusal('confirmed_already', { current: record });
      }
      refuseOutside(named, outAt);
      return overdue ? leftAt(named, outAt) : confirmed(named, outAt, 'attendance.confirmed');
    },
  });
  return receipted(answer);
}

/** The record of that id, the open record, and the action that ended the first: one of its person's comes before the job's. */
const endFacts = (d1: D1Database, who: string, id: string) =>
  together({
    named: recordOf(d1, who, id),
    open: openRecordOf(d1, who),
    endedBy: map(
      row<{ action: string }>(
        d1,
        `SELECT action FROM journal WHERE subject = ?1
         AND action IN ('attendance.checked_out', 'attendance.confirmed', 'attendance.closed')
         ORDER BY action = 'attendance.closed', id LIMIT 1`,
        [recordSubject(id)],
      ),
      (entry) => entry?.action ?? 'attendance.checked_out',
    ),
  });

/** @throws Refusal `invalid_input` for an end before the last tap or after the assumed end */
function refuseOutside({ record, breaks }: PersonRecord, outAt: number): void {
  const first = lastTap(record, breaks);
  const assumed = record.outAt ?? assumedEnd(record, breaks);
  if (outAt >= first && outAt <= assumed) return;
  const span = `${clockWords(record.zone, first)} to ${clockWords(record.zone, assumed)}`;
  const message = `must be within ${span}`;
  throw new Refusal('invalid_input', {
    detail: `outAt: ${message}`,
    issues: [{ path: 'outAt', message }],
    current: record,
  });
}

/**
 * Whether a check-out now can end the record. An overdue or closed one: within 16 hours of its check-in, before any later record
 * and the next shift.
 */
async function mayStillEnd({ d1, env }: Scope, { record }: PersonRecord, now: number): Promise<boolean> {
  const { id, personId, workDate, inAt } = record;
  if (!record.unconfirmed && !isOverdue(record, now)) return true;
  const { later, roster } = await ask(
    d1,
    together({
      later: rows(d1, 'SELECT 1 FROM attendance WHERE person_id = ?1 AND in_at >= ?2 AND id <> ?3 LIMIT 1', [
        personId,
        inAt,
        id,
      ]),
      roster: rosterOf(
        d1,
        { from: workDate, to: addDays(workDate, 3), people: [personId] },
        env.WORKPLACE_ZONE,
      ),
    }),
  );
  return (
    later.length === 0 && now <= roster.latestOut(personId, { workDate, inAt, dueOut: record.dueOut ?? null })
  );
}

export function autoCheckOutMessage({ id, personId, workDate, zone, outAt }: AttendanceRecord): Message {
  const time = clockWords(zone, outAt ?? 0);
  return {
    personId,
    kind: 'attendance.auto_checked_out',
    title: `When did you leave on ${dayWords(workDate)}?`,
    body: `You did not check out, so ${time} is assumed. Enter when you left.`,
    href: `/?left=${id}`,
  };
}

const receipted = ({ after, receipt }: Answer): Receipted => ({
  record: v.parse(AttendanceRecord, after),
  receipt,
});
