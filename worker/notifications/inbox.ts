/** A person's own notifications: what there is, and which have been read, the same on every device of theirs. */
import * as v from 'valibot';
import { userChannel } from '../contract/channels';
import {
  type Inbox,
  type Notification,
  NotificationsRead,
  type ReadNotifications,
} from '../contract/notifications/notifications';
import { query, rowsOf } from '../db/client';
import { headsAt, readHeads } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

/** Whoever has let more than these pile up reads them in several goes. */
const MOST_AT_ONCE = 1000;
/** Another tab may read some at the same moment. */
const TRIES = 4;

/** One's own notifications, newest first, from the one after `before` on, with the cursor of `user.{id}`. */
export async function inbox(
  { d1, me, now }: Scope,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<Inbox> {
  const [heads, unread, rows] = await d1.batch([
    headsAt(d1, userChannel(me.id), 'presence'),
    d1
      .prepare('SELECT count(*) AS unread FROM notifications WHERE person_id = ?1 AND read_at IS NULL')
      .bind(me.id),
    d1
      .prepare(
        `SELECT id, kind, title, body, href, at, read_at AS readAt FROM notifications
         WHERE person_id = ?1 AND (?2 IS NULL OR (at, id) < (SELECT at, id FROM notifications WHERE id = ?2 AND person_id = ?1))
         ORDER BY at DESC, id DESC LIMIT ?3`,
      )
      .bind(me.id, before ?? null, limit + 1),
  ]);
  const notifications = rowsOf<Notification>(rows);
  return {
    at: readHeads(heads),
    now: now(),
    unread: rowsOf<{ unread: number }>(unread)[0]?.unread ?? 0,
    notifications: notifications.slice(0, limit),
    more: notifications.length > limit,
  };
}

/**
 * Marks as read what is asked and not read yet; somebody else's are as unknown as none. How many are left is guarded by
 * the same write, so that every tab can show the number it is told.
 * @throws Refusal `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function read(scope: Scope, asked: ReadNotifications): Promise<NotificationsRead> {
  const { me } = scope;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const at = scope.now();
    const { ids, unread } = await unreadOf(scope, asked);
    const after: NotificationsRead = { ids, readAt: at, unread: unread - ids.length };
    const those = JSON.stringify(ids);
    const answer = await scope.attempt({
      at,
      changes: [
        {
          write: query(
            `UPDATE notifications SET read_at = ?1 WHERE id = ?2 ->> '$[0]' AND person_id = ?3 AND read_at IS NULL
               AND (SELECT count(*) FROM notifications WHERE person_id = ?3 AND read_at IS NULL) = ?4
               AND (SELECT count(*) FROM json_each(?2) AS asked JOIN notifications AS mine ON mine.id = asked.value
                    WHERE mine.person_id = ?3 AND mine.read_at IS NULL) = json_array_length(?2)`,
            at,
            those,
            me.id,
            unread,
          ),
          action: 'notification.read',
          subject: `notifications/${me.id}`,
          before: { unread },
          after,
        },
      ],
      publish: [{ channel: userChannel(me.id), type: 'notification.read', data: after }],
      also: [
        query(
          `UPDATE notifications SET read_at = ?1 WHERE person_id = ?3 AND read_at IS NULL
             AND id IN (SELECT value FROM json_each(?2))`,
          at,
          those,
          me.id,
        ),
      ],
    });
    if (answer) return v.parse(NotificationsRead, answer.after);
    // Nothing of it was unread: that it is so already is the answer.
    if (ids.length === 0) return after;
  }
  throw new Refusal('changed_meanwhile');
}

async function unreadOf(
  { d1, me }: Scope,
  { ids, upTo }: ReadNotifications,
): Promise<{ ids: string[]; unread: number }> {
  const [those, unread] = await d1.batch([
    d1
      .prepare(
        `SELECT id FROM notifications WHERE person_id = ?1 AND read_at IS NULL AND (
           id IN (SELECT value FROM json_each(?2))
           OR (at, id) <= (SELECT at, id FROM notifications WHERE id = ?3 AND person_id = ?1))
         ORDER BY at DESC, id DESC LIMIT ?4`,
      )
      .bind(me.id, JSON.stringify(ids ?? []), upTo ?? null, MOST_AT_ONCE),
    d1
      .prepare('SELECT count(*) AS unread FROM notifications WHERE person_id = ?1 AND read_at IS NULL')
      .bind(me.id),
  ]);
  return {
    ids: rowsOf<{ id: string }>(those).map(({ id }) => id),
    unread: rowsOf<{ unread: number }>(unread)[0]?.unread ?? 0,
  };
}

/** How long a notification is kept that has been read; one that has not is never forgotten. */
const READ_MS = 90 * 86_400_000;

export async function forgetRead({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  await d1
    .prepare('DELETE FROM notifications WHERE read_at IS NOT NULL AND at < ?1')
    .bind(now() - READ_MS)
    .run();
}
