/**
 * The lock makes a list final. The same commit marks every unmarked person absent or excused; unlocking removes exactly those
 * marks. A scan at the same moment commits before the lock, or is refused.
 */
import { sessionChannel } from '../contract/channels';
import { type HostedSession, lockable } from '../contract/sessions/sessions';
import { type LockPreview, statsOf } from '../contract/sessions/sheet/sheets';
import { ask, query, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { hostedOf } from './rows';
import { attendeesIn, hostedBy, mustHost, sessionIn, sessionSubject, sessionEvents } from './sessions';
import { listIn, markedEvent, marking, UNMARKED, unmarkedIn } from './unmarked';

/** Who a lock would mark absent or excused now. @throws Refusal `not_found`, `not_allowed` */
export async function previewLock(scope: Scope, id: string): Promise<LockPreview> {
  await hostedBy(scope, id);
  return ask(scope.d1, unmarkedIn(scope.d1, id));
}

/**
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` where there is nothing to lock, `session_locked` with the session as
 * it is, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const lock = (scope: Scope, id: string, reason: string): Promise<Answer> =>
  scope.commit({
    subject: sessionSubject(id),
    action: 'session.locked',
    facts: (d1) => listIn(d1, id),
    decide({ row, attendees, unmarked }, me, now) {
      mustHost({ me }, row);
      const before = hostedOf(row);
      if (!lockable(before.state)) throw new Refusal('illegal_move', { current: before });
      if (before.lockedAt !== null) throw new Refusal('session_locked', { current: before });
      const after: HostedSession = {
        ...before,
        lockedAt: now,
        lockedBy: { id: me.id, name: me.name },
        lockReason: reason,
        updatedAt: Math.max(now, before.updatedAt + 1),
      };
      return {
        write: query(
          `UPDATE live_sessions SET locked_at = ?2, locked_by = ?3, lock_reason = ?4, updated_at = ?5
           WHERE id = ?1 AND locked_at IS NULL AND updated_at = ?6 AND ${UNMARKED} = ?7`,
          [
            id,
            now,
            me.id,
            reason,
            after.updatedAt,
            before.updatedAt,
            unmarked.absent.length + unmarked.excused.length,
          ],
        ),
        before,
        after: { ...after, ...unmarked },
        also: marking(me.id, after, unmarked, 'lock', now),
        publish: [...sessionEvents(after), markedEvent(id, attendees, unmarked, 'lock')],
      };
    },
  });

/**
 * Undoes the lock and the marks that it made.
 * @throws Refusal `not_found`, `not_allowed`, `not_locked` with the session as it is, `changed_meanwhile`, `key_reused`,
 * `unavailable`
 */
export function unlock(scope: Scope, id: string, reason: string): Promise<Answer> {
  let seen: number | undefined;
  return scope.commit({
    subject: sessionSubject(id),
    action: 'session.unlocked',
    facts: (d1) => together({ row: sessionIn(d1, id), attendees: attendeesIn(d1, id) }),
    decide({ row, attendees }, me, now) {
      mustHost({ me }, row);
      const before = hostedOf(row);
      // A lock that came after the first read is another one.
      if (before.lockedAt === null || before.lockedAt !== (seen ??= before.lockedAt))
        throw new Refusal('not_locked', { current: before });
      const unmarked = attendees.filter(({ method }) => method === 'lock').map(({ person }) => person.id);
      const after: HostedSession = {
        ...before,
        lockedAt: null,
        lockedBy: null,
        lockReason: null,
        updatedAt: Math.max(now, before.updatedAt + 1),
      };
      const stats = statsOf(attendees.map((it) => (it.method === 'lock' ? { ...it, status: null } : it)));
      return {
        // Marks of the lock change only when it is undone, so the attendees that were read are current.
        write: query(
          `UPDATE live_sessions SET locked_at = NULL, locked_by = NULL, lock_reason = NULL, updated_at = ?3
           WHERE id = ?1 AND locked_at = ?2 AND updated_at = ?4`,
          [id, before.lockedAt, after.updatedAt, before.updatedAt],
        ),
        before,
        after: { ...after, reason, unmarked },
        also: [query(`DELETE FROM session_attendance WHERE session_id = ?1 AND method = 'lock'`, [id])],
        publish: [
          ...sessionEvents(after),
          {
            channel: sessionChannel(id),
            type: 'STATS_UPDATE',
            data: { stats, marked: { absent: [], excused: [] }, method: null, unmarked },
          },
        ],
      };
    },
  });
}
