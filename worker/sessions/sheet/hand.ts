/** What a host does with somebody on the list: marks by hand, answers a request, clears signs, excuses in advance. */
import * as v from 'valibot';
import {
  Attendee,
  type AttendeeChange,
  type Flag,
  type MarkAttendee,
} from '../../contract/sessions/sheet/sheets';
import { type Query, query } from '../../db/client';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { partTold, statusAt } from '../scan/part';
import type { SessionRow } from '../rows';
import { asSeen, attendeeWith, hostedBy, partSubject, type Seen } from '../sessions';

/**
 * Marks somebody, or takes their mark back (null). After the end too, but never while the list is locked.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `session_locked`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function markByHand(
  scope: Scope,
  id: string,
  personId: string,
  { status, reason }: MarkAttendee,
): Promise<AttendeeChange> {
  const { row, before, seen } = await onList(scope, id, personId);
  const at = scope.now();
  const after: Attendee = {
    ...before,
    ...{ status, reason: status && reason, at: status && at, method: status && 'hand' },
    ...{ by: status && { id: scope.me.id, name: scope.me.name }, band: null, flags: [], asking: null },
  };
  const write =
    status === null
      ? query(
          `DELETE FROM session_attendance WHERE session_id = ?1 AND person_id = ?2 AND ${UNLOCKED} AND ${asSeen('?3')}`,
          ...[id, personId, seen],
        )
      : query(
          `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, reason)
           SELECT ?1, ?2, ?3, ?4, 'hand', ?5, ?6 WHERE ${UNLOCKED} AND ${asSeen('?7')}
           ON CONFLICT DO UPDATE SET status = excluded.status, at = excluded.at, method = 'hand', by = excluded.by,
             reason = excluded.reason, band = NULL, flags = '[]'`,
          ...[id, personId, status, at, scope.me.id, reason, seen],
        );
  if (status === null && before.status === null) throw new Refusal('changed_meanwhile', { current: before });
  const also = [dropRequest(id, personId)];
  return changed(scope, row, write, 'session.marked', before, after, { also, why: reason });
}

/**
 * Lets somebody in who asked, or does not.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `session_locked`, `not_asking`, `changed_meanwhile`, `key_reused`,
 * `unavailable`
 */
export async function answerRequest(
  scope: Scope,
  id: string,
  personId: string,
  accept: boolean,
): Promise<AttendeeChange> {
  const { row, before, seen } = await onList(scope, id, personId);
  const asked = await scope.d1
    .prepare('SELECT at, band, device FROM session_requests WHERE session_id = ?1 AND person_id = ?2')
    .bind(id, personId)
    .first<{ at: number; band: Attendee['band']; device: string | null }>();
  if (!asked || before.status !== null) throw new Refusal('not_asking', { current: before });
  const status = statusAt(row, asked.at);
  const flags: Flag[] =
    asked.band === 'far' ? [{ kind: 'far_away', words: 'Scanned more than a kilometre away' }] : [];
  const by = { id: scope.me.id, name: scope.me.name };
  const after: Attendee = accept
    ? { ...before, status, at: asked.at, method: 'request', by, band: asked.band, flags, asking: null }
    : { ...before, asking: null };
  const write = accept
    ? query(
        `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, band, device, flags)
         SELECT ?1, ?2, ?3, at, 'request', ?4, band, device, ?5 FROM session_requests
         WHERE session_id = ?1 AND person_id = ?2 AND at = ?6 AND ${UNLOCKED} AND ${asSeen('?7')}`,
        ...[id, personId, status, scope.me.id, JSON.stringify(flags), asked.at, seen],
      )
    : query(
        `DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2 AND at = ?3 AND ${asSeen('?4')}`,
        ...[id, personId, asked.at, seen],
      );
  const action = accept ? 'session.let_in' : 'session.turned_away';
  return changed(scope, row, write, action, before, after, {
    also: accept ? [dropRequest(id, personId)] : [],
  });
}

