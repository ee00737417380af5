/** A session as it is now, and whether the person who asks runs it. */
import type { Attendee, HostedSession, SessionChange } from '../contract/sessions';
import { HostedSession as Hosted } from '../contract/sessions';
import { sessionChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { can } from '../contract/roles';
import * as v from 'valibot';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { ATTENDEES, attendeeOf, type AttendeeRow, SESSION, sessionOf, type SessionRow } from './rows';

/** What the journal calls a session, and somebody's part in it. */
export const sessionSubject = (id: string) => `session/${id}`;
export const partSubject = (id: string, personId: string) => `session/${id}/${personId}`;

/** The session of that id. @throws Refusal `not_found` */
export async function sessionWith({ d1 }: Scope, id: string): Promise<SessionRow> {
  const row = await d1.prepare(`${SESSION} WHERE s.id = ?1`).bind(id).first<SessionRow>();
  if (!row) throw new Refusal('not_found');
  return row;
}

/** The session of that id, of which the person who asks is a host. @throws Refusal `not_found`, `not_allowed` */
export async function hostedBy(scope: Scope, id: string): Promise<SessionRow> {
  const row = await sessionWith(scope, id);
  mustHost(scope, row);
  return row;
}

/** @throws Refusal `not_allowed` */
export function mustHost({ me }: Scope, row: SessionRow): void {
  const hosts = sessionOf(row).hosts.some((host) => host.id === me.id);
  if (!hosts && !can(me, 'sessions.manage'))
    throw new Refusal('not_allowed', { detail: 'Only the hosts of this session may do that.' });
}

/** Somebody on a session's list, if they are on it. */
export async function attendeeWith(
  { d1 }: Scope,
  id: string,
  personId: string,
): Promise<Attendee | undefined> {
  const row = await d1.prepare(ATTENDEES).bind(id, personId).first<AttendeeRow>();
  return row ? attendeeOf(row) : undefined;
}

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

/** What a change is answered with. */
export const sessionChange = ({ after, receipt }: Answer): SessionChange => ({
  session: v.parse(v.object(Hosted.entries), after),
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
