/** The photo of a check-in, visible to its person and to those who watch the board. */
import * as v from 'valibot';
import { RECORD, recordOfRow, type RecordRow, recordSubject, recordUpdatedEvents } from './records';
import { AttendanceRecord, CHECK_IN_PHOTO_MS, type Receipted } from '../contract/attendance/attendance';
import { can } from '../contract/roles';
import { type Fact, map, query, row } from '../db/queries';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { shown, store } from '../people/photos/store';

const folderOf = (recordId: string) => `check-ins/${recordId}`;

/**
 * Adds a photo to one's own record within 15 minutes of the check-in. A second photo replaces the first.
 * @throws Refusal `not_found`, `photo_off`, `photo_too_late`, `not_a_photo`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function setCheckInPhoto(scope: Scope, id: string, bytes: ArrayBuffer): Promise<Receipted> {
  const { me } = scope;
  if (me.settings.checkInPhoto === 'off') throw new Refusal('photo_off');
  const before = await recordWith(scope, id); // confirms the person, before anything is stored
  refuseForeignOrLate(before, me, scope.now());
  // Not in D1, so not undone by a refusal: the job deletes files that no row names.
  const stored = await store(scope, folderOf(id), bytes, before.photo);
  const { after, receipt } = await scope.commit({
    subject: recordSubject(id),
    action: 'attendance.photographed',
    facts: (d1) => recordFact(d1, id),
    decide(now, asker, at) {
      if (!now) throw new Refusal('not_found');
      refuseForeignOrLate(now, asker, at);
      if (now.photo !== before.photo) throw new Refusal('changed_meanwhile', { current: now });
      const record: AttendanceRecord = { ...now, photo: stored.id };
      return {
        // The event carries the whole record, so no other field may have changed.
        write: query(
          `UPDATE attendance SET photo = ?2 WHERE id = ?1 AND photo IS ?3 AND in_at = ?4 AND out_at IS ?5`,
          [id, stored.id, now.photo, now.inAt, now.outAt],
        ),
        before: now,
        after: record,
        publish: recordUpdatedEvents(asker, record),
        also: stored.also,
      };
    },
  });
  return { record: v.parse(AttendanceRecord, after), receipt };
}

function refuseForeignOrLate({ personId, inAt }: AttendanceRecord, me: Asker, now: number): void {
  if (personId !== me.id) throw new Refusal('not_found');
  if (now > inAt + CHECK_IN_PHOTO_MS) throw new Refusal('photo_too_late');
}

/** @throws Refusal `not_found`, also for those who may not see it and for a replaced photo */
export async function checkInPhoto(scope: Scope, id: string, photo: string): Promise<Response> {
  const { me } = scope;
  const record = await recordWith(scope, id);
  const visible = record.personId === me.id || can(me, 'board.watch');
  if (!visible || record.photo !== photo) throw new Refusal('not_found');
  return shown(scope, folderOf(id), photo);
}

const recordFact = (d1: D1Database, id: string): Fact<AttendanceRecord | undefined> =>
  map(
    row<RecordRow>(d1, `SELECT ${RECORD} FROM attendance WHERE id = ?1`, [id]),
    (found) => found && recordOfRow(found),
  );

async function recordWith(scope: Scope, id: string): Promise<AttendanceRecord> {
  const record = await scope.ask(recordFact(scope.d1, id));
  if (!record) throw new Refusal('not_found');
  return record;
}
