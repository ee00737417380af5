import { query } from '../db/queries';

export const notificationsPersonal = {
  subjects: [`SELECT 'notifications/' || ?1 UNION ALL SELECT 'preferences/' || ?1`],
  holds: {
    notifications: 'SELECT kind, title, body, at, read_at FROM notifications WHERE person_id = ?1',
    mutedNotifications: 'SELECT kind FROM muted_kinds WHERE person_id = ?1',
  },
  erase: ({ id }: { id: string }) => [
    query('DELETE FROM notifications WHERE person_id = ?1', [id]),
    query('DELETE FROM muted_kinds WHERE person_id = ?1', [id]),
  ],
};
