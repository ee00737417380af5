/** Creates and edits sessions. The creator becomes a host. */
import type { EditSession, HostedSession, Named, NewSession } from '../contract/sessions/sessions';
import { sessionChannel } from '../contract/channels';
import { dateIn } from '../contract/zones';
import { can, rolesOf } from '../contract/roles';
import { newSecret } from '../contract/secrets';
import { type Found, type Query, query, row, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { invalid, Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { mustHost, sessionIn, sessionSubject, sessionThere, sessionEvents } from './sessions';
import { begins } from './begins';
import { hostedOf } from './rows';

type Content = Omit<NewSession, 'id' | 'start'>;

/**
 * Creates a session, scheduled or already started.
 * @throws Refusal `invalid_input` naming what is unknown, `not_allowed` for the id of another host's session, `key_reused`,
 * `unavailable`
 */
export const createSession = (scope: Scope, { id, start, ...input }: NewSession): Promise<Answer> => {
  const content = { ...input, hosts: [...new Set([scope.me.id, ...input.hosts])] };
  const secret = newSecret();
  return scope.commit({
    subject: sessionSubject(id),
    action: 'session.created',
    facts: (d1) => together({ there: sessionThere(d1, id), named: namesIn(d1, content) }),
    decide({ there, named }, me, now) {
      const session: HostedSession = {
        ...shape(me, content, named),
        id,
        state: start ? 'active' : 'scheduled',
        startedAt: start ? now : null,
        endedAt: null,
        lockedAt: null,
        lockedBy: null,
        lockReason: null,
        shown: true,
        updatedAt: now,
      };
      if (there) mustHost({ me }, there); // reveals nothing of another host's session
      if (there) return { done: 'session.created' };
      return {
        write: query(
          `INSERT INTO live_sessions (id, kind, title, course_id, room, starts_at, ends_at, zone, work_date, state, started_at,
             late_after_minutes, opens_before_minutes, period_seconds, strict, geofence, secret, updated_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)`,
          [id, ...columns(session), secret, now],
        ),
        before: null,
        after: session,
        also: [...belongings(id, content), ...(start ? [begins(session)] : [])],
        publish: sessionEvents(session),
      };
    },
  });
};

/**
 * Changes a session that has not started.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` after the start, `changed_meanwhile` with the session as it is,
 * `invalid_input`, `key_reused`, `unavailable`
 */
export async function editSession(
  scope: Scope,
  id: string,
  { seenAt, ...content }: EditSession,
): Promise<Answer> {
  let hostsBefore: readonly Named[] = [];
  const answer = await scope.commit({
    subject: sessionSubject(id),
    action: 'session.updated',
    facts: (d1) => together({ row: sessionIn(d1, id), named: namesIn(d1, content) }),
    decide({ row, named }, me, now) {
      mustHost({ me }, row);
      const before = hostedOf(row);
      if (before.state !== 'scheduled') throw new Refusal('illegal_move', { current: before });
      if (content.hosts.length === 0) throw invalid('hosts', 'must name at least one host');
      const at = Math.max(now, before.updatedAt + 1);
      const after: HostedSession = { ...before, ...shape(me, content, named), updatedAt: at };
      if (before.updatedAt !== seenAt) throw new Refusal('changed_meanwhile', { current: before });
      hostsBefore = before.hosts;
      const values = columns(after);
      return {
        at,
        write: query(
          `UPDATE live_sessions SET kind = ?3, title = ?4, course_id = ?5, room = ?6, starts_at = ?7, ends_at = ?8, zone = ?9,
             work_date = ?10, late_after_minutes = ?11, opens_before_minutes = ?12, period_seconds = ?13, strict = ?14,
             geofence = ?15, updated_at = ?16
           WHERE id = ?1 AND state = 'scheduled' AND updated_at = ?2`,
          [
            id,
            seenAt,
            ...values.slice(0, 8),
            ...values.slice(10), // without the state and the start
            at,
          ],
        ),
        before,
        after,
        also: [
          ...['session_hosts', 'session_groups', 'session_people'].map((table) =>
            query(`DELETE FROM ${table} WHERE session_id = ?1`, [id]),
          ),
          ...belongings(id, content),
        ],
        publish: [...sessionEvents(after), { channel: sessionChannel(id), type: 'ROSTER_UPDATED', data: {} }],
      };
    },
  });
  // A removed host must get no more events of who comes; the sockets of present hosts reconnect.
  if (hostsBefore.some((host) => !content.hosts.includes(host.id))) await scope.restart(sessionChannel(id));
  return answer;
}

interface Names {
  course: Named | null;
  groups: Named[];
  hosts: Named[];
}

function namesIn(d1: D1Database, { courseId, groups, hosts, people }: Content) {
  const among = (ids: readonly string[]) => JSON.stringify(ids);
  return together({
    course: row<Named>(d1, 'SELECT id, name FROM courses WHERE id = ?1 AND active', [courseId ?? '']),
    groups: rows<Named>(
      d1,
      'SELECT id, name FROM groups WHERE id IN (SELECT value FROM json_each(?1)) AND active ORDER BY name',
      [among(groups)],
    ),
    hosts: rows<Named & { roles: string }>(
      d1,
      'SELECT id, name, roles FROM people WHERE id IN (SELECT value FROM json_each(?1)) AND active ORDER BY name',
      [among(hosts)],
    ),
    people: row<{ n: number }>(
      d1,
      'SELECT count(*) AS n FROM people WHERE id IN (SELECT value FROM json_each(?1)) AND active',
      [among(people)],
    ),
  });
}

/** @throws Refusal `invalid_input` for an unknown id, or a person who cannot be a host */
function namesOf(
  content: Content,
  { course, groups, hosts, people }: Found<ReturnType<typeof namesIn>>,
): Names {
  if (content.courseId !== null && !course) throw invalid('courseId', 'is not a course');
  if (groups.length !== new Set(content.groups).size) throw invalid('groups', 'must be groups');
  const able = hosts.filter(({ roles }) => can({ roles: rolesOf(roles) }, 'sessions.host'));
  if (able.length !== new Set(content.hosts).size) throw invalid('hosts', 'must be people who may be hosts');
  if (people?.n !== new Set(content.people).size) throw invalid('people', 'must be people who work here');
  return { course: course ?? null, groups, hosts: able.map(({ id, name }) => ({ id, name })) };
}

/** @throws Refusal `invalid_input` for an unknown id, or a person who cannot be a host */
function shape({ settings: { zone } }: Asker, content: Content, found: Found<ReturnType<typeof namesIn>>) {
  const { courseId: _course, people: _people, ...rest } = content;
  const { course, groups, hosts } = namesOf(content, found);
  return {
    ...rest,
    course,
    groups,
    hosts,
    zone,
    workDate: dateIn(zone, content.startsAt),
    placed: content.geofence !== null,
  };
}

/** In the order of the INSERT's columns, from `kind` to `geofence`. */
function columns(it: HostedSession): (string | number | null)[] {
  return [
    it.kind,
    it.title,
    it.course?.id ?? null,
    it.room,
    it.startsAt,
    it.endsAt,
    it.zone,
    it.workDate,
    it.state,
    it.startedAt,
    it.lateAfterMinutes,
    it.opensBeforeMinutes,
    it.periodSeconds,
    it.strict ? 1 : 0,
    it.geofence && JSON.stringify(it.geofence),
  ];
}

const belongings = (id: string, { hosts, groups, people }: Content): Query[] => [
  rowsFor('session_hosts (session_id, person_id)', id, hosts),
  rowsFor('session_groups (session_id, group_id)', id, groups),
  rowsFor('session_people (session_id, person_id)', id, people),
];

const rowsFor = (table: string, id: string, ids: readonly string[]): Query =>
  query(`INSERT INTO ${table} SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`, [
    id,
    JSON.stringify(ids),
  ]);
