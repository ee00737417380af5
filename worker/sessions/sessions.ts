/** Reads sessions and participations, and checks who hosts them. */
import * as v from 'valibot';
import { sessionChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { can } from '../contract/roles';
import { HostedSession, type SessionChange, SessionPulse } from '../contract/sessions/sessions';
import type { Attendee } from '../contract/sessions/sheet/sheets';
import type { Receipt } from '../contract/receipts';
import { ask, type Fact, map, row as rowOf, rows, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { ATTENDEES, attendeeOf, type AttendeeRow, SESSION, sessionOf, type SessionRow } from './rows';

/** The journal's subjects: a session, and one person's participation. */
export const sessionSubject = (id: string) => `session/${id}`;
export const participationSubject = (id: string, personId: string) => `session/${id}/${personId}`;

/** @throws Refusal `not_found` */
export const sessionWith = ({ d1 }: Scope, id: string): Promise<SessionRow> => ask(d1, sessionIn(d1, id));

/** @throws Refusal `not_found` as it is read */
export const sessionIn = (d1: D1Database, id: string): Fact<SessionRow> =>
  map(sessionThere(d1, id), (found) => {
    if (!found) throw new Refusal('not_found');
    return found;
  });

export const sessionThere = (d1: D1Database, id: string): Fact<SessionRow | undefined> =>
  rowOf<SessionRow>(d1, `${SESSION} WHERE s.id = ?1`, [id]);

/** @throws Refusal `not_found`, `not_allowed` for a person who does not host it */
export async function hostedBy(scope: Scope, id: string): Promise<SessionRow> {
  const row = await sessionWith(scope, id);
  mustHost(scope, row);
  return row;
}

/** Allows its hosts and people who manage all sessions. @throws Refusal `not_allowed` */
export function mustHost({ me }: Pick<Scope, 'me'>, row: SessionRow): void {
  const hosts = sessionOf(row).hosts.some((host) => host.id === me.id);
  if (!hosts && !can(me, 'sessions.manage'))
    throw new Refusal('not_allowed', { detail: 'Only hosts of this session can do that.' });
}

/** Everyone on the list, by name. */
export const attendeesIn = (d1: D1Database, id: string): Fact<Attendee[]> =>
  map(rows<AttendeeRow>(d1, ATTENDEES, [id, null]), (found) => found.map(attendeeOf));

/** One person and one session. A person who is not on the list has a `seen` state too. */
export interface Participation {
  attendee: Attendee | undefined;
  seen: Seen;
  /** The latest journal entry about them. */
  latest: Receipt | undefined;
}

export const participationIn = (d1: D1Database, id: string, personId: string): Fact<Participation> => {
  const subject = participationSubject(id, personId);
  const facts = together({
    row: rowOf<AttendeeRow>(d1, ATTENDEES, [id, personId]),
    latest: rowOf<Receipt>(
      d1,
      'SELECT id AS entry, at FROM journal WHERE subject = ?1 ORDER BY id DESC LIMIT 1',
      [subject],
    ),
  });
  return map(facts, ({ row, latest }) => {
    const attendee = row && attendeeOf(row);
    const [entry, at] = [latest?.entry ?? null, attendee?.at ?? null];
    return { attendee, latest, seen: JSON.stringify({ id, personId, subject, entry, at }) };
  });
};

/** The state of a participation as it was read, as one bound value for `asSeen`. */
export type Seen = string;

/**
 * SQL: the participation is as it was read. The journal shows changes by the person or a host; the mark's time shows those by
 * the lock or the end. An event carries the whole row, so nothing in it may have changed.
 * @param value the placeholder of a `Seen`, such as `?7`
 */
export const asSeen = (value: string): string =>
  `(SELECT max(id) FROM journal WHERE subject = ${value} ->> 'subject') IS ${value} ->> 'entry'
   AND (SELECT at FROM session_attendance WHERE session_id = ${value} ->> 'id' AND person_id = ${value} ->> 'personId')
     IS ${value} ->> 'at'`;

/** The events of a changed session: its state for everyone, all fields for its hosts. */
export const sessionEvents = (session: HostedSession): Publication[] => [
  {
    channel: 'sessions',
    type: 'session.changed',
    data: v.parse(v.object(SessionPulse.entries), session),
  },
  { channel: sessionChannel(session.id), type: 'SESSION_STATUS', data: session },
];

/** The answer to a change. The journal entry may hold more, such as an unpublished reason. */
export async function sessionChange(answer: Promise<Answer>): Promise<SessionChange> {
  const { after, receipt } = await answer;
  return { session: v.parse(v.object(HostedSession.entries), after), receipt };
}
