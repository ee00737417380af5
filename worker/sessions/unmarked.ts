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
import { type Fact, map, type Query, query, rows, together } from '../db/queries';
import { attendeesIn, sessionIn } from './sessions';

/** A session, everyone on its list, and who would become what. */
export const listIn = (d1: D1Database, id: string) =>
  together({ row: sessionIn(d1, id), attendees: attendeesIn(d1, id), unmarked: unmarkedIn(d1, id) });

/** Who would become what, by name order. A day marked as excused or on leave excuses too. */
export function unmarkedIn(d1: D1Database, id: string): Fact<LockPreview> {
  const statement = d1
    .prepare(
      `SELECT r.person_id AS person,
         EXISTS (SELECT 1 FROM session_excuses AS e WHERE e.session_id = ?1 AND e.person_id = r.person_id)
         OR EXISTS (SELECT 1 FROM marks AS m WHERE m.person_id = r.person_id AND m.status IN ('excused', 'on_leave')
           AND m.work_date = (SELECT work_date FROM live_sessions WHERE id = ?1)) AS excused
       FROM session_roster AS r JOIN people ON people.id = r.person_id
       WHERE r.session_id = ?1
         AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id)
       ORDER BY people.sort_key, people.id`,
    )
    .bind(id);
  return map(rows<{ person: string; excused: number }>(statement), (found) => {
    const of = (excused: number) =>
      found.filter((row) => row.excused === excused).map(({ person }) => person);
    return { absent: of(0), excused: of(1) };
  });
}

/**
 * SQL: how many are on the list of session ?1 and not marked. As many as were read, and none of them marked meanwhile (else
 * their row below collides): then they are the very same.
 */
export const UNMARKED = `(SELECT count(*) FROM session_roster AS r WHERE r.session_id = ?1
  AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id))`;

/** Marks them. Whoever has come in since they were read makes this fail, and with it the whole commit. */
export function marking(
  by: string | null,
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
      ...[id, at, method, by, JSON.stringify(those)],
    ),
  ];
}

/** Tells hosts how the list stands once they are marked. */
export const markedTold = (
  id: string,
  attendees: readonly Attendee[],
  marked: LockPreview,
  method: 'lock' | 'end',
): Publication => ({
  channel: sessionChannel(id),
  type: 'STATS_UPDATE',
  data: { stats: statsAfter(attendees, marked, method), marked, method, unmarked: [] },
});

function statsAfter(
  attendees: readonly Attendee[],
  { absent, excused }: LockPreview,
  method: 'lock' | 'end',
): SessionStats {
  const become = new Map<string, Attendee['status']>([
    ...absent.map((person) => [person, 'absent'] as const),
    ...excused.map((person) => [person, 'excused'] as const),
  ]);
  return statsOf(
    attendees.map((it) => ({
      ...it,
      status: become.get(it.person.id) ?? it.status,
      asking: method === 'end' ? null : it.asking, // a request outlives the lock, to be answered after it
    })),
  );
}
