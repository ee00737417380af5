/** Check-in and check-out: what they do, and what is answered when it has been done already. */
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { AttendanceRecord, type ConfirmCheckOut, type Receipted } from '../contract/attendance/attendance';
import { addDays, dateIn } from '../contract/dates';
import { assumedEnd, isOverdue, lastTap } from '../contract/attendance/stay';
import { rowsOf } from '../db/client';
import { attendance } from '../db/schema';
import type { Answer } from '../live/commit';
import { type Message, notices } from '../notifications/notify';
import { clockWords, dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { type Place, readRoster, rosterOf } from '../schedules/roster';
import { boardPerson } from './rows';
import {
  confirming,
  lapsing,
  latest,
  leaving,
  leftAt,
  readStay,
  recordSubject,
  STAY,
  stayOf,
  type Stay,
} from './stay';
import { recordTold } from './tell';

/** How often we look again when somebody else was faster. */
const TRIES = 3;

/** The one place where a row becomes the contract's record. */
export function recordOf(row: typeof attendance.$inferSelect): AttendanceRecord {
  const { planChanges: _planChanges, reminded: _reminded, ...record } = row;
  return record satisfies AttendanceRecord;
}

/**
 * Opens a record where the roster says that this moment belongs. A person who is in already gets the open record and its first
 * receipt; a record that should have been closed by now is closed in the same commit, whether or not the job has run.
 * @param id the record's id, made by the client, so that a retry names the same record
 * @throws Refusal `already_checked_out` when that very record is closed, `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkIn(scope: Scope, id: string): Promise<Receipted> {
  const { me } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = scope.now();
    const { open, place, person } = await whereAt(scope, now);
    if (open && !isOverdue(open.record, now))
      return receipted(await scope.already(recordSubject(open.record.id), 'attendance.checked_in'));
    const lapsed = open && lapsing(open);
    const notified = lapsed && (await notices(scope, now, [lapseMessage(lapsed.record)]));
    const record: AttendanceRecord = {
      id,
      personId: me.id,
      ...place,
      inAt: now,
      outAt: null,
      auto: false,
      corrected: false,
      photo: null,
      unconfirmed: false,
    };
    const answer = await scope.commit({
      at: now,
      changes: [
        ...(lapsed?.changes ?? []),
        {
          // A second open record is refused by the index one_open_record_a_person, whatever races.
          write: scope.db.insert(attendance).values({ ...record, unconfirmed: false }),
          action: 'attendance.checked_in',
          subject: recordSubject(id),
          before: null,
          after: record,
          onlyIf: openOn(record.workDate),
        },
      ],
      publish: [
        ...(lapsed?.publish ?? []),
        ...recordTold(person, 'attendance.checked_in', record),
        ...(notified?.publish ?? []),
      ],
      also: notified?.also,
    });
    if (answer) return receipted(answer);
    const same = await ofThatId(scope, id);
    if (same !== undefined) throw new Refusal('already_checked_out', { current: same });
  }
  throw new Refusal('changed_meanwhile');
}

/**
 * Closes the record of that id, and the break that is on. One that was closed by itself gets its true end, while a tap can
 * still mean it. A record that its person has closed answers with its first receipt.
 * @throws Refusal `not_checked_in` with the open record, if any, as `current`; `check_out_late` with the record where the tap
 * comes too late to be its end; `already_checked_out` when a correction closed it; `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkOut(scope: Scope, id: string): Promise<Receipted> {
  const { me, d1 } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stay = readStay(await d1.batch(stayOf(d1, me.id, id)));
    if (!stay) {
      const open = readStay(await d1.batch(stayOf(d1, me.id)));
      throw new Refusal('not_checked_in', { current: open?.record ?? null });
    }
    const { record } = stay;
    const now = scope.now();
    const lapsed = isOverdue(record, now);
    if (record.outAt !== null && !record.unconfirmed) {
      const earlier = record.corrected ? await scope.earlier() : undefined;
      if (earlier) return receipted(earlier);
      if (record.corrected) throw new Refusal('already_checked_out', { current: record });
      return receipted(await scope.already(recordSubject(id), await endedBy(scope, id)));
    }
    const closed = record.unconfirmed || lapsed;
    if (closed && !(await mayStillEnd(scope, stay, now))) {
      // A repeated request gets its first answer before this.
      const earlier = await scope.earlier();
      if (earlier) return receipted(earlier);
      throw new Refusal('check_out_late', { current: record });
    }
    const { changes, publish } = record.unconfirmed
      ? confirming(stay, latest(stay, now), 'attendance.checked_out')
      : leaving(stay, now);
    const answer = await scope.commit({ at: latest(stay, now), changes, publish });
    if (answer) return receipted(answer);
  }
  throw new Refusal('changed_meanwhile');
}

/**
 * “I left at …”: the end of one's own record that was closed by itself, from the last tap in it up to its assumed end. A later
 * end is a proposal (corrections/request.ts), since nobody approves their own overtime. The same time said twice has one receipt.
 * @throws Refusal `not_checked_in`, `confirmed_already` with the record, `invalid_input`, `changed_meanwhile`, `key_reused`
 */
export async function confirmCheckOut(scope: Scope, { id, outAt }: ConfirmCheckOut): Promise<Receipted> {
  const { me, d1 } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const stay = readStay(await d1.batch(stayOf(d1, me.id, id)));
    if (!stay) throw new Refusal('not_checked_in', { current: null });
    const { record } = stay;
    const lapsed = isOverdue(record, scope.now());
    if (!record.unconfirmed && !lapsed) return confirmedBefore(scope, record, outAt);
    refuseOutside(stay, outAt);
    const { changes, publish } = lapsed
      ? leftAt(stay, outAt)
      : confirming(stay, outAt, 'attendance.confirmed');
    const answer = await scope.commit({ at: scope.now(), changes, publish });
    if (answer) return receipted(answer);
  }
  throw new Refusal('changed_meanwhile');
}

