/** Taking part: a ticket becomes a mark on the list, once, whatever is sent how often. */
import { sessionChannel, userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import type { MySession, OwnPart, Scanned, TakePart } from '../../contract/sessions/sessions';
import type { Attendee, Band } from '../../contract/sessions/sheet/sheets';
import { sha256 } from '../../contract/secrets';
import { query, rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { flagsOf } from './flags';
import { bandOf, counts } from './place';
import {
  ATTENDEES,
  attendeeOf,
  type AttendeeRow,
  geofenceOf,
  SESSION,
  sessionOf,
  type SessionRow,
} from '../rows';
import { asSeen, attendeeWith, partSubject, type Seen, sessionWith } from '../sessions';
import { countFailure, mustBeOpen } from './ticket';

const TRIES = 3;

interface Held {
  hash: string;
  method: 'scan' | 'code';
  scannedAt: number;
}

/**
 * @param device tells browsers apart within a session, and nothing else
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `ticket_spent`, `not_on_list`,
 * `position_needed`, `outside_area`, `marked_already`, `key_reused`, `unavailable`. None of them spends the ticket.
 */
export async function takePart(scope: Scope, id: string, asked: TakePart, device: string): Promise<Scanned> {
  try {
    return await taken(scope, id, asked, device);
  } catch (error) {
    await countFailure(scope, id, error);
    throw error;
  }
}

async function taken(
  scope: Scope,
  id: string,
  { ticket, position, ask }: TakePart,
  device: string,
): Promise<Scanned> {
  const { me } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const row = await sessionWith(scope, id);
    const { attendee: there, seen } = await attendeeWith(scope, id, me.id);
    if (there && cameIn(there)) return { ...(await already(scope, row, there)), outcome: 'already_in' };
    mustBeOpen(row);
    if (there?.status) throw new Refusal('marked_already');
    if (!there?.listed) throw new Refusal('not_on_list'); // they may have been taken off it since the scan
    const held = await heldBy(scope, id, ticket);
    // The answer to asking was lost, and it is asked once more.
    if (!held && ask && there.asking) return { ...(await already(scope, row, there)), outcome: 'asked' };
    if (!held) throw new Refusal('ticket_spent');
    const fence = geofenceOf(row);
    const band = fence && position ? bandOf(fence, position) : null;
    const refused = fence ? refusalOf(band) : undefined;
    if (refused && !ask) throw new Refusal(refused);
    const answer = refused
      ? await asking(scope, row, { there, seen }, held, device, refused, band)
      : await entering(scope, row, { there, seen }, held, device, band);
    if (answer) return answer;
  }
  throw new Refusal('ticket_spent');
}

/** Somebody's place on the list, as it was read. */
interface Read {
  there: Attendee | undefined;
  seen: Seen;
}

const cameIn = ({ status }: Attendee): boolean => status === 'present' || status === 'late';

const refusalOf = (band: Band | null): 'position_needed' | 'outside_area' | undefined => {
  if (band === null) return 'position_needed';
  return counts(band) ? undefined : 'outside_area';
};

/** What this person's ticket holds; nothing if it is spent, or none. */
async function heldBy({ d1, me, now }: Scope, id: string, ticket: string): Promise<Held | undefined> {
  const hash = await sha256(ticket);
  const row = await d1
    .prepare(
      `SELECT method, scanned_at AS scannedAt FROM session_tickets
       WHERE hash = ?1 AND session_id = ?2 AND person_id = ?3 AND used_at IS NULL AND expires_at > ?4`,
    )
    .bind(hash, id, me.id, now())
    .first<Omit<Held, 'hash'>>();
  return row ? { hash, ...row } : undefined;
}

/** SQL: the ticket ?1 is still good and the session still open, at the moment of the write. */
const STANDS = `EXISTS (SELECT 1 FROM session_tickets WHERE hash = ?1 AND used_at IS NULL)
  AND EXISTS (SELECT 1 FROM live_sessions WHERE id = ?2 AND state = 'active' AND locked_at IS NULL)`;

async function entering(
  scope: Scope,
  row: SessionRow,
  { there, seen }: Read,
  { hash, method, scannedAt }: Held,
  device: string,
  band: Band | null,
): Promise<Scanned | undefined> {
  const { me } = scope;
  const status = statusAt(row, scannedAt);
  const flags = await flagsOf(scope, row, device, band);
  const after: Attendee = {
    ...blank(scope, there),
    ...{ status, at: scannedAt, method, by: { id: me.id, name: me.name }, band, flags, asking: null },
  };
  const part = partOf(row, after);
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        // A second row for the same person is refused by the primary key, whatever races.
        write: query(
          `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, band, device, flags)
           SELECT ?2, ?3, ?4, ?5, ?6, ?3, ?7, ?8, ?9 WHERE ${STANDS} AND ${asSeen('?10')}`,
          ...[hash, row.id, me.id, status, scannedAt, method, band, device, JSON.stringify(flags), seen],
        ),
        action: 'session.attended',
        subject: partSubject(row.id, me.id),
        before: null,
        after: { ...part, method, band },
      },
    ],
    also: [
      query('UPDATE session_tickets SET used_at = ?2 WHERE hash = ?1', hash, scope.now()),
      query('DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2', row.id, me.id),
    ],
    publish: partTold(row, after),
  });
  return answer && { outcome: status === 'late' ? 'late' : 'in', part, receipt: answer.receipt };
}

