/** The photo that somebody takes of themselves as they check in; seen by themselves and by those who watch the board. */
import { and, eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { recordOf } from './attendance';
import { recordSubject } from './stay';
import { recordUpdated } from './tell';
import { AttendanceRecord, CHECK_IN_PHOTO_MS, type Receipted } from '../contract/attendance/attendance';
import { can } from '../contract/roles';
import { attendance } from '../db/schema';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { shown, store } from '../people/photos/store';

const folderOf = (recordId: string) => `check-ins/${recordId}`;

/**
 * Gives one's own record a photo, within a quarter of an hour of the check-in; a second one takes the first one's place.
 * @throws Refusal `not_found`, `photo_off`, `photo_too_late`, `not_a_photo`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function setCheckInPhoto(scope: Scope, id: string, bytes: ArrayBuffer): Promise<Receipted> {
  const { me, db } = scope;
  if (me.settings.checkInPhoto === 'off') throw new Refusal('photo_off');
  const before = await recordWith(scope, id);
  if (before.personId !== me.id) throw new Refusal('not_found');
  const at = scope.now();
  if (at > before.inAt + CHECK_IN_PHOTO_MS) throw new Refusal('photo_too_late');
  const stored = await store(scope, folderOf(id), bytes, before.photo);
  const after: AttendanceRecord = { ...before, photo: stored.id };
  const answer = await scope.commit({
    at,
    changes: [
      {
        write: db
          .update(attendance)
          .set({ photo: stored.id })
          .where(
            and(
              eq(attendance.id, id),
              eq(attendance.personId, me.id),
              // What is told is the whole record: nothing else of it may have changed since.
              sql`${attendance.photo} IS ${before.photo} AND in_at = ${before.inAt} AND out_at IS ${before.outAt}`,
            ),
          ),
        action: 'attendance.photographed',
        subject: recordSubject(id),
        before,
        after,
      },
    ],
    publish: recordUpdated(me, after),
    also: stored.also,
  });
  if (!answer) throw new Refusal('changed_meanwhile', { current: await recordWith(scope, id) });
  return { record: v.parse(AttendanceRecord, answer.after), receipt: answer.receipt };
}

/** @throws Refusal `not_found`, also for those who may not see it and for one that has been replaced */
export async function checkInPhoto(scope: Scope, id: string, photo: string): Promise<Response> {
  const { me } = scope;
  const record = await recordWith(scope, id);
  const visible = record.personId === me.id || can(me, 'board.watch');
  if (!visible || record.photo !== photo) throw new Refusal('not_found');
  return shown(scope, folderOf(id), photo);
}

async function recordWith({ db }: Scope, id: string): Promise<AttendanceRecord> {
  const row = await db.query.attendance.findFirst({ where: eq(attendance.id, id) });
  if (!row) throw new Refusal('not_found');
  return recordOf(row);
}
