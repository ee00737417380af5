/** A host marks a person by hand, answers a request, dismisses flags, or excuses a person in advance. */
import * as v from 'valibot';
import type { BoardPerson } from '../../contract/attendance/attendance';
import {
  Attendee,
  type AttendeeChange,
  type Flag,
  type MarkAttendee,
} from '../../contract/sessions/sheet/sheets';
import { isMarkedByItself } from '../scan/offline';
import { type Query, query, row as rowOf, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { type SessionRow, unmarkedAttendee } from '../rows';
import { participationEvents, statusAt } from '../scan/participation';
import { asSeen, mustHost, participationIn, participationSubject, type Seen, sessionIn } from '../sessions';

/**
 * Marks a person, or removes the mark (null). Allowed after the end, but not while the list is locked.
 * @throws Refusal of `onList`; `changed_meanwhile` where there is no mark to remove
 */
export const markByHand = (
  scope: Scope,
  id: string,
  personId: string,
  { status, reason }: MarkAttendee,
): Promise<AttendeeChange> =>
  onList(scope, { id, personId, action: 'session.marked' }, ({ before, seen }, me, now) => {
    if (status === null && before.status === null)
      throw new Refusal('changed_meanwhile', { current: before });
    const after: Attendee = {
      ...before,
      status,
      reason: status && reason,
      at: status && now,
      method: status && 'hand',
      by: status && { id: me.id, name: me.name },
      distanceZone: null,
      flags: [],
      asking: null,
    };
    const write =
      status === null
        ? query(
            `DELETE FROM session_attendance WHERE session_id = ?1 AND person_id = ?2 AND ${UNLOCKED} AND ${asSeen('?3')}`,
            [id, personId, seen],
          )
        : query(
            `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, reason)
             SELECT ?1, ?2, ?3, ?4, 'hand', ?5, ?6 WHERE ${UNLOCKED} AND ${asSeen('?7')}
             ON CONFLICT DO UPDATE SET status = excluded.status, at = excluded.at, method = 'hand', by = excluded.by,
               reason = excluded.reason, distance_zone = NULL, flags = '[]'`,
            [id, personId, status, now, me.id, reason, seen],
          );
    return { write, after, why: reason, also: [dropRequest(id, personId)] };
  });

/**
 * Accepts or rejects a person's request.
 * @throws Refusal of `onList`; `not_asking` with the present attendee
 */
export const answerRequest = (
  scope: Scope,
  id: string,
  personId: string,
  accept: boolean,
): Promise<AttendeeChange> => {
  const action = accept ? 'session.let_in' : 'session.turned_away';
  return onList(scope, { id, personId, action }, ({ row, before, seen, request }, me) => {
    if (!request || (before.status !== null && !isMarkedByItself(before)))
      throw new Refusal('not_asking', { current: before });
    if (!accept)
      return {
        write: query(
          `DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2 AND at = ?3 AND ${asSeen('?4')}`,
          [id, personId, request.at, seen],
        ),
        after: { ...before, asking: null },
      };
    const status = statusAt(row, request.at);
    const flags: Flag[] =
      request.distanceZone === 'far'
        ? [{ kind: 'far_away', words: 'Scanned more than a kilometre away' }]
        : [];
    return {
      write: query(
        `INSERT INTO session_attendance (session_id, person_id, status, at, method, by, distance_zone, device, flags)
         SELECT ?1, ?2, ?3, at, 'request', ?4, distance_zone, device, ?5 FROM session_requests
         WHERE session_id = ?1 AND person_id = ?2 AND at = ?6 AND ${UNLOCKED} AND ${asSeen('?7')}
         ON CONFLICT (session_id, person_id) DO UPDATE SET status = excluded.status, at = excluded.at, method = excluded.method,
           by = excluded.by, distance_zone = excluded.distance_zone, device = excluded.device, flags = excluded.flags
         WHERE session_attendance.method IN ('end', 'lock')`,
        [id, personId, status, me.id, JSON.stringify(flags), request.at, seen],
      ),
      after: {
        ...before,
        status,
        at: request.at,
        method: 'request',
        by: { id: me.id, name: me.name },
        distanceZone: request.distanceZone,
        flags,
        asking: null,
      },
      also: [dropRequest(id, personId)],
    };
  });
};

/** @throws Refusal of `onList`; `changed_meanwhile` where there are no flags */
export const dismissFlags = (scope: Scope, id: string, personId: string): Promise<AttendeeChange> =>
  onList(scope, { id, personId, action: 'session.flags_cleared' }, ({ before, seen }) => {
    if (before.flags.length === 0) throw new Refusal('changed_meanwhile', { current: before });
    return {
      write: query(
        `UPDATE session_attendance SET flags = '[]'
         WHERE session_id = ?1 AND person_id = ?2 AND flags <> '[]' AND ${asSeen('?3')}`,
        [id, personId, seen],
      ),
      after: { ...before, flags: [] },
    };
  });

/**
 * Excuses a person in advance, or removes the excuse (null). An excused person who does not come is not absent.
 * @throws Refusal of `onList`; `changed_meanwhile` where there is no excuse to remove
 */
export const excuse = (
  scope: Scope,
  id: string,
  personId: string,
  reason: string | null,
): Promise<AttendeeChange> =>
  onList(
    scope,
    { id, personId, action: 'session.excused', earliest: 'scheduled' },
    ({ before, seen }, me, now) => {
      if (reason === null && before.excuse === null)
        throw new Refusal('changed_meanwhile', { current: before });
      const write =
        reason === null
          ? query(
              `DELETE FROM session_excuses WHERE session_id = ?1 AND person_id = ?2 AND ${asSeen('?3')}`,
              [id, personId, seen],
            )
          : query(
              `INSERT INTO session_excuses (session_id, person_id, reason, by, at)
               SELECT ?1, ?2, ?3, ?4, ?5 WHERE ${UNLOCKED} AND ${asSeen('?6')}
               ON CONFLICT DO UPDATE SET reason = excluded.reason, by = excluded.by, at = excluded.at`,
              [id, personId, reason, me.id, now, seen],
            );
      return { write, after: { ...before, excuse: reason } };
    },
  );

/** SQL: the list of session ?1 is not locked at the moment of the write. */
const UNLOCKED = 'EXISTS (SELECT 1 FROM live_sessions WHERE id = ?1 AND locked_at IS NULL)';

const dropRequest = (id: string, personId: string): Query =>
  query('DELETE FROM session_requests WHERE session_id = ?1 AND person_id = ?2', [id, personId]);

interface Listed {
  row: SessionRow;
  before: Attendee;
  seen: Seen;
  request: (Pick<Attendee, 'distanceZone'> & { at: number }) | undefined;
}

interface Step {
  write: Query;
  after: Attendee;
  also?: Query[];
  /** A reason for the journal alone. */
  why?: string;
}

/**
 * A host's change of one person on the list; an active person who is not on it is added. The change applies only to the state
 * of the first read, because the host has seen no later one.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `session_locked`, `changed_meanwhile` with the present attendee
 */
async function onList(
  scope: Scope,
  it: { id: string; personId: string; action: string; earliest?: 'scheduled' },
  step: (listed: Listed, me: Asker, now: number) => Step,
): Promise<AttendeeChange> {
  const { id, personId, action, earliest } = it;
  let first: Seen | undefined;
  const { after, receipt } = await scope.commit({
    subject: participationSubject(id, personId),
    action,
    facts: (d1) =>
      together({
        row: sessionIn(d1, id),
        listed: participationIn(d1, id, personId),
        // An excuse alone puts no one on the list.
        person: rowOf<BoardPerson & Pick<Attendee, 'excuse'>>(
          d1,
          `SELECT id, name, department, position, category, image AS photo,
             (SELECT reason FROM session_excuses WHERE session_id = ?1 AND person_id = ?2) AS excuse
           FROM people WHERE id = ?2 AND active`,
          [id, personId],
        ),
        request: rowOf<NonNullable<Listed['request']>>(
          d1,
          'SELECT at, distance_zone AS distanceZone FROM session_requests WHERE session_id = ?1 AND person_id = ?2',
          [id, personId],
        ),
      }),
    decide({ row, listed: { attendee, seen }, person, request }, me, now) {
      mustHost({ me }, row);
      if (row.state === 'cancelled' || (row.state === 'scheduled' && earliest !== 'scheduled'))
        throw new Refusal('illegal_move');
      if (row.lockedAt !== null) throw new Refusal('session_locked');
      const before = attendee ?? (person && unmarkedAttendee(person, { excuse: person.excuse }));
      if (!before) throw new Refusal('not_found');
      if (seen !== (first ??= seen)) throw new Refusal('changed_meanwhile', { current: before });
      const { write, after, also, why } = step({ row, before, seen, request }, me, now);
      return {
        write,
        before,
        after: why === undefined ? after : { ...after, why },
        also,
        publish: participationEvents(row, after),
      };
    },
  });
  return { attendee: v.parse(v.object(Attendee.entries), after), receipt };
}
