import { query } from '../db/queries';
import { ERASED, type Personal } from '../people/erasure/personal';

/** SQL: the records that corrections have replaced. They are in no table of their own. */
const REPLACED = 'corrections, json_each(corrections.before) AS day WHERE corrections.person_id = ?1';

/** Times stay, since hours and reports count them. */
export const attendancePersonal: Personal = {
  subjects: [
    `SELECT 'attendance/' || id FROM attendance WHERE person_id = ?1`,
    `SELECT 'break/' || breaks.id FROM attendance JOIN breaks ON record_id = attendance.id WHERE attendance.person_id = ?1`,
    `SELECT 'mark/' || person_id || '/' || work_date FROM marks WHERE person_id = ?1`,
    `SELECT 'correction/' || id FROM corrections WHERE person_id = ?1`,
    `SELECT 'attendance/' || (day.value ->> '$.record.id') FROM ${REPLACED}`,
    `SELECT 'break/' || (pause.value ->> 'id') FROM corrections, json_each(corrections.before) AS day,
       json_each(day.value, '$.breaks') AS pause WHERE corrections.person_id = ?1`,
  ],
  holds: {
    attendance: `SELECT id, work_date, zone, in_at, out_at, auto, corrected, unconfirmed,
        '/api/v1/attendance/records/' || id || '/photo/' || photo AS photo
      FROM attendance WHERE person_id = ?1 ORDER BY work_date, in_at`,
    breaks: `SELECT record_id, kind, start_at, end_at FROM attendance JOIN breaks ON record_id = attendance.id
      WHERE attendance.person_id = ?1 ORDER BY start_at`,
    marks: 'SELECT work_date, status, note, at FROM marks WHERE person_id = ?1',
    corrections: `SELECT from_date, to_date, before, after, reason, state, requested_at, decided_at, answer
      FROM corrections WHERE person_id = ?1`,
  },
  erase: ({ id }) => [
    query(
      `INSERT INTO orphaned_photos (key, since)
       SELECT 'check-ins/' || id || '/' || photo, 0 FROM attendance WHERE person_id = ?1 AND photo IS NOT NULL
       ON CONFLICT DO NOTHING`,
      [id],
    ),
    query('UPDATE attendance SET photo = NULL WHERE person_id = ?1 AND photo IS NOT NULL', [id]),
    query('UPDATE marks SET note = NULL WHERE person_id = ?1 AND note IS NOT NULL', [id]),
    query('UPDATE corrections SET reason = ?2, answer = NULL WHERE person_id = ?1', [id, ERASED]),
  ],
};
