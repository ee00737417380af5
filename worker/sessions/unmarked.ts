/** Who is on the list and has not been marked: absent, or excused if that was known. What the lock and the end have in common. */
import { sessionChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { HostedSession } from '../contract/sessions/sessions';
import {
  type Attendee,
  type LockPreview,
  type SessionStats,
  statsOf,
} from '../contract/sessions/sheet/sheets';
import { type Query, query } from '../db/client';
import type { Scope } from '../scope';
import { attendeesOf } from './sessions';

/** Who would become what, by name order. A day marked as excused or on leave excuses too. */
export async function unmarkedOf(
  { d1 }: Scope,
  { id, workDate }: Pick<HostedSession, 'id' | 'workDate'>,
): Promise<LockPreview> {
  const { results } = await d1
    .prepare(
      `SELECT person_id AS person,
         EXISTS (SELECT 1 FROM session_excuses AS e WHERE e.session_id = ?1 AND e.person_id = r.person_id)
         OR EXISTS (SELECT 1 FROM marks AS m WHERE m.person_id = r.person_id AND m.work_date = ?2
           AND m.status IN ('excused', 'on_leave')) AS excused
       FROM session_roster AS r JOIN people ON people.id = r.person_id
       WHERE r.session_id = ?1
         AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id)
       ORDER BY people.sort_key, people.id`,
    )
    .bind(id, workDate)
    .all<{ person: string; excused: number }>();
  const of = (excused: number) =>
    results.filter((row) => row.excused === excused).map(({ person }) => person);
  return { absent: of(0), excused: of(1) };
}

/**
 * SQL: how many are on the list of session ?1 and not marked. As many as were read, and none of them marked meanwhile (else
 * their row below collides): then they are the very same.
 */
export const UNMARKED = `(SELECT count(*) FROM session_roster AS r WHERE r.session_id = ?1
  AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id))`;

/** Marks them. Whoever has come in since they were read makes this fail, and with it the whole commit. */
export function marking(
  scope: Scope,
  { id }: Pick<HostedSession, 'id'>,
  { absent, excused }: LockPreview,
  method: 'lock' | 'end',
  at: number,
): Query[] {
  const those = (['absent', 'excused'] as const).flatMap((status) =>
    (status === 'absent' ? absent : excused).map((person) => ({ person, status })),
  );
  if (those.length === 0) return [];
  return [
    query(
      `INSERT INTO session_attendance (session_id, person_id, status, at, method, by)
       SELECT ?1, value ->> 'person', value ->> 'status', ?2, ?3, ?4 FROM json_each(?5)`,
      ...[id, at, method, scope.asker?.id ?? null, JSON.stringify(those)],
    ),
  ];
}

/** Tells hosts how the list stands once they are marked. */
export async function markedTold(
  scope: Scope,
  id: string,
  marked: LockPreview,
  method: 'lock' | 'end',
): Promise<Publication> {
  const stats = await statsAfter(scope, id, marked, method);
  return { channel: sessionChannel(id), type: 'STATS_UPDATE', data: { stats, marked, method, unmarked: [] } };
}

async function statsAfter(
  scope: Scope,
  id: string,
  { absent, excused }: LockPreview,
  method: 'lock' | 'end',
): Promise<SessionStats> {
  const become = new Map<string, Attendee['status']>([
    ...absent.map((person) => [person, 'absent'] as const),
    ...excused.map((person) => [person, 'excused'] as const),
  ]);
  const attendees = await attendeesOf(scope, id);
  return statsOf(
    attendees.map((it) => ({
      ...it,
      status: become.get(it.person.id) ?? it.status,
      asking: method === 'end' ? null : it.asking, // a request outlives the lock, to be answered after it
    })),
  );
}