/** What a scan of that moment counts as, whenever it is let in. */
export const statusAt = (
  { startsAt, lateAfterMinutes }: Pick<SessionRow, 'startsAt' | 'lateAfterMinutes'>,
  scannedAt: number,
): 'present' | 'late' =>
  lateAfterMinutes !== null && scannedAt > startsAt + lateAfterMinutes * 60_000 ? 'late' : 'present';

async function asking(
  scope: Scope,
  row: SessionRow,
  { there, seen }: Read,
  { hash, method, scannedAt }: Held,
  device: string,
  why: 'position_needed' | 'outside_area',
  band: Band | null,
): Promise<Scanned | undefined> {
  const { me } = scope;
  const kind = why === 'position_needed' ? 'no_position' : 'outside';
  const after: Attendee = { ...blank(scope, there), asking: { kind, at: scannedAt } };
  const part = partOf(row, after);
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: query(
          `INSERT INTO session_requests (session_id, person_id, kind, method, band, device, at)
           SELECT ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${STANDS} AND ${asSeen('?9')}
           ON CONFLICT DO UPDATE SET kind = excluded.kind, band = excluded.band, at = excluded.at`,
          ...[hash, row.id, me.id, kind, method, band, device, scannedAt, seen],
        ),
        action: 'session.asked',
        subject: partSubject(row.id, me.id),
        before: null,
        after: { ...part, kind, band },
      },
    ],
    also: [query('UPDATE session_tickets SET used_at = ?2 WHERE hash = ?1', hash, scope.now())],
    publish: partTold(row, after),
  });
  return answer && { outcome: 'asked', part, receipt: answer.receipt };
}

/** Somebody of whom nothing is known yet. */
function blank({ me }: Scope, before: Attendee | undefined): Attendee {
  const { id, name, department, position, category, photo } = me;
  return {
    person: { id, name, department, position, category, photo },
    ...{ listed: before?.listed ?? false, status: null, at: null, method: null, by: null },
    ...{ reason: null, band: null, flags: [], excuse: before?.excuse ?? null, asking: null },
  };
}

/** A session and one's own part in it, for its page. @throws Refusal `not_found` */
export async function ownSession(scope: Scope, id: string): Promise<MySession> {
  const { d1, me } = scope;
  const [heads, rows, list] = await d1.batch([
    headsAt(d1, userChannel(me.id)),
    d1.prepare(`${SESSION} WHERE s.id = ?1`).bind(id),
    d1.prepare(ATTENDEES).bind(id, me.id),
  ]);
  const [row] = rowsOf<SessionRow>(rows);
  if (!row) throw new Refusal('not_found');
  const [there] = rowsOf<AttendeeRow>(list).map(attendeeOf);
  return {
    at: readHeads(heads),
    ...{ now: scope.now(), session: sessionOf(row), part: partOf(row, there ?? blank(scope, undefined)) },
  };
}

/** One's own part as one may know it. */
export const partOf = ({ id, title }: Pick<SessionRow, 'id' | 'title'>, it: Attendee): OwnPart => ({
  ...{ sessionId: id, title, personId: it.person.id, status: it.status, at: it.at },
  asking: it.asking !== null,
});

/** Hosts are told all of it, the person what is theirs. */
export const partTold = (row: Pick<SessionRow, 'id' | 'title'>, it: Attendee): Publication[] => [
  { channel: sessionChannel(row.id), type: 'CHECK_IN', data: it },
  { channel: userChannel(it.person.id), type: 'session.marked', data: partOf(row, it) },
];

/** Somebody who is in already is told so, with the receipt of what put them there. */
async function already(
  { d1, me }: Scope,
  row: SessionRow,
  there: Attendee,
): Promise<Omit<Scanned, 'outcome'>> {
  const entry = await d1
    .prepare('SELECT id AS entry, at FROM journal WHERE subject = ?1 ORDER BY id DESC LIMIT 1')
    .bind(partSubject(row.id, me.id))
    .first<{ entry: number; at: number }>();
  return { part: partOf(row, there), receipt: entry ?? { entry: 0, at: there.at ?? 0 } };
}
