/** A person's own notifications, with the same read state on all their devices. */
import * as v from 'valibot';
import { userChannel } from '../contract/channels';
import {
  type Inbox,
  type Notification,
  NotificationsRead,
  type ReadNotifications,
} from '../contract/notifications/notifications';
import { ask, type Fact, map, query, row, rows, together } from '../db/queries';
import { headsIn } from '../live/replay';
import type { Scope } from '../scope';

/** The most that one request marks as read. */
const MOST_AT_ONCE = 1000;

/** The person's notifications, newest first, older than `before`, with the cursor of `user.{id}`. */
export async function inbox(
  { d1, me, now }: Scope,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<Inbox> {
  const { at, unread, notifications } = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id), 'presence'),
      unread: unreadCount(d1, me.id),
      notifications: rows<Notification>(
        d1,
        `SELECT id, kind, title, body, href, at, read_at AS readAt FROM notifications
         WHERE person_id = ?1 AND (?2 IS NULL OR (at, id) < (SELECT at, id FROM notifications WHERE id = ?2 AND person_id = ?1))
         ORDER BY at DESC, id DESC LIMIT ?3`,
        [me.id, before ?? null, limit + 1],
      ),
    }),
  );
  return {
    at,
    now: now(),
    unread,
    notifications: notifications.slice(0, limit),
    more: notifications.length > limit,
  };
}

/**
 * Marks the named unread notifications as read; another person's count as unknown. The write guards the number that is left, so
 * that every tab can show the number of its event.
 * @throws Refusal `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function markRead(scope: Scope, input: ReadNotifications): Promise<NotificationsRead> {
  const { after } = await scope.commitIfNeeded({
    subject: `notifications/${scope.me.id}`,
    action: 'notification.read',
    facts: (d1, who) => together({ ids: unreadOf(d1, who, input), unread: unreadCount(d1, who) }),
    decide({ ids, unread }, me, now) {
      const after: NotificationsRead = { ids, readAt: now, unread: unread - ids.length };
      if (ids.length === 0) return { unchanged: after };
      const named = JSON.stringify(ids);
      return {
        write: query(
          `UPDATE notifications SET read_at = ?1 WHERE id = ?2 ->> '$[0]' AND person_id = ?3 AND read_at IS NULL
           AND (SELECT count(*) FROM notifications WHERE person_id = ?3 AND read_at IS NULL) = ?4
           AND (SELECT count(*) FROM json_each(?2) AS named JOIN notifications AS mine ON mine.id = named.value
                WHERE mine.person_id = ?3 AND mine.read_at IS NULL) = json_array_length(?2)`,
          [now, named, me.id, unread],
        ),
        before: { unread },
        after,
        publish: [{ channel: userChannel(me.id), type: 'notification.read', data: after }],
        also: [
          query(
            `UPDATE notifications SET read_at = ?1 WHERE person_id = ?3 AND read_at IS NULL
             AND id IN (SELECT value FROM json_each(?2))`,
            [now, named, me.id],
          ),
        ],
      };
    },
  });
  return v.parse(NotificationsRead, after);
}

const unreadOf = (d1: D1Database, who: string, { ids, upTo }: ReadNotifications): Fact<string[]> =>
  map(
    rows<{ id: string }>(
      d1,
      `SELECT id FROM notifications WHERE person_id = ?1 AND read_at IS NULL AND (
         id IN (SELECT value FROM json_each(?2))
         OR (at, id) <= (SELECT at, id FROM notifications WHERE id = ?3 AND person_id = ?1))
       ORDER BY at DESC, id DESC LIMIT ?4`,
      [who, JSON.stringify(ids ?? []), upTo ?? null, MOST_AT_ONCE],
    ),
    (found) => found.map(({ id }) => id),
  );

const unreadCount = (d1: D1Database, who: string): Fact<number> =>
  map(
    row<{ unread: number }>(
      d1,
      'SELECT count(*) AS unread FROM notifications WHERE person_id = ?1 AND read_at IS NULL',
      [who],
    ),
    (found) => found?.unread ?? 0,
  );

/** How long a read notification is kept; unread ones are kept for ever. */
const READ_MS = 90 * 86_400_000;

export async function forgetRead({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  await d1
    .prepare('DELETE FROM notifications WHERE read_at IS NOT NULL AND at < ?1')
    .bind(now() - READ_MS)
    .run();
}
