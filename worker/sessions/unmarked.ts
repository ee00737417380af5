/** People on the list without a mark: the lock and the end mark them absent, or excused if an excuse is known. */
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

export const listIn = (d1: D1Database, id: string) =>
  together({ row: sessionIn(d1, id), attendees: attendeesIn(d1, id), unmarked: unmarkedIn(d1, id) });

/** Who would become absent or excused, by name. A day marked as excused or on leave excuses too. */
export function unmarkedIn(d1: D1Database, id: string): Fact<LockPreview> {
  const rostered = rows<{ person: string; excused: number }>(
    d1,
    `SELECT r.person_id AS person,
       EXISTS (SELECT 1 FROM session_excuses AS e WHERE e.session_id = ?1 AND e.person_id = r.person_id)
       OR EXISTS (SELECT 1 FROM marks AS m WHERE m.person_id = r.person_id AND m.status IN ('excused', 'on_leave')
         AND m.work_date = (SELECT work_date FROM live_sessions WHERE id = ?1)) AS excused
     FROM session_roster AS r JOIN people ON people.id = r.person_id
     WHERE r.session_id = ?1
       AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id)
     ORDER BY people.sort_key, people.id`,
    [id],
  );
  return map(rostered, (found) => {
    const of = (excused: number) =>
      found.filter((row) => row.excused === excused).map(({ person }) => person);
    return { absent: of(0), excused: of(1) };
  });
}

/**
 * SQL: the number of unmarked people on the list of session ?1. An equal number means the same people: a mark that came in
 * between collides with the rows of `marking`.
 */
export const UNMARKED = `(SELECT count(*) FROM session_roster AS r WHERE r.session_id = ?1
  AND NOT EXISTS (SELECT 1 FROM session_attendance AS a WHERE a.session_id = ?1 AND a.person_id = r.person_id))`;

/** Marks them. A scan that came in since the read makes this write, and so the whole commit, fail. */
export function marking(
  by: string | null,
  { id }: Pick<HostedSession, 'id'>,
  { absent, excused }: LockPreview,
  method: 'lock' | 'end',
  at: number,
): Query[] {
  const marks = (['absent', 'excused'] as const).flatMap((status) =>
    (status === 'absent' ? absent : excused).map((person) => ({ person, status })),
  );
  if (marks.length === 0) return [];
  return [
    query(
      `INSERT INTO session_attendance (session_id, person_id, status, at, method, by)
       SELECT ?1, value ->> 'person', value ->> 'status', ?2, ?3, ?4 FROM json_each(?5)`,
      [id, at, method, by, JSON.stringify(marks)],
    ),
  ];
}

/** The event that gives hosts the counts after the marks. */
export const markedEvent = (
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
