/**
 * The lock: from one moment on a list is final. Whoever is not marked becomes absent or excused by the lock itself, in the
 * same commit; undoing it takes exactly those marks back. A scan that comes at the same moment is in before it, or refused.
 */
import { sessionChannel } from '../contract/channels';
import { type HostedSession, lockable } from '../contract/sessions/sessions';
import { type LockPreview, statsOf } from '../contract/sessions/sheet/sheets';
import { query } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { hostedOf } from './rows';
import { attendeesOf, hostedBy, sessionSubject, sessionTold } from './sessions';
import { markedTold, marking, UNMARKED, unmarkedOf } from './unmarked';

/** How often we look again when a scan was faster. In a burst a try fails about every second time. */
const TRIES = 20;

/** Who would become absent or excused if the list were locked now. @throws Refusal `not_found`, `not_allowed` */
export async function previewLock(scope: Scope, id: string): Promise<LockPreview> {
  return unmarkedOf(scope, hostedOf(await hostedBy(scope, id)));
}

/**
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` where there is nothing to lock, `session_locked` with the session as
 * it is, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function lock(scope: Scope, id: string, reason: string): Promise<Answer> {
  const { me } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = hostedOf(await hostedBy(scope, id));
    if (!lockable(before.state)) throw new Refusal('illegal_move', { current: before });
    if (before.lockedAt !== null) throw new Refusal('session_locked', { current: before });
    const marked = await unmarkedOf(scope, before);
    const at = scope.now();
    const after: HostedSession = {
      ...before,
      ...{ lockedAt: at, lockedBy: { id: me.id, name: me.name }, lockReason: reason },
      updatedAt: Math.max(at, before.updatedAt + 1),
    };
    const answer = await scope.attempt({
      at,
      changes: [
        {
          write: query(
            `UPDATE live_sessions SET locked_at = ?2, locked_by = ?3, lock_reason = ?4, updated_at = ?5
             WHERE id = ?1 AND locked_at IS NULL AND updated_at = ?6 AND ${UNMARKED} = ?7`,
            ...[id, at, me.id, reason, after.updatedAt, before.updatedAt],
            marked.absent.length + marked.excused.length,
          ),
          action: 'session.locked',
          subject: sessionSubject(id),
          before,
          after: { ...after, ...marked },
        },
      ],
      also: marking(scope, after, marked, 'lock', at),
      publish: [...sessionTold('session.locked', after), await markedTold(scope, id, marked, 'lock')],
    });
    if (answer) return answer;
  }
  throw new Refusal('changed_meanwhile');
}

/**
 * Undoes the lock: everybody is marked as before it.
 * @throws Refusal `not_found`, `not_allowed`, `not_locked` with the session as it is, `key_reused`, `unavailable`
 */
export async function unlock(scope: Scope, id: string, reason: string): Promise<Answer> {
  const before = hostedOf(await hostedBy(scope, id));
  const attendees = await attendeesOf(scope, id);
  const unmarked = attendees.filter(({ method }) => method === 'lock').map(({ person }) => person.id);
  const at = scope.now();
  const after: HostedSession = {
    ...before,
    ...{ lockedAt: null, lockedBy: null, lockReason: null },
    updatedAt: Math.max(at, before.updatedAt + 1),
  };
  const stats = statsOf(attendees.map((it) => (it.method === 'lock' ? { ...it, status: null } : it)));
  const answer = await scope.attempt({
    at,
    changes: [
      {
        // Whoever was marked by the lock stays so until it is undone: what was read above still holds.
        write: query(
          `UPDATE live_sessions SET locked_at = NULL, locked_by = NULL, lock_reason = NULL, updated_at = ?3
           WHERE id = ?1 AND locked_at = ?2 AND updated_at = ?4`,
          ...[id, before.lockedAt, after.updatedAt, before.updatedAt],
        ),
        action: 'session.unlocked',
        subject: sessionSubject(id),
        before,
        after: { ...after, reason, unmarked },
      },
    ],
    also: [query(`DELETE FROM session_attendance WHERE session_id = ?1 AND method = 'lock'`, id)],
    publish: [
      ...sessionTold('session.unlocked', after),
      {
        channel: sessionChannel(id),
        type: 'STATS_UPDATE',
        data: { stats, marked: { absent: [], excused: [] }, method: null, unmarked },
      },
    ],
  });
  if (answer) return answer;
  throw new Refusal('not_locked', { current: hostedOf(await hostedBy(scope, id)) });
}
