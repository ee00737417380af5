/**
 * Exchanges a scan, a typed code or a pass for a ticket. The ticket keeps the time of the scan while the person signs in or
 * allows their position to be read. Only its SHA-256 is stored. It works once, for one person.
 */
import { sessionChannel } from '../../contract/channels';
import type { ProblemCode } from '../../contract/errors';
import type { RequestTicket, Pass, Ticket } from '../../contract/sessions/sessions';
import { newSecret, sha256 } from '../../contract/secrets';
import { ask, type Fact, type Query, query, row as rowOf, statement, together } from '../../db/queries';
import { aMinute, guarded, type Limit, uncounted } from '../../people/sign-in/throttle';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { clockWords } from '../../contract/zones';
import { slotOf, typedHolds, tokenHolds } from './code';
import { sessionOf, type SessionRow } from '../rows';
import { sessionIn, sessionSubject } from '../sessions';

/** Long enough to sign in and to answer the browser's question about the position. */
const TICKET_MS = 5 * 60_000;
/** Per person: random typing finds a code about once in 50,000 minutes, and the host sees the failures long before. */
const TRIES_A_MINUTE = 12;
/** Per address, for strangers only: a whole hall may share one, and signed-in people are counted by person wherever they are. */
const WRONG_SCANS_FROM_AN_ADDRESS_A_MINUTE = 1_200;
/** A bound of the rows that a client without cookies can make of one code, not of tries: more than any hall has people. */
const PASSES_FROM_AN_ADDRESS_A_MINUTE = 6_000;

const STRICT = 'Each code works once here. Sign in first, then scan the code on the screen.';

/** Refusals that do not count as a person's failure. */
const UNCOUNTED: readonly ProblemCode[] = ['not_found', 'too_early', 'key_reused', 'unavailable'];

/**
 * Keeps the time of a scan made before sign-in. A device gets one pass for a code: a second replaces it until it is used. Strict mode
 * issues none: an anonymous client could use up code after code and give the passes away.
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `not_signed_in` in strict mode,
 * `code_expired`, `ticket_spent` if the device has used its pass for this code, `too_many_tries`
 */
export async function issuePass(
  scope: Scope,
  id: string,
  token: string,
  { address, device }: { address: string; device: string },
): Promise<Pass> {
  const { d1, asker } = scope;
  const tries = [
    asker ? triesOf(asker.id) : aMinute(`pass ${id} ${address}`, WRONG_SCANS_FROM_AN_ADDRESS_A_MINUTE),
  ];
  const bound = asker ? [] : [aMinute(`passes ${id} ${address}`, PASSES_FROM_AN_ADDRESS_A_MINUTE)];
  const row = await ask(d1, guarded(d1, [...tries, ...bound], scope.now(), sessionIn(d1, id), exists(id)));
  await openOrUncounted(scope, row, tries);
  if (row.strict === 1) throw new Refusal('not_signed_in', { detail: STRICT });
  const scannedAt = scope.now();
  const slot = await slotOf(row, token, scannedAt);
  if (slot === undefined) throw new Refusal('code_expired');
  const [secret, expiresAt] = [newSecret(), scannedAt + TICKET_MS];
  const [hash, at] = [await sha256(secret), scope.now()];
  const [written] = await d1.batch<{ expiresAt: number }>([
    d1
      .prepare(
        `INSERT INTO session_tickets (hash, session_id, method, scanned_at, expires_at, device, slot)
       VALUES (?1, ?2, 'scan', ?3, ?4, ?5, ?6)
       ON CONFLICT (session_id, device, slot) WHERE person_id IS NULL AND device IS NOT NULL
       DO UPDATE SET hash = excluded.hash WHERE used_at IS NULL RETURNING expires_at AS expiresAt`,
      )
      .bind(hash, id, scannedAt, expiresAt, device, slot),
    statement(
      d1,
      uncounted(tries, at, { sql: 'EXISTS (SELECT 1 FROM session_tickets WHERE hash = ?3)', value: hash }),
    ),
  ]);
  const pass = written?.results[0];
  if (!pass) throw new Refusal('ticket_spent');
  return { pass: secret, expiresAt: pass.expiresAt };
}

/**
 * @throws Refusal `not_found`, `too_early`, `session_over`, `session_cancelled`, `session_locked`, `code_expired`, `not_on_list`,
 * `ticket_spent` for a pass that was used or is another device's, `too_many_tries` with the seconds to wait
 */
