import { query } from '../db/queries';
import { ERASED, type Personal } from '../people/erasure/personal';

/** Who came stays, since attendance rates count it. */
export const sessionsPersonal: Personal = {
  subjects: [
    `SELECT 'session/' || session_id || '/' || ?1 FROM session_attendance WHERE person_id = ?1`,
    `SELECT 'session/' || session_id || '/' || ?1 FROM session_excuses WHERE person_id = ?1`,
    `SELECT 'session/' || session_id || '/' || ?1 FROM session_people WHERE person_id = ?1`,
    `SELECT 'session/' || session_id || '/' || ?1 FROM group_members
     JOIN session_groups ON session_groups.group_id = group_members.group_id WHERE person_id = ?1`,
    `SELECT 'group/' || group_id || '/' || ?1 FROM group_members WHERE person_id = ?1`,
  ],
  holds: {
    sessions: `SELECT title, live_sessions.starts_at, status, at, method, reason, distance_zone
      FROM session_attendance JOIN live_sessions ON live_sessions.id = session_id WHERE person_id = ?1 ORDER BY starts_at`,
    excuses: `SELECT title, live_sessions.starts_at, reason
      FROM session_excuses JOIN live_sessions ON live_sessions.id = session_id WHERE person_id = ?1 ORDER BY starts_at`,
    hostedSessions: `SELECT title, starts_at FROM session_hosts JOIN live_sessions ON live_sessions.id = session_id WHERE person_id = ?1`,
    invitedSessions: `SELECT title, starts_at FROM session_people JOIN live_sessions ON live_sessions.id = session_id WHERE person_id = ?1`,
    groups: `SELECT groups.name, since, until FROM group_members JOIN groups ON groups.id = group_id WHERE person_id = ?1`,
  },
  erase: ({ id }) => [
    // Before their own device is gone: a flag of others names who had the same.
    query(
      `UPDATE session_attendance SET flags = (
         SELECT json_group_array(json(iif(flag.value ->> 'kind' = 'shared_device', json_set(flag.value, '$.words', ?2), flag.value)))
         FROM json_each(session_attendance.flags) AS flag)
       WHERE (session_id, person_id) IN (
         SELECT other.session_id, other.person_id FROM session_attendance AS own CROSS JOIN session_attendance AS other
         ON other.session_id = own.session_id AND other.device = own.device AND other.person_id <> ?1
         WHERE own.person_id = ?1 AND own.device IS NOT NULL)`,
      [id, 'Same device as an erased person'],
    ),
    query(
      'UPDATE session_attendance SET reason = NULL, device = NULL, distance_zone = NULL WHERE person_id = ?1',
      [id],
    ),
    query('UPDATE session_excuses SET reason = ?2 WHERE person_id = ?1', [id, ERASED]),
    query('DELETE FROM session_requests WHERE person_id = ?1', [id]),
    query('DELETE FROM session_failures WHERE person_id = ?1', [id]),
  ],
};