/** The first receipt of the same word. @throws Refusal `confirmed_already` where another end counts */
async function confirmedBefore(scope: Scope, record: AttendanceRecord, outAt: number): Promise<Receipted> {
  const earlier = await scope.earlier();
  if (earlier) return receipted(earlier);
  const isSaid = record.outAt === outAt && (await endedBy(scope, record.id)) === 'attendance.confirmed';
  if (isSaid) return receipted(await scope.already(recordSubject(record.id), 'attendance.confirmed'));
  throw new Refusal('confirmed_already', { current: record });
}

/** @throws Refusal `invalid_input` for an end before the last tap or after the assumed end */
function refuseOutside({ record, breaks }: Stay, outAt: number): void {
  const first = lastTap(record, breaks);
  const assumed = record.outAt ?? assumedEnd(record, breaks);
  if (outAt >= first && outAt <= assumed) return;
  const span = `${clockWords(record.zone, first)} to ${clockWords(record.zone, assumed)}`;
  const message = `must be within ${span}`;
  throw new Refusal('invalid_input', {
    ...{ detail: `outAt: ${message}`, issues: [{ path: 'outAt', message }], current: record },
  });
}

/** Whether a tap now can be the end of a record that was closed by itself: within 16 hours, before any later record and the next shift. */
async function mayStillEnd({ d1, env }: Scope, { record }: Stay, now: number): Promise<boolean> {
  const { id, personId, workDate, inAt } = record;
  const span = { from: workDate, to: addDays(workDate, 3), people: [personId] };
  const [later, ...roster] = await d1.batch([
    d1
      .prepare('SELECT 1 FROM attendance WHERE person_id = ?1 AND in_at >= ?2 AND id <> ?3 LIMIT 1')
      .bind(personId, inAt, id),
    ...rosterOf(d1, span),
  ]);
  if (rowsOf(later).length > 0) return false;
  const plan = readRoster(roster, env.WORKPLACE_ZONE);
  return now <= plan.latestOut(personId, { workDate, inAt, dueOut: record.dueOut ?? null });
}

/** By what the journal says that a record was ended: its person's tap or word, else by itself as that person left for good. */
async function endedBy({ d1 }: Scope, id: string): Promise<string> {
  const row = await d1
    .prepare(
      `SELECT action FROM journal WHERE subject = ?1
       AND action IN ('attendance.checked_out', 'attendance.confirmed', 'attendance.closed')
       ORDER BY action = 'attendance.closed', id LIMIT 1`,
    )
    .bind(recordSubject(id))
    .first<{ action: string }>();
  return row?.action ?? 'attendance.checked_out';
}

/** What a person is told whose record was closed by itself. */
export function lapseMessage({ id, personId, workDate, zone, outAt }: AttendanceRecord): Message {
  const time = clockWords(zone, outAt ?? 0);
  return {
    personId,
    kind: 'attendance.auto_checked_out',
    title: `When did you leave on ${dayWords(workDate)}?`,
    body: `You did not check out, so ${time} is assumed. Say when you left.`,
    href: `/?left=${id}`,
  };
}

const receipted = ({ after, receipt }: Answer): Receipted => ({
  record: v.parse(AttendanceRecord, after),
  receipt,
});

/** The open stay, if any, and where a check-in at that moment belongs, with its person as of then: one read. */
async function whereAt({ me, d1, env }: Scope, at: number) {
  const today = dateIn(me.zone, at);
  const around = { from: addDays(today, -2), to: addDays(today, 4), people: [me.id] };
  const results = await d1.batch([...stayOf(d1, me.id), ...rosterOf(d1, around)]);
  const roster = readRoster(results.slice(STAY), env.WORKPLACE_ZONE);
  const place: Place = roster.placeOf(me.id, at);
  return { open: readStay(results), place, person: boardPerson(me, roster.termOn(me.id, place.workDate)) };
}

/** The record of that id: null if it is somebody else's, which is as unknown as none; undefined if there is none. */
async function ofThatId({ db, me }: Scope, id: string): Promise<AttendanceRecord | null | undefined> {
  const row = await db.query.attendance.findFirst({ where: eq(attendance.id, id) });
  if (!row) return undefined;
  return row.personId === me.id ? recordOf(row) : null;
}
