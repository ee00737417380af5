/** A person joins a session: one ticket becomes one mark on the list, or one request to the host. */
import * as v from 'valibot';
import { sessionChannel, userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import { can } from '../../contract/roles';
import { sha256 } from '../../contract/secrets';
import {
  type MySession,
  OwnParticipation,
  Scanned,
  type JoinSession,
} from '../../contract/sessions/sessions';
import type { Attendee, DistanceZone } from '../../contract/sessions/sheet/sheets';
import { ask, type Found, query, row as rowOf, together } from '../../db/queries';
import type { Plan } from '../../live/decision';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { geofenceOf, sessionOf, type SessionRow, unmarkedAttendee } from '../rows';
import { asSeen, participationIn, participationSubject, sessionIn } from '../sessions';
import { flagFacts, flagsOf } from './flags';
import { distanceZoneOf, counts } from './place';
import { headsIn } from '../../live/replay';
import { countFailure, mustBeOpen } from './ticket';

/**
 * @param device identifies a browser within one session only
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `ticket_spent`, `not_on_list`,
 * `position_needed`, `outside_area`, `marked_already`. None of them spends the ticket.
 */
export async function joinSession(
  scope: Scope,
  id: string,
  input: JoinSession,
  device: string,
): Promise<Scanned> {
  try {
    return await joining(scope, id, input, device);
  } catch (error) {
    await countFailure(scope, id, error);
    throw error;
  }
}

async function joining(
  scope: Scope,
  id: string,
  { ticket, position, ask: requests }: JoinSession,
  device: string,
): Promise<Scanned> {
  const hash = await sha256(ticket);
  let already: Scanned | undefined;
  const { after, receipt } = await scope.commitIfNeeded({
    subject: participationSubject(id, scope.me.id),
    action: 'session.attended',
    facts: (d1, who) => scanFacts(d1, { id, personId: who, hash, device }),
    decide(found, me, now) {
      const { row, own } = found;
      already = undefined;
      if (own.attendee && cameIn(own.attendee)) already = alreadyIs('already_in', found, own.attendee);
      if (already) return { unchanged: already };
      mustBeOpen(row);
      if (own.attendee?.status) throw new Refusal('marked_already');
      if (!own.attendee?.listed) throw new Refusal('not_on_list'); // removed from the list since the scan
      const held = found.ticket && found.ticket.expiresAt > now ? found.ticket : undefined;
      // The answer to the request was lost, and the request is sent again.
      if (!held && requests && own.attendee.asking) already = alreadyIs('asked', found, own.attendee);
      if (already) return { unchanged: already };
      if (!held) throw new Refusal('ticket_spent');
      const fence = geofenceOf(row);
      const distanceZone = fence && position ? distanceZoneOf(fence, position) : null;
      const refused = fence ? refusalOf(distanceZone) : undefined;
      if (refused && !requests) throw new Refusal(refused);
      const scan: Scan = { ...held, hash, device, distanceZone };
      const person = unmarkedAttendee(me, own.attendee);
      return refused ? requesting(found, scan, person, refused, now) : entering(found, scan, person, me, now);
    },
  });
  // An earlier try of this request may have committed, and a host may have answered since: return the present state.
  if (already) return already;
  const participation = v.parse(v.object(OwnParticipation.entries), after);
  const outcome = participation.asking ? 'asked' : participation.status === 'late' ? 'late' : 'in';
  return v.parse(Scanned, { outcome, participation, receipt });
}

type ScanFacts = Found<ReturnType<typeof scanFacts>>;

const scanFacts = (
  d1: D1Database,
  { id, personId, hash, device }: { id: string; personId: string; hash: string; device: string },
) =>
  together({
    row: sessionIn(d1, id),
    own: participationIn(d1, id, personId),
    ticket: rowOf<{
      method: 'scan' | 'code';
      scannedAt: number;
      expiresAt: number;
      redeemedAt: number | null;
    }>(
      d1,
      `SELECT method, scanned_at AS scannedAt, expires_at AS expiresAt, redeemed_at AS redeemedAt FROM session_tickets
       WHERE hash = ?1 AND session_id = ?2 AND person_id = ?3 AND used_at IS NULL`,
      [hash, id, personId],
    ),
    flags: flagFacts(d1, { id, personId, device }),
  });

interface Scan {
  hash: string;
  method: 'scan' | 'code';
  scannedAt: number;
  /** When a pass from before the sign-in became the ticket. */
  redeemedAt: number | null;
  device: string;
  distanceZone: DistanceZone | null;
}

export const cameIn = ({ status }: Attendee): boolean => status === 'present' || status === 'late';

/** The present state, with the receipt of the change that made it. */
export const alreadyIs = (
  outcome: 'already_in' | 'asked',
  { row, own: { latest } }: Pick<ScanFacts, 'row' | 'own'>,
  attendee: Attendee,
): Scanned => ({
  outcome,
  participation: ownParticipation(row, attendee),
  receipt: latest ?? { entry: 0, at: attendee.at ?? 0 },
});

const refusalOf = (distanceZone: DistanceZone | null): 'position_needed' | 'outside_area' | undefined => {
  if (distanceZone === null) return 'position_needed';
  return counts(distanceZone) ? undefined : 'outside_area';
};

/** SQL: ticket ?1 is unused and session ?2 is open at the moment of the write. */
const HOLDS = `EXISTS (SELECT 1 FROM session_tickets WHERE hash = ?1 AND used_at IS NULL)
  AND EXISTS (SELECT 1 FROM live_sessions WHERE id = ?2 AND state = 'active' AND locked_at IS NULL)`;

const spend = (hash: string, now: number) =>
  query('UPDATE session_tickets SET used_at = ?2 WHERE hash = ?1', [hash, now]);

function entering(
  { row, own: { seen }, flags: found }: ScanFacts,
  scan: Scan,
  person: Attendee,
  me: Asker,
  now: number,
): Plan {
  const { hash, method, scannedAt, device, distanceZone } = scan;
  const status = statusAt(row, scannedAt);
  const flags = flagsOf(found, row, scan, now);
  const by = { id: me.id, name: me.name };
  const after: Attendee = { ...person, status, at: scannedAt, method, by, distanceZone, flags };
  return {
    // The primary key refuses a second row for the same person when two scans race.
    write: query(
      `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, distance_zone, device, flags)
       SELECT ?2, ?3, ?4, ?5, ?6, ?3, ?7, ?8, ?9 WHERE ${HOLDS} AND ${asSeen('?10')}`,
      [hash, row.id, me.id, status, scannedAt, method, distanceZone, device, JSON.stringify(flags), seen],
    ),
    before: null,
    after: { ...ownParticipation(row, after), method, distanceZone },
    also: [
      spend(hash, now),
      query('DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2', [row.id, me.id]),
    ],
    publish: participationEvents(row, after),
  };
}

/** The status of a scan made at `scannedAt`, however late a host accepts it. */
export const statusAt = (
  { startsAt, lateAfterMinutes }: Pick<SessionRow, 'startsAt' | 'lateAfterMinutes'>,
  scannedAt: number,
): 'present' | 'late' =>
  lateAfterMinutes !== null && scannedAt > startsAt + lateAfterMinutes * 60_000 ? 'late' : 'present';

function requesting(
  { row, own: { seen } }: ScanFacts,
  { hash, method, scannedAt, device, distanceZone }: Scan,
  person: Attendee,
  why: 'position_needed' | 'outside_area',
  now: number,
): Plan {
  const kind = why === 'position_needed' ? 'no_position' : 'outside';
  const after: Attendee = { ...person, asking: { kind, at: scannedAt } };
  return {
    action: 'session.asked',
    write: query(
      `INSERT INTO session_requests (session_id, person_id, kind, method, distance_zone, device, at)
       SELECT ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${HOLDS} AND ${asSeen('?9')}
       ON CONFLICT DO UPDATE SET kind = excluded.kind, distance_zone = excluded.distance_zone, at = excluded.at`,
      [hash, row.id, person.person.id, kind, method, distanceZone, device, scannedAt, seen],
    ),
    before: null,
    after: { ...ownParticipation(row, after), kind, distanceZone },
    also: [spend(hash, now)],
    publish: participationEvents(row, after),
  };
}

/** A session and the person's own participation, for its page. @throws Refusal `not_found`, also for a session that is not theirs */
export async function ownSession({ d1, me, now }: Scope, id: string): Promise<MySession> {
  const { at, row, own } = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id)),
      row: sessionIn(d1, id),
      own: participationIn(d1, id, me.id),
    }),
  );
  const session = sessionOf(row);
  const theirs =
    own.attendee ?? (session.hosts.some((host) => host.id === me.id) || can(me, 'sessions.manage'));
  if (!theirs) throw new Refusal('not_found');
  const participation = ownParticipation(row, own.attendee ?? unmarkedAttendee(me));
  return { at, now: now(), session, participation };
}

/** The fields of a participation that the person may see. */
export const ownParticipation = (
  { id, title }: Pick<SessionRow, 'id' | 'title'>,
  it: Attendee,
): OwnParticipation => ({
  sessionId: id,
  title,
  personId: it.person.id,
  status: it.status,
  at: it.at,
  asking: it.asking !== null,
});

/** The events of a changed participation: the whole attendee for the hosts, the public fields for the person. */
export const participationEvents = (row: Pick<SessionRow, 'id' | 'title'>, it: Attendee): Publication[] => [
  { channel: sessionChannel(row.id), type: 'CHECK_IN', data: it },
  { channel: userChannel(it.person.id), type: 'session.marked', data: ownParticipation(row, it) },
];
