/** Check-in and check-out: what they do, and what is answered when it has been done already. */
import * as v from 'valibot';
import { AttendanceRecord, type ConfirmCheckOut, type Receipted } from '../contract/attendance/attendance';
import { assumedEnd, isOverdue, lastTap } from '../contract/attendance/stay';
import { addDays, clockWords, dateIn, dayWords } from '../contract/zones';
import { ask, map, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { type Message, mutedBy, noticesOf } from '../notifications/notify';
import { Refusal } from '../refusal';
import { type Place, rosterFact } from '../schedules/roster';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { boardPerson, RECORD, recordOfRow, type RecordRow } from './rows';
import { confirming, lapsing, latest, leaving, leftAt, recordSubject, stayOf, type Stay } from './stay';
import { recordTold } from './tell';

/**
 * Opens a record where the roster says that this moment belongs. A person who is in already gets the open record and its first
 * receipt; a record that should have been closed by now is closed in the same commit, whether or not the job has run.
 * @param id the record's id, made by the client, so that a retry names the same record
 * @throws Refusal `already_checked_out` when that very record is closed, `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkIn(scope: Scope, id: string): Promise<Receipted> {
  const today = dateIn(scope.me.zone, scope.now());
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.checked_in',
    facts: (d1, who) =>
      together({
        open: stayOf(d1, who),
        same: row<RecordRow>(d1.prepare(`SELECT ${RECORD} FROM attendance WHERE id = ?1`).bind(id)),
        roster: rosterFact(
          d1,
          { from: addDays(today, -2), to: addDays(today, 4), people: [who] },
          scope.env.WORKPLACE_ZONE,
        ),
        muted: mutedBy(d1, [who]),
      }),
    decide({ open, same, roster, muted }, me, now) {
      if (open && !isOverdue(open.record, now))
        return { done: 'attendance.checked_in', subject: recordSubject(open.record.id) };
      // Somebody else's is as unknown as none.
      if (same)
        throw new Refusal('already_checked_out', {
          current: same.personId === me.id ? recordOfRow(same) : null,
        });
      const lapsed = open && lapsing(open);
      const notices = noticesOf(scope, now, lapsed ? [lapseMessage(lapsed.record)] : [], muted);
      const record = recordAt(id, me.id, roster.placeOf(me.id, now), now);
      const person = boardPerson(me, roster.termOn(me.id, record.workDate));
      return {
        // A second open record is refused by the index one_open_record_a_person, whatever races.
        write: query(
          `INSERT INTO attendance (id, person_id, work_date, zone, in_at, due_at, due_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
          ...[id, me.id, record.workDate, record.zone, now, record.dueAt ?? null, record.dueOut ?? null],
        ),
        before: null,
        after: record,
        onlyIf: openOn(record.workDate),
        first: lapsed?.changes ?? [],
        publish: [
          ...(lapsed?.publish ?? []),
          ...recordTold(person, 'attendance.checked_in', record),
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
 * Closes the record of that id, and the break that is on. One that was closed by itself gets its true end, while a tap can
 * still mean it. A record that its person has closed answers with its first receipt.
 * @throws Refusal `not_checked_in` with the open record, if any, as `current`; `check_out_late` with the record where the tap
 * comes too late to be its end; `already_checked_out` when a correction closed it; `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkOut(scope: Scope, id: string): Promise<Receipted> {
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.checked_out',
    async facts(d1, who) {
      const found = await ask(d1, endFacts(d1, who, id));
      const mayEnd = found.stay ? await mayStillEnd(scope, found.stay, scope.now()) : false;
      return { ...found, mayEnd };
    },
    decide({ stay, open, endedBy, mayEnd }, _me, now) {
      if (!stay) throw new Refusal('not_checked_in', { current: open?.record ?? null });
      const { record } = stay;
      if (record.outAt !== null && !record.unconfirmed) {
        if (record.corrected) throw new Refusal('already_checked_out', { current: record });
        return { done: endedBy };
      }
      if (!mayEnd) throw new Refusal('check_out_late', { current: record });
      const at = latest(stay, now);
      const ending = record.unconfirmed ? confirming(stay, at, 'attendance.checked_out') : leaving(stay, now);
      return { at, ...ending };
    },
  });
  return receipted(answer);
}

/**
 * “I left at …”: the end of one's own record that was closed by itself, from the last tap in it up to its assumed end. A later
 * end is a proposal (corrections/request.ts), since nobody approves their own overtime. The same time said twice has one receipt.
 * @throws Refusal `not_checked_in`, `confirmed_already` with the record, `invalid_input`, `changed_meanwhile`, `key_reused`
 */
export async function confirmCheckOut(scope: Scope, { id, outAt }: ConfirmCheckOut): Promise<Receipted> {
  const answer = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.confirmed',
    facts: (d1, who) => endFacts(d1, who, id),
    decide({ stay, endedBy }, _me, now) {
      if (!stay) throw new Refusal('not_checked_in', { current: null });
      const { record } = stay;
      const lapsed = isOverdue(record, now);
      if (!record.unconfirmed && !lapsed) {
        if (record.outAt === outAt && endedBy === 'attendance.confirmed') return { done: endedBy };
        throw new Refusal('confirmed_already', { current: record });
      }
      refuseOutside(stay, outAt);
      return lapsed ? leftAt(stay, outAt) : confirming(stay, outAt, 'attendance.confirmed');
    },
  });
  return receipted(answer);
}

/** One's record of that id, the open one, and by what the journal says that the first was ended: its person's tap or word, else by itself. */
const endFacts = (d1: D1Database, who: string, id: string) =>
  together({
    stay: stayOf(d1, who, id),
    open: stayOf(d1, who),
    endedBy: map(
      row<{ action: string }>(
        d1
          .prepare(
            `SELECT action FROM journal WHERE subject = ?1
             AND action IN ('attendance.checked_out', 'attendance.confirmed', 'attendance.closed')
             ORDER BY action = 'attendance.closed', id LIMIT 1`,
          )
          .bind(recordSubject(id)),
      ),
      (entry) => entry?.action ?? 'attendance.checked_out',
    ),
  });

/** @throws Refusal `invalid_input` for an end before the last tap or after the assumed end */
function refuseOutside({ record, breaks }: Stay, outAt: number): void {
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
 * Whether a tap now can be the end of the record: an open one's always, and of one that should have been closed by itself within
 * 16 hours, before any later record and the next shift.
 */
async function mayStillEnd({ d1, env }: Scope, { record }: Stay, now: number): Promise<boolean> {
  const { id, personId, workDate, inAt } = record;
  if (!record.unconfirmed && !isOverdue(record, now)) return true;
  const { later, roster } = await ask(
    d1,
    together({
      later: rows(
        d1
          .prepare('SELECT 1 FROM attendance WHERE person_id = ?1 AND in_at >= ?2 AND id <> ?3 LIMIT 1')
          .bind(personId, inAt, id),
      ),
      roster: rosterFact(
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

/** The notification for a person whose record was closed by itself. */
export function lapseMessage({ id, personId, workDate, zone, outAt }: AttendanceRecord): Message {
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