export async function issueTicket(
  scope: Scope,
  id: string,
  input: RequestTicket,
  device: string,
): Promise<Ticket> {
  const { d1, me } = scope;
  const facts = together({ row: sessionIn(d1, id), listed: listedIn(d1, id, me.id) });
  const tries = [triesOf(me.id)];
  const { row, listed } = await ask(d1, guarded(d1, tries, scope.now(), facts, exists(id)));
  try {
    await openOrUncounted(scope, row, tries);
    if (!listed) throw new Refusal('not_on_list');
    const now = scope.now();
    const scannedAt = 'pass' in input ? await redeemed(scope, id, input.pass, device) : now;
    const { secret, expiresAt, write } = await newTicket(id, me.id, {
      method: 'code' in input ? 'code' : 'scan',
      scannedAt,
      redeemedAt: 'pass' in input ? now : null,
    });
    if (!('pass' in input)) {
      const holds =
        'token' in input
          ? await tokenHolds(row, input.token, scannedAt)
          : await typedHolds(row, input.code, scannedAt);
      if (!holds) throw new Refusal('code_expired');
    }
    const writes = [write, uncounted(tries, scope.now())];
    if (row.strict === 1 && !('pass' in input)) await turnCode(scope, row, writes);
    else await d1.batch(writes.map((it) => statement(d1, it)));
    return { ticket: secret, expiresAt, session: sessionOf(row), placed: row.geofence !== null };
  } catch (error) {
    await countFailure(scope, id, error);
    throw error;
  }
}

/** A scan before the session opens is no try, as its refusal says. @throws Refusal as `mustBeOpen` */
async function openOrUncounted({ d1, now }: Scope, row: SessionRow, tries: readonly Limit[]): Promise<void> {
  try {
    mustBeOpen(row);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'too_early')
      await statement(d1, uncounted(tries, now())).run();
    throw error;
  }
}

/** @throws Refusal `too_early`, `session_over`, `session_cancelled`, `session_locked` */
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

const triesOf = (personId: string) => aMinute(`scan ${personId}`, TRIES_A_MINUTE);

/** Made-up sessions must leave no rows. */
const exists = (id: string) => ({ sql: 'EXISTS (SELECT 1 FROM live_sessions WHERE id = ?3)', value: id });

const listedIn = (d1: D1Database, id: string, personId: string): Fact<unknown> =>
  rowOf(
    d1,
    `SELECT 1 FROM session_roster WHERE session_id = ?1 AND person_id = ?2
     UNION SELECT 1 FROM session_attendance WHERE session_id = ?1 AND person_id = ?2`,
    [id, personId],
  );

/**
 * Replaces a used code in strict mode, and writes the ticket: of two people who scanned the same code, the second must scan again.
 */
async function turnCode(scope: Scope, { id, turn }: SessionRow, tickets: readonly Query[]): Promise<void> {
  await scope.commit({
    subject: sessionSubject(id),
    action: 'session.code_used',
    facts: (d1) => sessionIn(d1, id),
    decide(found) {
      if (found.turn !== turn || found.state !== 'active') throw new Refusal('code_expired');
      return {
        write: query(
          `UPDATE live_sessions SET turn = turn + 1 WHERE id = ?1 AND turn = ?2 AND state = 'active'`,
          [id, turn],
        ),
        before: { turn },
        after: { turn: turn + 1 },
        publish: [{ channel: sessionChannel(id), type: 'CODE_USED', data: {} }],
        also: tickets,
      };
    },
  });
}

/** Spends a pass on the device that got it. @returns the time of its scan @throws Refusal `ticket_spent` */
async function redeemed({ d1, now }: Scope, id: string, pass: string, device: string): Promise<number> {
  const row = await d1
    .prepare(
      `UPDATE session_tickets SET used_at = ?3 WHERE hash = ?1 AND session_id = ?2 AND person_id IS NULL AND device = ?4
       AND used_at IS NULL AND expires_at > ?3 RETURNING scanned_at AS at`,
    )
    .bind(await sha256(pass), id, now(), device)
    .first<{ at: number }>();
  if (!row) throw new Refusal('ticket_spent');
  return row.at;
}

async function newTicket(
  id: string,
  personId: string,
  {
    method,
    scannedAt,
    redeemedAt,
  }: { method: 'scan' | 'code'; scannedAt: number; redeemedAt: number | null },
): Promise<{ secret: string; expiresAt: number; write: Query }> {
  const secret = newSecret();
  const expiresAt = scannedAt + TICKET_MS;
  const write = query(
    `INSERT INTO session_tickets (hash, session_id, person_id, method, scanned_at, expires_at, redeemed_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
    [await sha256(secret), id, personId, method, scannedAt, expiresAt, redeemedAt],
  );
  return { secret, expiresAt, write };
}

/** Counts a person's failures, so that the host sees who tried often. */
export async function countFailure({ d1, me }: Scope, id: string, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || UNCOUNTED.includes(error.code)) return;
  await d1
    .prepare(
      `INSERT INTO session_failures (session_id, person_id, count) VALUES (?1, ?2, 1)
       ON CONFLICT DO UPDATE SET count = count + 1`,
    )
    .bind(id, me.id)
    .run();
}

/** A job deletes expired tickets. */
export async function deleteTickets({ d1, now }: Scope): Promise<void> {
  await d1.prepare('DELETE FROM session_tickets WHERE expires_at < ?1').bind(now()).run();
}
