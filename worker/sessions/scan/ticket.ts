/**
 * A scan, a typed code or a pass exchanged for a ticket: it holds the moment of the scan while its person signs in or
 * lets their position be read. Only its SHA-256 is kept, and it is good once, for one person.
 */
import { sessionChannel } from '../../contract/channels';
import type { ProblemCode } from '../../contract/errors';
import type { AskTicket, Pass, Ticket } from '../../contract/sessions/sessions';
import { newSecret, sha256 } from '../../contract/secrets';
import { query } from '../../db/queries';
import { countWithin } from '../../people/sign-in/throttle';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { clockWords } from '../../contract/zones';
import { typedHolds, tokenHolds } from './code';
import { sessionOf, type SessionRow } from '../rows';
import { sessionIn, sessionSubject, sessionWith } from '../sessions';

/** Long enough to sign in and to answer whether the position may be read. */
const TICKET_MS = 5 * 60_000;
/** Per person: whoever types at random finds a code about once in 50,000 minutes, and is shown to the host long before. */
const TRIES_A_MINUTE = 12;
/** Per address, a whole hall may share one. Whoever is not signed in is counted apart, and so can use up nobody else's tries. */
const FROM_AN_ADDRESS_A_MINUTE = 1_200;

const STRICT = 'Each code works once here. Sign in first, then scan the code on the screen.';

export interface Door {
  address: string;
}

/** What says nothing of the person who tried. */
const INNOCENT: readonly ProblemCode[] = ['not_found', 'too_early', 'key_reused', 'unavailable'];

/**
 * For whoever scans before they have signed in: holds the moment. Not in strict mode, in which anybody could use up one code
 * after the other, and hand the passes on.
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `not_signed_in` in strict mode,
 * `code_expired`, `too_many_tries`
 */
export async function issuePass(scope: Scope, id: string, token: string, { address }: Door): Promise<Pass> {
  const row = await sessionWith(scope, id); // before anything is counted: made-up sessions must leave no rows
  await countWithin(scope, `pass ${id} ${address}`, FROM_AN_ADDRESS_A_MINUTE, 60_000);
  mustBeOpen(row);
  if (row.strict === 1) throw new Refusal('not_signed_in', { detail: STRICT });
  if (!(await tokenHolds(row, token, scope.now()))) throw new Refusal('code_expired');
  const { secret, expiresAt } = await issue(scope, id, null, 'scan', scope.now());
  return { pass: secret, expiresAt };
}

/**
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `code_expired`, `not_on_list`,
 * `ticket_spent` for a pass that was used, `too_many_tries` with the seconds to wait
 */
export async function issueTicket(
  scope: Scope,
  id: string,
  input: AskTicket,
  { address }: Door,
): Promise<Ticket> {
  const { me } = scope;
  const row = await sessionWith(scope, id); // before anything is counted: made-up sessions must leave no rows
  await countWithin(scope, `scan ${id} ${me.id}`, TRIES_A_MINUTE, 60_000);
  await countWithin(scope, `scan ${id} ${address}`, FROM_AN_ADDRESS_A_MINUTE, 60_000);
  try {
    mustBeOpen(row);
    await mustBeListed(scope, id);
    const scannedAt = 'pass' in input ? await redeemed(scope, id, input.pass) : scope.now();
    if (!('pass' in input)) {
      const holds =
        'token' in input
          ? await tokenHolds(row, input.token, scannedAt)
          : await typedHolds(row, input.code, scannedAt);
      if (!holds) throw new Refusal('code_expired');
      await turnCode(scope, row);
    }
    const method = 'code' in input ? 'code' : 'scan';
    const { secret, expiresAt } = await issue(scope, id, me.id, method, scannedAt);
    return { ticket: secret, expiresAt, session: sessionOf(row), placed: row.geofence !== null };
  } catch (error) {
    await countFailure(scope, id, error);
    throw error;
  }
}

/** Whether anybody may scan now. @throws Refusal `too_early`, `session_over`, `session_cancelled`, `session_locked` */
export function mustBeOpen({ state, lockedAt, startsAt, opensBeforeMinutes, zone }: SessionRow): void {
  if (state === 'cancelled') throw new Refusal('session_cancelled');
  if (lockedAt !== null) throw new Refusal('session_locked');
  if (state === 'completed') throw new Refusal('session_over');
  if (state === 'scheduled') {
    const opens = clockWords(zone, startsAt - opensBeforeMinutes * 60_000);
    throw new Refusal('too_early', {
      detail: `This session opens at ${opens}. Scan again then; this try doesn’t count.`,
    });
  }
}

async function mustBeListed({ d1, me }: Scope, id: string): Promise<void> {
  const listed = await d1
    .prepare(
      `SELECT 1 FROM session_roster WHERE session_id = ?1 AND person_id = ?2
       UNION SELECT 1 FROM session_attendance WHERE session_id = ?1 AND person_id = ?2`,
    )
    .bind(id, me.id)
    .first();
  if (!listed) throw new Refusal('not_on_list');
}

/** In strict mode a used code is replaced at once: of two who scanned the same one, the second must scan again. */
async function turnCode(scope: Scope, { id, strict, turn }: SessionRow): Promise<void> {
  if (strict === 0) return;
  await scope.commit({
    subject: sessionSubject(id),
    action: 'session.code_used',
    facts: (d1) => sessionIn(d1, id),
    decide(found) {
      if (found.turn !== turn || found.state !== 'active') throw new Refusal('code_expired');
      return {
        write: query(
          `UPDATE live_sessions SET turn = turn + 1 WHERE id = ?1 AND turn = ?2 AND state = 'active'`,
          ...[id, turn],
        ),
        before: { turn },
        after: { turn: turn + 1 },
        publish: [{ channel: sessionChannel(id), type: 'CODE_USED', data: {} }],
      };
    },
  });
}

/** The moment of the scan that a pass holds; it is spent. @throws Refusal `ticket_spent` */
async function redeemed({ d1, now }: Scope, id: string, pass: string): Promise<number> {
  const row = await d1
    .prepare(
      `UPDATE session_tickets SET used_at = ?3 WHERE hash = ?1 AND session_id = ?2 AND person_id IS NULL
       AND used_at IS NULL AND expires_at > ?3 RETURNING scanned_at AS at`,
    )
    .bind(await sha256(pass), id, now())
    .first<{ at: number }>();
  if (!row) throw new Refusal('ticket_spent');
  return row.at;
}

async function issue(
  { d1 }: Scope,
  id: string,
  personId: string | null,
  method: 'scan' | 'code',
  scannedAt: number,
): Promise<{ secret: string; expiresAt: number }> {
  const secret = newSecret();
  const expiresAt = scannedAt + TICKET_MS;
  await d1
    .prepare(
      `INSERT INTO session_tickets (hash, session_id, person_id, method, scanned_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
    )
    .bind(await sha256(secret), id, personId, method, scannedAt, expiresAt)
    .run();
  return { secret, expiresAt };
}

/** So that the host sees who tried often. A try before the time does not count against anybody. */
export async function countFailure({ d1, me }: Scope, id: string, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || INNOCENT.includes(error.code)) return;
  await d1
    .prepare(
      `INSERT INTO session_failures (session_id, person_id, count) VALUES (?1, ?2, 1)
       ON CONFLICT DO UPDATE SET count = count + 1`,
    )
    .bind(id, me.id)
    .run();
}

/** Deletes tickets that have expired; the job's. */
export async function deleteTickets({ d1, now }: Scope): Promise<void> {
  await d1.prepare('DELETE FROM session_tickets WHERE expires_at < ?1').bind(now()).run();
}
