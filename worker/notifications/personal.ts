import { query } from '../db/queries';

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
  erase: ({ id }: { id: string }) => [
    query('DELETE FROM notifications WHERE person_id = ?1', [id]),
    query('DELETE FROM muted_kinds WHERE person_id = ?1', [id]),
    query('DELETE FROM quiet_hours WHERE person_id = ?1', [id]),
    // Devices go with their sessions.
  ],
};
