/** Check-in, check-out, and the answers to repeated ones. */
import * as v from 'valibot';
import { AttendanceRecord, type ConfirmCheckOut, type Receipted } from '../contract/attendance/attendance';
import { assumedEnd, isOverdue, lastTap } from '../contract/attendance/assumed-end';
import { addDays, clockWords, dateIn, dayWords } from '../contract/zones';
import { ask, type Fact, map, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { daysInReview, refuseUntimely, unlessInReview } from './corrections/review';
import { type Message, mutedBy, noticesOf } from '../notifications/notify';
import { Refusal } from '../refusal';
import { type Place, rosterOf } from '../schedules/roster';
import type { Scope } from '../scope';
import type { Tap } from '../scope-parts';
import { openOn } from '../settings/closing';
import { checkedOut, closedByItself, confirmed, latestIn, leftAt } from './endings';
import {
  boardPerson,
  openRecordOf,
  type PersonRecord,
  RECORD,
  recordEvents,
  recordOf,
  recordOfRow,
  type RecordRow,
  recordSubject,
} from './records';

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
        last: latestEnd(d1, who, addDays(today, -2)),
        inReview: daysInReview(d1, who, scope.tap),
      }),
    decide({ open, same, roster, muted, last, inReview }, me, now) {
      const place = roster.placeOf(me.id, now);
      const at = open ? lastTap(open.record, open.breaks) : last;
      refuseUntimely(scope.tap, { at, date: place.workDate, inReview });
      if (open && !isOverdue(open.record, now))
        return { done: 'attendance.checked_in', subject: recordSubject(open.record.id) };
      // Another person's record must not be revealed.
      if (same)
        throw new Refusal('already_checked_out', {
          current: same.personId === me.id ? recordOfRow(same) : null,
        });
      const forgotten = open && closedByItself(open);
      const notices = noticesOf(scope, now, forgotten ? [autoCheckOutMessage(forgotten.record)] : [], muted);
      const offline = scope.tap?.offline === true;
      // Two taps take different times, and two servers' clocks differ: no record begins before the last one ends.
      const inAt = open ? now : Math.max(now, last);
      const record = { ...recordAt(id, me.id, place, inAt), offline };
      const person = boardPerson(me, roster.termOn(me.id, record.workDate));
      return {
        // The index one_open_record_a_person refuses a second open record.
        write: query(
          `INSERT INTO attendance (id, person_id, work_date, zone, in_at, due_at, due_out, offline)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (${endsAfter('?2', '?9', '?5')})`,
          [
            id,
            me.id,
            record.workDate,
            record.zone,
            inAt,
            record.dueAt ?? null,
            record.dueOut ?? null,
            offline ? 1 : 0,
            addDays(today, -2),
          ],
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

/** SQL: a record of a person since a date that ends after a moment, or began after it. */
const endsAfter = (person: string, since: string, at: string) =>
  `SELECT 1 FROM attendance WHERE person_id = ${person} AND work_date >= ${since} AND max(in_at, coalesce(out_at, 0)) > ${at}`;

/** The latest end or start of a record since a date; 0 without one. */
const latestEnd = (d1: D1Database, who: string, since: string): Fact<number> =>
  map(
    row<{ at: number | null }>(
      d1,
      'SELECT max(max(in_at, coalesce(out_at, 0))) AS at FROM attendance WHERE person_id = ?1 AND work_date >= ?2',
      [who, since],
    ),
    (found) => found?.at ?? 0,
  );

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
      const found = await scope.ask(endFacts(d1, who, id, scope.tap));
      const mayEnd = found.named ? await mayStillEnd(scope, found.named, scope.now()) : false;
      return { ...found, mayEnd };
    },
    decide({ named, open, endedBy, mayEnd, inReview }, _me, now) {
      const at = named ? latestIn(named) : 0;
      refuseUntimely(scope.tap, { at, date: named?.record.workDate, inReview });
      if (!named) throw new Refusal('not_checked_in', { current: open?.record ?? null });
      const { record } = named;
      if (record.outAt !== null && !record.unconfirmed) {
        if (record.corrected || scope.tap?.offline)
          throw new Refusal('already_checked_out', { current: record });
        return { done: endedBy };
      }
      if (!mayEnd) throw new Refusal('check_out_late', { current: record });
      const outAt = Math.max(now, at);
      const offline = scope.tap?.offline === true;
      const ending = record.unconfirmed
        ? confirmed(named, outAt, 'attendance.checked_out', offline)
        : checkedOut(named, outAt, offline);
      return { at: outAt, ...ending };
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
const endFacts = (d1: D1Database, who: string, id: string, tap?: Tap) =>
  together({
    named: recordOf(d1, who, id),
    open: openRecordOf(d1, who),
    inReview: daysInReview(d1, who, tap),
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

export const receipted = (answer: Answer): Receipted => ({
  record: v.parse(AttendanceRecord, unlessInReview(answer).after),
  receipt: answer.receipt,
});
