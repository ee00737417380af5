/** Maps rows to the contract's sessions and attendees. */
import * as v from 'valibot';
import type { BoardPerson } from '../contract/attendance/attendance';
import {
  Geofence,
  type HostedSession,
  Named,
  type Session,
  SessionKind,
  SessionState,
} from '../contract/sessions/sessions';
import { type Attendee, Flag } from '../contract/sessions/sheet/sheets';

/** SQL: a session; what it refers to is JSON. */
export const SESSION = `SELECT s.id, s.kind, s.title, s.room, s.starts_at AS startsAt, s.ends_at AS endsAt, s.zone,
  s.work_date AS workDate, s.state, s.started_at AS startedAt, s.ended_at AS endedAt, s.late_after_minutes AS lateAfterMinutes,
  s.opens_before_minutes AS opensBeforeMinutes, s.period_seconds AS periodSeconds, s.strict, s.turn, s.shown, s.geofence, s.secret,
  s.locked_at AS lockedAt, s.lock_reason AS lockReason, s.updated_at AS updatedAt,
  (SELECT json_object('id', id, 'name', name) FROM courses WHERE id = s.course_id) AS course,
  (SELECT json_object('id', id, 'name', name) FROM people WHERE id = s.locked_by) AS lockedBy,
  (SELECT json_group_array(json_object('id', id, 'name', name) ORDER BY name) FROM session_groups CROSS JOIN groups ON id = group_id
   WHERE session_id = s.id) AS groups,
  (SELECT json_group_array(json_object('id', id, 'name', name) ORDER BY sort_key, id) FROM session_hosts CROSS JOIN people ON id = person_id
   WHERE session_id = s.id) AS hosts
  FROM live_sessions AS s`;

/**
 * SQL: the people on the list of session `s`, of many: for each, SQLite would make the whole view `session_roster`.
 * @param who SQL for a condition on person `p`
 */
export const listOf = (who = 'TRUE'): string =>
  `(SELECT p.id FROM session_people AS sp CROSS JOIN people AS p ON p.id = sp.person_id AND p.active
    WHERE sp.session_id = s.id AND ${who}
    UNION SELECT p.id FROM session_groups AS sg CROSS JOIN group_members AS gm ON gm.group_id = sg.group_id
      AND gm.since <= s.starts_at AND (gm.until IS NULL OR gm.until > s.starts_at)
    CROSS JOIN people AS p ON p.id = gm.person_id AND p.active WHERE sg.session_id = s.id AND ${who})`;

type Plain = Omit<
  HostedSession,
  'kind' | 'state' | 'course' | 'groups' | 'hosts' | 'placed' | 'strict' | 'shown' | 'geofence' | 'lockedBy'
>;
export interface SessionRow extends Plain {
  kind: string;
  state: string;
  strict: number;
  turn: number;
  shown: number;
  geofence: string | null;
  secret: string;
  course: string | null;
  lockedBy: string | null;
  groups: string;
  hosts: string;
}

const parsed = <S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> =>
  v.parse(schema, JSON.parse(text));

export const geofenceOf = ({ geofence }: Pick<SessionRow, 'geofence'>): Geofence | null =>
  geofence === null ? null : parsed(Geofence, geofence);

/** The fields that everyone may see. */
export function sessionOf(row: SessionRow): Session {
  const { id, title, room, startsAt, endsAt, zone, workDate, startedAt, endedAt, lockedAt } = row;
  return {
    id,
    title,
    room,
    startsAt,
    endsAt,
    zone,
    workDate,
    startedAt,
    endedAt,
    lockedAt,
    kind: v.parse(SessionKind, row.kind),
    state: v.parse(SessionState, row.state),
    course: row.course === null ? null : parsed(Named, row.course),
    groups: parsed(v.array(Named), row.groups),
    hosts: parsed(v.array(Named), row.hosts),
    placed: row.geofence !== null,
  };
}

/** The fields that hosts see. */
export function hostedOf(row: SessionRow): HostedSession {
  return {
    ...sessionOf(row),
    lateAfterMinutes: row.lateAfterMinutes,
    opensBeforeMinutes: row.opensBeforeMinutes,
    periodSeconds: row.periodSeconds,
    lockReason: row.lockReason,
    updatedAt: row.updatedAt,
    strict: row.strict === 1,
    shown: row.shown === 1,
    geofence: geofenceOf(row),
    lockedBy: row.lockedBy === null ? null : parsed(Named, row.lockedBy),
  };
}

/** SQL: the list of session ?1 — the roster, and unlisted people who came or have a request; only person ?2 unless null. */
export const ATTENDEES = `SELECT p.id, p.name, p.department, p.position, p.category, p.image AS photo, max(listed) AS listed,
    a.status, a.at, a.method, a.reason, a.distance_zone AS distanceZone, coalesce(a.flags, '[]') AS flags, e.reason AS excuse, r.kind AS askingKind, r.at AS askingAt,
    (SELECT json_object('id', id, 'name', name) FROM people WHERE id = a.by) AS by
  FROM (SELECT person_id, 1 AS listed FROM session_roster WHERE session_id = ?1
    UNION ALL SELECT person_id, 0 FROM session_attendance WHERE session_id = ?1
    UNION ALL SELECT person_id, 0 FROM session_requests WHERE session_id = ?1) AS named
  JOIN people AS p ON p.id = named.person_id
  LEFT JOIN session_attendance AS a ON a.session_id = ?1 AND a.person_id = p.id
  LEFT JOIN session_excuses AS e ON e.session_id = ?1 AND e.person_id = p.id
  LEFT JOIN session_requests AS r ON r.session_id = ?1 AND r.person_id = p.id
  WHERE ?2 IS NULL OR p.id = ?2
  GROUP BY p.id ORDER BY p.sort_key, p.id`;

export interface AttendeeRow
  extends BoardPerson, Pick<Attendee, 'status' | 'at' | 'method' | 'reason' | 'distanceZone' | 'excuse'> {
  listed: number;
  flags: string;
  by: string | null;
  askingKind: NonNullable<Attendee['asking']>['kind'] | null;
  askingAt: number | null;
}

export const attendeeOf = (row: AttendeeRow): Attendee => ({
  person: {
    id: row.id,
    name: row.name,
    department: row.department,
    position: row.position,
    category: row.category,
    photo: row.photo,
  },
  listed: row.listed === 1,
  status: row.status,
  at: row.at,
  method: row.method,
  by: row.by === null ? null : parsed(Named, row.by),
  reason: row.reason,
  distanceZone: row.distanceZone,
  flags: parsed(v.array(Flag), row.flags),
  excuse: row.excuse,
  asking:
    row.askingKind === null || row.askingAt === null ? null : { kind: row.askingKind, at: row.askingAt },
});

export const unmarkedAttendee = (
  { id, name, department, position, category, photo }: BoardPerson,
  { listed = false, excuse = null }: Partial<Pick<Attendee, 'listed' | 'excuse'>> = {},
): Attendee => ({
  person: { id, name, department, position, category, photo },
  listed,
  status: null,
  at: null,
  method: null,
  by: null,
  reason: null,
  distanceZone: null,
  flags: [],
  excuse,
  asking: null,
});
