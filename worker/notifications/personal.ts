import { query } from '../db/queries';

/** Others keep their notifications that name an erased person, without the name and without what that person wrote about themselves. */
export const notificationsPersonal = {
  subjects: [
    `SELECT 'notifications/' || ?1 UNION ALL SELECT 'preferences/' || ?1 UNION ALL SELECT 'push/' || ?1`,
  ],
  holds: {
    notifications: 'SELECT kind, title, body, at, read_at FROM notifications WHERE person_id = ?1',
    mutedNotifications: 'SELECT kind FROM muted_kinds WHERE person_id = ?1',
    devicesWithPush: `SELECT push_subscriptions.created_at,
        (SELECT json_group_array(kind) FROM push_kinds WHERE push_kinds.session_id = push_subscriptions.session_id) AS kinds
      FROM push_subscriptions JOIN sessions ON sessions.id = session_id WHERE user_id = ?1`,
    quietHours: 'SELECT from_time, to_time FROM quiet_hours WHERE person_id = ?1',
  },
  erase: ({ id, pseudonym }: { id: string; pseudonym: string }) => [
    query('DELETE FROM notifications WHERE person_id = ?1', [id]),
    query('DELETE FROM muted_kinds WHERE person_id = ?1', [id]),
    query('DELETE FROM quiet_hours WHERE person_id = ?1', [id]),
    // Before the notifications change: a push that waits has their words.
    query('DELETE FROM pushes WHERE id IN (SELECT id FROM notifications WHERE named_id = ?1)', [id]),
    query(
      `UPDATE notifications SET title = replace(title, named_as, ?2), named_id = NULL, named_as = NULL,
         body = iif(kind = 'correction.requested', '', replace(body, named_as, ?2)) WHERE named_id = ?1`,
      [id, pseudonym],
    ),
    // Devices go with their sessions.
  ],
};
