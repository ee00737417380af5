/** Starts, runs, ends and cancels sessions by the table `sessionMoves`. Each move takes effect once. */
import {
  type HostedSession,
  inOrder,
  notInOrder,
  type RunSession,
  type SessionMove,
  sessionMoves,
  statesBefore,
} from '../contract/sessions/sessions';
import type { LockPreview } from '../contract/sessions/sheet/sheets';
import { type Found, type Query, query } from '../db/queries';
import type { Answer } from '../live/commit';
import type { Plan } from '../live/decision';
import { invalid, Refusal } from '../refusal';
import type { Scope } from '../scope';
import { begins } from './begins';
import { hostedOf } from './rows';
import { mustHost, sessionIn, sessionSubject, sessionEvents } from './sessions';
import { listIn, markedEvent, marking, UNMARKED } from './unmarked';

/** @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `key_reused`, `unavailable` */
export const start = (scope: Scope, id: string): Promise<Answer> =>
  hosting(scope, id, 'session.started', (before, now) => starting(before, now));

/** @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `key_reused`, `unavailable` */
export const cancel = (scope: Scope, id: string, reason: string): Promise<Answer> =>
  hosting(scope, id, 'session.cancelled', (before, now) => cancelling(before, now, reason));

/**
 * Ends a session and marks every unmarked person absent or excused in the same commit.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const end = (scope: Scope, id: string): Promise<Answer> =>
  scope.commit({
    subject: sessionSubject(id),
    action: 'session.ended',
    facts: (d1) => listIn(d1, id),
    decide(list, me, now) {
      mustHost({ me }, list.row);
      return ending(list, me.id, now);
    },
  });

/**
 * Changes how an active session runs: its end, whether and how its code is shown.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `invalid_input`, `changed_meanwhile`,
 * `key_reused`, `unavailable`
 */
export const runSession = (scope: Scope, id: string, input: RunSession): Promise<Answer> =>
  hosting(scope, id, 'session.updated', (before, now) => {
    if (before.state !== 'active') throw new Refusal('illegal_move', { current: before });
    if (input.endsAt !== undefined && !inOrder({ startsAt: before.startsAt, endsAt: input.endsAt }))
      throw invalid('endsAt', notInOrder);
    const at = Math.max(now, before.updatedAt + 1);
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const after: HostedSession = { ...before, ...given, updatedAt: at };
    return {
      at,
      write: query(
        `UPDATE live_sessions SET ends_at = ?3, shown = ?4, strict = ?5, period_seconds = ?6, updated_at = ?7
         WHERE id = ?1 AND updated_at = ?2 AND state = 'active'`,
        [
          id,
          before.updatedAt,
          after.endsAt,
          after.shown ? 1 : 0,
          after.strict ? 1 : 0,
          after.periodSeconds,
          at,
        ],
      ),
      before,
      after,
      publish: sessionEvents(after),
    };
  });

/** A host's change that depends on the session alone. @throws Refusal `not_found`, `not_allowed`, and of the plan */
const hosting = (
  scope: Scope,
  id: string,
  action: string,
  plan: (before: HostedSession, now: number) => Plan,
): Promise<Answer> =>
  scope.commit({
    subject: sessionSubject(id),
    action,
    facts: (d1) => sessionIn(d1, id),
    decide(row, me, now) {
      mustHost({ me }, row);
      return plan(hostedOf(row), now);
    },
  });

/** For a host or the clock. @throws Refusal `illegal_move` */
export const starting = (before: HostedSession, now: number): Plan =>
  made(before, moved(before, 'start', now), 'session.started');

/** For a host or the clock. @throws Refusal `illegal_move` */
export const cancelling = (before: HostedSession, now: number, reason: string): Plan =>
  made(before, moved(before, 'cancel', now), 'session.cancelled', reason);

/** @param by the host, or null for the clock @throws Refusal `illegal_move` */
export function ending(
  { row, attendees, unmarked }: Found<ReturnType<typeof listIn>>,
  by: string | null,
  now: number,
): Plan {
  const before = hostedOf(row);
  const after = moved(before, 'end', now);
  // A locked list is final: a person who joined one of its groups later is not absent.
  const marked = before.lockedAt === null ? unmarked : { absent: [], excused: [] };
  return {
    write: endWrite(before, after, marked),
    before,
    after: { ...after, ...marked },
    also: [
      ...marking(by, after, marked, 'end', now),
      // Marks of the lock become final: unlocking must not remove them.
      query(`UPDATE session_attendance SET method = 'end' WHERE session_id = ?1 AND method = 'lock'`, [
        row.id,
      ]),
      query('DELETE FROM session_requests WHERE session_id = ?1', [row.id]),
    ],
    publish: [...sessionEvents(after), markedEvent(row.id, attendees, marked, 'end')],
  };
}

/** The session after that move. @throws Refusal `illegal_move` */
function moved(before: HostedSession, act: SessionMove, at: number): HostedSession {
  const moves: Partial<Record<typeof act, HostedSession['state']>> = sessionMoves[before.state];
  const state = moves[act];
  if (!state) throw new Refusal('illegal_move', { current: before });
  return {
    ...before,
    state,
    startedAt: act === 'start' ? at : before.startedAt,
    endedAt: act === 'start' ? null : at,
    updatedAt: Math.max(at, before.updatedAt + 1),
  };
}

function moveWrite(
  { id, state, startedAt, endedAt, updatedAt }: HostedSession,
  act: 'start' | 'cancel',
): Query {
  return query(
    `UPDATE live_sessions SET state = ?2, started_at = ?3, ended_at = ?4, updated_at = ?5
     WHERE id = ?1 AND state IN (SELECT value FROM json_each(?6))`,
    [id, state, startedAt, endedAt, updatedAt, JSON.stringify(statesBefore(act))],
  );
}

/** Who becomes absent depends on the lock and on the unmarked people: the write requires both as they were read. */
function endWrite(before: HostedSession, after: HostedSession, { absent, excused }: LockPreview): Query {
  return query(
    `UPDATE live_sessions SET state = ?2, ended_at = ?3, updated_at = ?4
     WHERE id = ?1 AND updated_at = ?5 AND state = 'active' AND (locked_at IS NOT NULL OR ${UNMARKED} = ?6)`,
    [
      before.id,
      after.state,
      after.endedAt,
      after.updatedAt,
      before.updatedAt,
      absent.length + excused.length,
    ],
  );
}

const made = (
  before: HostedSession,
  after: HostedSession,
  action: 'session.started' | 'session.cancelled',
  reason?: string,
): Plan => ({
  write: moveWrite(after, action === 'session.started' ? 'start' : 'cancel'),
  before,
  after: { ...after, ...(reason !== undefined && { reason }) },
  also: action === 'session.started' ? [begins(after)] : [],
  publish: sessionEvents(after),
});
