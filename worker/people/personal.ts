import { query } from '../db/queries';
import type { Personal } from './erasure/personal';

export const peoplePersonal: Personal = {
  subjects: [`SELECT 'person/' || ?1`],
  holds: {
    person: `SELECT id, name, email, roles, active, department, position, category, zone, staff_number, created_at, updated_at,
        '/api/v1/people/' || id || '/photo/' || image AS photo
      FROM people WHERE id = ?1`,
    terms: `SELECT valid_from, employed, departments.name AS department, position, category, zone, weekly_minutes
      FROM terms LEFT JOIN departments ON departments.id = department_id WHERE person_id = ?1`,
    signedInSessions:
      'SELECT created_at, expires_at, ip_address, user_agent FROM sessions WHERE user_id = ?1',
  },
  erase: ({ id }) => [
    query('DELETE FROM sessions WHERE user_id = ?1', [id]),
    query('DELETE FROM accounts WHERE user_id = ?1', [id]),
    query('DELETE FROM invitations WHERE person_id = ?1', [id]),
    query('UPDATE terms SET position = NULL WHERE person_id = ?1', [id]),
  ],
};
