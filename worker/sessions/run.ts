/** Starting, running, ending, cancelling: each a move of the table `sessionMoves`, made once whoever is faster. */
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
import { type Query, query } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { hostedOf } from './rows';
import { hostedBy, sessionSubject, sessionTold, sessionWith } from './sessions';
import { markedTold, marking, UNMARKED, unmarkedOf } from './unmarked';

/** How often we look again when a scan was faster. In a burst a try fails about every second time. */
const TRIES = 20;

/** @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `key_reused`, `unavailable` */
export const start = async (scope: Scope, id: string): Promise<Answer> =>
  starting(scope, hostedOf(await hostedBy(scope, id)));

/** @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `key_reused`, `unavailable` */
export async function cancel(scope: Scope, id: string, reason: string): Promise<Answer> {
  return cancelling(scope, hostedOf(await hostedBy(scope, id)), reason);
}

/**
 * Ends a session: whoever is not marked becomes absent, or excused, in the same commit.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move` with the session as it is, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function end(scope: Scope, id: string): Promise<Answer> {
  await hostedBy(scope, id);
  return ending(scope, id);
}

/** Starts it whoever asks: the job is no host. @throws Refusal as `start`, but for the host's right */
export async function starting(scope: Scope, before: HostedSession): Promise<Answer> {
  const at = scope.now();
  const after = moved(before, 'start', at);
  return made(scope, before, after, 'session.started', at);
}

/** Cancels it whoever asks. @throws Refusal as `cancel`, but for the host's right */
export async function cancelling(scope: Scope, before: HostedSession, reason: string): Promise<Answer> {
  const at = scope.now();
  return made(scope, before, moved(before, 'cancel', at), 'session.cancelled', at, reason);
}

/** Ends it whoever asks. @throws Refusal as `end`, but for the host's right */
export async function ending(scope: Scope, id: string): Promise<Answer> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = hostedOf(await sessionWith(scope, id));
    const at = scope.now();
    const after = moved(before, 'end', at);
    // A locked list is final: whoever was put into one of its groups since then is not absent from it.
    const marked = before.lockedAt === null ? await unmarkedOf(scope, before) : { absent: [], excused: [] };
    const answer = await scope.attempt({
      at,
      changes: [
        {
          write: endWrite(before, after, marked),
          action: 'session.ended',
          subject: sessionSubject(id),
          before,
          after: { ...after, ...marked },
        },
      ],
      also: [
        ...marking(scope, after, marked, 'end', at),
        // What the lock said holds now: undoing the lock must not take it back.
        query(`UPDATE session_attendance SET method = 'end' WHERE session_id = ?1 AND method = 'lock'`, id),
        query('DELETE FROM session_requests WHERE session_id = ?1', id),
      ],
      publish: [...sessionTold('session.ended', after), await markedTold(scope, id, marked, 'end')],
    });
    if (answer) return answer;
  }
  throw new Refusal('changed_meanwhile');
}

/**
 * Changes how an active session runs: its end, whether and how its code is shown.
 * @throws Refusal `not_found`, `not_allowed`, `illegal_move`, `invalid_input`, `changed_meanwhile` with the session as it is,
 * `key_reused`, `unavailable`
 */
export async function runSession(scope: Scope, id: string, asked: RunSession): Promise<Answer> {
  const before = hostedOf(await hostedBy(scope, id));
  if (before.state !== 'active') throw new Refusal('illegal_move', { current: before });
  if (asked.endsAt !== undefined && !inOrder({ startsAt: before.startsAt, endsAt: asked.endsAt }))
    throw new Refusal('invalid_input', {
      issues: [{ path: 'endsAt', message: notInOrder }],
      detail: `endsAt: ${notInOrder}`,
    });
  const at = Math.max(scope.now(), before.updatedAt + 1);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const after: HostedSession = { ...before, ...given, updatedAt: at };
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: query(
          `UPDATE live_sessions SET ends_at = ?3, shown = ?4, strict = ?5, period_seconds = ?6, updated_at = ?7
           WHERE id = ?1 AND updated_at = ?2 AND state = 'active'`,
          ...[id, before.updatedAt, after.endsAt, after.shown ? 1 : 0, after.strict ? 1 : 0],
          ...[after.periodSeconds, at],
        ),
        action: 'session.updated',
        subject: sessionSubject(id),
        before,
        after,
      },
    ],
    publish: sessionTold('session.updated', after),
  });
  if (answer) return answer;
  throw new Refusal('changed_meanwhile', { current: hostedOf(await sessionWith(scope, id)) });
}

/** The session after that act. @throws Refusal `illegal_move` where the table knows none */
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
    ...[id, state, startedAt, endedAt, updatedAt, JSON.stringify(statesBefore(act))],
  );
}

/** Who becomes absent at the end depends on the lock and on who was not marked: both must be as they were read. */
function endWrite(before: HostedSession, after: HostedSession, { absent, excused }: LockPreview): Query {
  return query(
    `UPDATE live_sessions SET state = ?2, ended_at = ?3, updated_at = ?4
     WHERE id = ?1 AND updated_at = ?5 AND state = 'active' AND (locked_at IS NOT NULL OR ${UNMARKED} = ?6)`,
    ...[before.id, after.state, after.endedAt, after.updatedAt, before.updatedAt],
    absent.length + excused.length,
  );
}

async function made(
  scope: Scope,
  before: HostedSession,
  after: HostedSession,
  action: 'session.started' | 'session.cancelled',
  at: number,
  reason?: string,
): Promise<Answer> {
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: moveWrite(after, action === 'session.started' ? 'start' : 'cancel'),
        action,
        subject: sessionSubject(before.id),
        before,
        after: { ...after, ...(reason !== undefined && { reason }) },
      },
    ],
    publish: sessionTold(action, after),
  });
  if (answer) return answer;
  throw new Refusal('illegal_move', { current: hostedOf(await sessionWith(scope, before.id)) });
}