/**
 * Looked into, and nothing wrong.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `session_locked`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function clearFlags(scope: Scope, id: string, personId: string): Promise<AttendeeChange> {
  const { row, before, seen } = await onList(scope, id, personId);
  const write = query(
    `UPDATE session_attendance SET flags = '[]'
     WHERE session_id = ?1 AND person_id = ?2 AND flags <> '[]' AND ${asSeen('?3')}`,
    ...[id, personId, seen],
  );
  return changed(scope, row, write, 'session.flags_cleared', before, { ...before, flags: [] });
}

/**
 * Excuses somebody in advance (null takes it back): if they do not come, they are excused and not absent.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `session_locked`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function excuse(
  scope: Scope,
  id: string,
  personId: string,
  reason: string | null,
): Promise<AttendeeChange> {
  const { row, before, seen } = await onList(scope, id, personId, 'scheduled');
  const write =
    reason === null
      ? query(
          `DELETE FROM session_excuses WHERE session_id = ?1 AND person_id = ?2 AND ${asSeen('?3')}`,
          ...[id, personId, seen],
        )
      : query(
          `INSERT INTO session_excuses (session_id, person_id, reason, by, at)
           SELECT ?1, ?2, ?3, ?4, ?5 WHERE ${UNLOCKED} AND ${asSeen('?6')}
           ON CONFLICT DO UPDATE SET reason = excluded.reason, by = excluded.by, at = excluded.at`,
          ...[id, personId, reason, scope.me.id, scope.now(), seen],
        );
  return changed(scope, row, write, 'session.excused', before, { ...before, excuse: reason });
}

/** SQL: the list of session ?1 is not locked, at the moment of the write. */
const UNLOCKED = 'EXISTS (SELECT 1 FROM live_sessions WHERE id = ?1 AND locked_at IS NULL)';

const dropRequest = (id: string, personId: string): Query =>
  query('DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2', id, personId);

/** Somebody on the list of a session that one hosts. Whoever works here can be put on it by hand. */
async function onList(
  scope: Scope,
  id: string,
  personId: string,
  earliest: 'scheduled' | 'active' = 'active',
): Promise<{ row: SessionRow; before: Attendee; seen: Seen }> {
  const row = await hostedBy(scope, id);
  if (row.state === 'cancelled' || (row.state === 'scheduled' && earliest === 'active'))
    throw new Refusal('illegal_move');
  if (row.lockedAt !== null) throw new Refusal('session_locked');
  const { attendee, seen } = await attendeeWith(scope, id, personId);
  return { row, before: attendee ?? (await stranger(scope, personId)), seen };
}

async function stranger({ db }: Scope, personId: string): Promise<Attendee> {
  const person = await db.query.people.findFirst({
    where: (people, { and, eq }) => and(eq(people.id, personId), eq(people.active, true)),
  });
  if (!person) throw new Refusal('not_found');
  const { id, name, department, position, category, image: photo } = person;
  return {
    person: { id, name, department, position, category, photo },
    ...{ listed: false, status: null, at: null, method: null, by: null, reason: null, band: null },
    ...{ flags: [], excuse: null, asking: null },
  };
}

async function changed(
  scope: Scope,
  row: SessionRow,
  write: Query,
  action: string,
  before: Attendee,
  after: Attendee,
  { also = [], why }: { also?: Query[]; why?: string } = {},
): Promise<AttendeeChange> {
  const personId = before.person.id;
  const answer: Answer | undefined = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write,
        action,
        subject: partSubject(row.id, personId),
        before,
        after: { ...after, ...(why && { why }) },
      },
    ],
    also,
    publish: partTold(row, after),
  });
  if (answer) return { attendee: v.parse(v.object(Attendee.entries), answer.after), receipt: answer.receipt };
  const now = await onList(scope, row.id, personId, 'scheduled');
  throw new Refusal('changed_meanwhile', { current: now.before });
}
