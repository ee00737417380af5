/** Signing in and out. */
import { verifyPassword } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Me, SignIn } from '../../contract/people/people';
import { rolesOf } from '../../contract/roles';
import { newSecret } from '../../contract/secrets';
import { parseSettings } from '../../contract/settings/settings';
import { ask, type Query, query, row } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { SETTINGS_AT } from '../../settings/settings';
import { sessions } from './tables';
import { countedLater, guarded, type Limit, notUsedUp, ofAccount, settle } from './throttle';

export const SESSION_SECONDS = 30 * 86_400;
/** Of a person: a further one ends the oldest. */
const MOST_SESSIONS = 100;

/** The hash of no password: an unknown account must cost the same work as a wrong password. */
const NO_PASSWORD = `${'0'.repeat(32)}:${'0'.repeat(128)}`;

interface Account {
  id: string;
  name: string;
  email: string;
  roles: string;
  ownZone: string | null;
  active: number;
  password: string | null;
  settings: string | null;
}

/**
 * Signs a person in.
 * @param client.device the browser's id if the account has signed in on it before
 * @returns the person and the new session's token, for its cookie
 * @throws Refusal `wrong_credentials` (also, after the same work, for an unknown account), `too_many_tries`
 */
export async function signIn(
  scope: Scope,
  { email, password }: SignIn,
  client: { address: string; device: string | undefined },
): Promise<{ me: Me; token: string }> {
  const { d1, env } = scope;
  const now = scope.now();
  const limits = ofAccount(email, client.address, client.device);
  const account = await ask(
    d1,
    guarded(
      d1,
      limits,
      now,
      row<Account>(
        d1,
        `SELECT id, name, email, roles, zone AS ownZone, active, ${PASSWORD} AS password, ${SETTINGS_AT} AS settings
         FROM people WHERE email = ?2`,
        [now, email],
      ),
    ),
  );
  const checked = account?.password ?? NO_PASSWORD;
  const right = await verifyPassword({ hash: checked, password });
  const session = account?.active && right ? newSession(scope, account.id, checked, limits) : undefined;
  const made = await settle(scope, limits, session);
  if (!account || !session || !made) throw new Refusal('wrong_credentials');
  const { zone, organisation } = parseSettings(account.settings, env.WORKPLACE_ZONE);
  const { id, name, ownZone } = account;
  const me = { id, name, email, roles: rolesOf(account.roles), zone: ownZone ?? zone, organisation };
  return { me, token: session.token };
}

/** SQL: the password's hash of a row of `people`. */
const PASSWORD = `(SELECT password FROM accounts WHERE user_id = people.id AND provider_id = 'credential')`;

/**
 * A new session of a person. It is not written if they are deactivated, or if the password is no longer the checked one: a change
 * of the password ends all sessions that began with the old one. The session that this browser had ends with its cookie: pushes to
 * the person who was signed in before must not reach a device that another uses now.
 * @param limits it is not written either if one of them was used up meanwhile
 */
export function newSession(
  { newId, now, token: before }: Pick<Scope, 'newId' | 'now' | 'token'>,
  personId: string,
  checked: string,
  limits: readonly Limit[] = [],
): { id: string; token: string; writes: Query[] } {
  const [id, token, at] = [newId(), newSecret(), now()];
  const write = query(
    `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
     SELECT ?1, id, ?3, ?4, ?5, ?5 FROM people WHERE id = ?2 AND active AND ${PASSWORD} = ?6 AND ${notUsedUp('?7', '?5')}`,
    [id, personId, token, at + SESSION_SECONDS * 1000, at, checked, JSON.stringify(countedLater(limits))],
  );
  const made = 'EXISTS (SELECT 1 FROM sessions WHERE id = ?2)';
  const replaces =
    before === undefined ? [] : [query(`DELETE FROM sessions WHERE token = ?1 AND ${made}`, [before, id])];
  const oldest = query(
    `DELETE FROM sessions WHERE ${made} AND id IN (
       SELECT id FROM sessions WHERE user_id = ?1 ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ${MOST_SESSIONS})`,
    [personId, id],
  );
  return { id, token, writes: [write, ...replaces, oldest] };
}

/** Ends this session, then its sockets on every channel. */
export async function signOut(scope: Scope): Promise<void> {
  const { id, session } = scope.me;
  await drizzle(scope.d1).delete(sessions).where(eq(sessions.id, session));
  await scope.revoke(id, { session });
}
