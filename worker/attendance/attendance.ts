/** Check-in and check-out: what they do, and what is answered when it has been done already. */
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { AttendanceRecord, type Receipted } from '../contract/attendance';
import { addDays, dateIn } from '../contract/dates';
import { attendance } from '../db/schema';
import type { Answer } from '../live/commit';
import { type Message, notices } from '../notifications/notify';
import { clockWords, dayWords } from '../notifications/words';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { type Place, readRoster, rosterOf } from '../settings/roster';
import {
  isOverdue,
  lapsing,
  latest,
  leaving,
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
  const { dueOut: _dueOut, ...record } = row;
  return record satisfies AttendanceRecord;
}

/**
 * Opens a record where the roster says that this moment belongs. Whoever is in already gets the open record and its first
 * receipt; a record that should have been closed by now is closed in the same commit, whether or not the job has run.
 * @param id the record's id, made by the client, so that a retry names the same record
 * @throws Refusal `already_checked_out` when that very record is closed, `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function checkIn(scope: Scope, id: string): Promise<Receipted> {
  const { me } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = scope.now();
    const { open, place } = await whereAt(scope, now);
    if (open && !isOverdue(open.record, now))
      return receipted(await scope.already(recordSubject(open.record.id), 'attendance.checked_in'));
    const lapsed = open && lapsing(scope, me, open);
    const told = lapsed && (await notices(scope, now, [lapseMessage(lapsed.record)]));
    const row = {
      ...{ id, personId: me.id, ...place, inAt: now, outAt: null },
      ...{ auto: false, corrected: false, photo: null },
    };
    const record = recordOf(row);
    const answer = await scope.commit({
      at: now,
      changes: [
        ...(lapsed?.changes ?? []),
        {
          // A second open record is refused by the index one_open_record_a_person, whatever races.
          write: scope.db.insert(attendance).values(row),
          action: 'attendance.checked_in',
          subject: recordSubject(id),
          before: null,
          after: record,
        },
      ],
      publish: [
        ...(lapsed?.publish ?? []),
        ...recordTold(me, 'attendance.checked_in', record),
        ...(told?.publish ?? []),
      ],
      also: told?.also,
    });
    if (answer) return receipted(answer);
    const same = await ofThatId(scope, id);
    if (same !== undefined) throw new Refusal('already_checked_out', { current: same });
  }
  throw new Refusal('changed_meanwhile');
}

/**
 * Closes the record of that id, and the break that is on. A closed one answers with its first receipt; one that should have
 * been closed by now is closed as the job would have, so that it makes no difference who was first.
 * @throws Refusal `not_checked_in` with the open record, if any, as `current`; `key_reused`, `changed_meanwhile`, `unavailable`;
 * `already_checked_out` when a correction closed it
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
    if (record.outAt !== null && record.corrected)
      throw new Refusal('already_checked_out', { current: record });
    if (record.outAt !== null)
      return receipted(await scope.already(recordSubject(id), 'attendance.checked_out'));
    const now = scope.now();
    const lapsed = isOverdue(record, now);
    const {
      changes,
      publish,
      record: after,
    } = lapsed ? lapsing(scope, me, stay) : leaving(scope, me, stay, now);
    const told = lapsed ? await notices(scope, now, [lapseMessage(after)]) : { publish: [], also: [] };
    const answer = await scope.commit({
      at: lapsed ? now : latest(stay, now),
      changes,
      publish: [...publish, ...told.publish],
      also: told.also,
    });
    if (answer) return receipted(answer);
  }
  throw new Refusal('changed_meanwhile');
}

/** What a person is told whose check-out was forgotten and made for them. */
export function lapseMessage({ id, personId, workDate, zone, outAt }: AttendanceRecord): Message {
  const time = clockWords(zone, outAt ?? 0);
  return {
    personId,
    kind: 'attendance.auto_checked_out',
    title: `Checked out for you at ${time}`,
    body: `You did not check out on ${dayWords(workDate)}, so your shift’s end counts. If you left at another time, correct it.`,
    href: `/?correct=${id}`,
  };
}

const receipted = ({ after, receipt }: Answer): Receipted => ({
  record: v.parse(AttendanceRecord, after),
  receipt,
});

/** The open stay, if any, and where a check-in at that moment belongs: one read. */
async function whereAt(
  { me, d1, env }: Scope,
  at: number,
): Promise<{ open: Stay | undefined; place: Place }> {
  const today = dateIn(me.zone, at);
  const around = { from: addDays(today, -2), to: addDays(today, 2), person: me.id };
  const results = await d1.batch([...stayOf(d1, me.id), ...rosterOf(d1, around)]);
  const roster = readRoster(results.slice(STAY), env.WORKPLACE_ZONE);
  return { open: readStay(results), place: roster.placeOf({ id: me.id, zone: me.ownZone }, at) };
}

/** The record of that id: null if it is somebody else's, which is as unknown as none; undefined if there is none. */
async function ofThatId({ db, me }: Scope, id: string): Promise<AttendanceRecord | null | undefined> {
  const row = await db.query.attendance.findFirst({ where: eq(attendance.id, id) });
  if (!row) return undefined;
  return row.personId === me.id ? recordOf(row) : null;
}
