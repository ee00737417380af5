/** A session as it is now, and whether the person who asks runs it. */
import * as v from 'valibot';
import { sessionChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { can } from '../contract/roles';
import { HostedSession, type SessionChange } from '../contract/sessions/sessions';
import type { Attendee } from '../contract/sessions/sheet/sheets';
import { ask, type Fact, map, row as rowOf, rows } from '../db/facts';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { ATTENDEES, attendeeOf, type AttendeeRow, SESSION, sessionOf, type SessionRow } from './rows';

/** What the journal calls a session, and somebody's part in it. */
export const sessionSubject = (id: string) => `session/${id}`;
export const partSubject = (id: string, personId: string) => `session/${id}/${personId}`;

/** The session of that id. @throws Refusal `not_found` */
export const sessionWith = ({ d1 }: Scope, id: string): Promise<SessionRow> => ask(d1, sessionIn(d1, id));

/** The session of that id. @throws Refusal `not_found` as it is read */
export const sessionIn = (d1: D1Database, id: string): Fact<SessionRow> =>
  map(sessionThere(d1, id), (found) => {
    if (!found) throw new Refusal('not_found');
    return found;
  });

/** The session of that id, if there is one. */
export const sessionThere = (d1: D1Database, id: string): Fact<SessionRow | undefined> =>
  rowOf<SessionRow>(d1.prepare(`${SESSION} WHERE s.id = ?1`).bind(id));

/** The session of that id, of which the person who asks is a host. @throws Refusal `not_found`, `not_allowed` */
export async function hostedBy(scope: Scope, id: string): Promise<SessionRow> {
  const row = await sessionWith(scope, id);
  mustHost(scope, row);
  return row;
}

/** Only its hosts, and those who manage all sessions. @throws Refusal `not_allowed` */
export function mustHost({ me }: Pick<Scope, 'me'>, row: SessionRow): void {
  const hosts = sessionOf(row).hosts.some((host) => host.id === me.id);
  if (!hosts && !can(me, 'sessions.manage'))
    throw new Refusal('not_allowed', { detail: 'Only hosts of this session can do that.' });
}

/** Everyone on the list, by name. */
export const attendeesOf = ({ d1 }: Scope, id: string): Promise<Attendee[]> => ask(d1, attendeesIn(d1, id));

/** Everyone on the list, by name. */
export const attendeesIn = (d1: D1Database, id: string): Fact<Attendee[]> =>
  map(rows<AttendeeRow>(d1.prepare(ATTENDEES).bind(id, null)), (found) => found.map(attendeeOf));

/** Somebody on a session's list, and the state in which they were seen; nobody (yet) on it has a state too. */
export async function attendeeWith(
  { d1 }: Scope,
  id: string,
  personId: string,
): Promise<{ attendee: Attendee | undefined; seen: Seen }> {
  const row = await d1.prepare(ATTENDEES).bind(id, personId).first<AttendeeRow>();
  const attendee = row ? attendeeOf(row) : undefined;
  const [entry, at] = [row?.entry ?? (await latestEntry(d1, id, personId)), attendee?.at ?? null];
  return { attendee, seen: JSON.stringify({ id, personId, subject: partSubject(id, personId), entry, at }) };
}

const latestEntry = (d1: D1Database, id: string, personId: string): Promise<number | null> =>
  d1
    .prepare('SELECT max(id) AS entry FROM journal WHERE subject = ?1')
    .bind(partSubject(id, personId))
    .first<number | null>('entry');

/** The state in which somebody was seen, as one bound value for `asSeen`. */
export type Seen = string;

/**
 * SQL: nothing has happened to them since, neither by their own or a host's hand (the journal tells) nor by the lock or the
 * end (their mark's moment tells). What is told of a change is the whole row, so all of it must be as it was read.
 * @param value the placeholder of a `Seen`, such as `?7`
 */
export const asSeen = (value: string): string =>
  `(SELECT max(id) FROM journal WHERE subject = ${value} ->> 'subject') IS ${value} ->> 'entry'
   AND (SELECT at FROM session_attendance WHERE session_id = ${value} ->> 'id' AND person_id = ${value} ->> 'personId')
     IS ${value} ->> 'at'`;

/** Everyone is told how the session stands, its hosts all of it. */
export function sessionTold(
  type: Extract<Publication, { channel: 'sessions' }>['type'] & `session.${string}`,
  session: HostedSession,
): Publication[] {
  return [
    { channel: 'sessions', type, data: publicly(session) },
    { channel: sessionChannel(session.id), type: 'SESSION_STATUS', data: session },
  ];
}

/** What a change is answered with. The journal's entry may hold more of it, such as the reason: that is not told. */
export const sessionChange = ({ after, receipt }: Answer): SessionChange => ({
  session: v.parse(v.object(HostedSession.entries), after),
  receipt,
});

function publicly({
  lateAfterMinutes: _late,
  opensBeforeMinutes: _opens,
  periodSeconds: _period,
  strict: _strict,
  geofence: _geofence,
  shown: _shown,
  lockedBy: _by,
  lockReason: _reason,
  updatedAt: _updated,
  ...session
}: HostedSession) {
  return session;
}
