/** The demo's courses, groups and sessions. SQLite has no booleans. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../migrate.ts';
import type { Courses } from '../courses.ts';
import { insert } from '../insert.ts';
import { excusesOf, type Sessions } from '../sessions.ts';

export async function insertCourses(db: Database, { courses, groups, members }: Courses): Promise<void> {
  const kept = <Row extends { active: boolean }>(row: Row) => ({ ...row, active: Number(row.active) });
  await insert(db, 'courses', 'id name threshold active', courses.map(kept));
  await insert(db, 'groups', 'id name active', groups.map(kept));
  await insert(db, 'group_members', 'group_id person_id since until', members);
}

export async function insertSessions(db: Database, { sessions, parts }: Sessions): Promise<void> {
  const rows = sessions.map((it) => ({
    ...it,
    courseId: it.course?.id,
    strict: Number(it.strict),
    shown: Number(it.shown),
    secret: randomBytes(32).toString('hex'),
  }));
  await insert(db, 'live_sessions', LIVE_SESSIONS, rows);
  const hosts = sessions.flatMap(({ id, hosts: those }) =>
    those.map((host) => ({ sessionId: id, personId: host.id })),
  );
  const groups = sessions.flatMap(({ id, groups: those }) =>
    those.map((group) => ({ sessionId: id, groupId: group.id })),
  );
  await insert(db, 'session_hosts', 'session_id person_id', hosts);
  await insert(db, 'session_groups', 'session_id group_id', groups);
  await insert(db, 'session_attendance', 'session_id person_id status at method by reason flags', parts);
  await insert(db, 'session_excuses', 'session_id person_id reason by at', excusesOf(sessions, parts));
}

const LIVE_SESSIONS =
  'id kind title course_id room starts_at ends_at zone work_date state started_at ended_at late_after_minutes opens_before_minutes period_seconds strict shown secret updated_at';
