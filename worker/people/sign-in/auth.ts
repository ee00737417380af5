/** better-auth on our tables: it hashes passwords, makes and ends sessions. Its own HTTP handler is not mounted. */
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { type BetterAuthOptions, betterAuth } from 'better-auth/minimal';
import { uuidv7 } from 'uuidv7';
import { accounts, people, sessions, verifications } from '../../db/schema';
import type { Scope } from '../../scope';

const SESSION_DAYS = 30;
/** better-auth refuses some emails that mail systems take (…@xn--e1afmkfd.xn--p1ai): it is given this one, and looks up the person's. */
const STAND_IN = 'person@stand-in.invalid';

/**
 * Checks the password and makes a session. An unknown account costs the same work as a wrong password.
 * @param door.cookie the session cookie's name for this request's scheme; `__Host-` asks for Secure, Path=/ and no Domain
 * @returns better-auth's own answer: 200 with Set-Cookie, or 401
 */
export async function signInEmail(
  scope: Scope,
  door: { origin: string; cookie: string; headers: Headers },
  credentials: { email: string; password: string },
): Promise<Response> {
  const passwordNow = () =>
    scope.d1
      .prepare('SELECT password FROM accounts JOIN people ON people.id = user_id WHERE email = ?1')
      .bind(credentials.email)
      .first<string>('password');
  const checked = await passwordNow();
  const { api } = authOf(scope, door, credentials.email, async () => (await passwordNow()) === checked);
  return api.signInEmail({
    body: { ...credentials, email: STAND_IN },
    headers: door.headers,
    asResponse: true,
  });
}

/**
 * @param email the one account that is looked up, whatever better-auth was given
 * @param stands whether the password that is being checked is the person's still
 */
function authOf(
  scope: Scope,
  { origin, cookie }: { origin: string; cookie: string },
  email: string,
  stands: () => Promise<boolean>,
) {
  const secure = origin.startsWith('https:');
  const kept = drizzleAdapter(scope.db, {
    provider: 'sqlite',
    schema: { people, sessions, accounts, verifications },
  });
  return betterAuth({
    baseURL: origin,
    secret: scope.env.AUTH_SECRET,
    database: (options: BetterAuthOptions): ReturnType<typeof kept> => {
      const adapter = kept(options);
      return {
        ...adapter,
        findOne: async <Row>(query: Parameters<typeof adapter.findOne>[0]): Promise<Row | null> => {
          const where = query.where.map((it) => (it.field === 'email' ? { ...it, value: email } : it));
          const found = await adapter.findOne<Row>({ ...query, where });
          // It compares the row's email with the one that it was given.
          const byEmail = query.where.some(({ field }) => field === 'email');
          return found && byEmail ? { ...found, email: STAND_IN } : found;
        },
      };
    },
    user: { modelName: 'people' },
    session: { modelName: 'sessions', expiresIn: SESSION_DAYS * 86_400 },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    databaseHooks: {
      session: {
        create: {
          // Someone deactivated is refused in the same words as an unknown account.
          before: async ({ userId }) => {
            const person = await scope.d1
              .prepare('SELECT active FROM people WHERE id = ?1')
              .bind(userId)
              .first<{ active: number }>();
            return person?.active ? undefined : false;
          },
          // Checking takes a while, and whoever takes the password away meanwhile ends only the sessions that there are.
          after: async ({ id }) => {
            if (await stands()) return;
            await scope.d1.prepare('DELETE FROM sessions WHERE id = ?1').bind(id).run();
          },
        },
      },
    },
    advanced: {
      useSecureCookies: false, // the prefix is in the name already
      database: { generateId: uuidv7 },
      cookies: {
        session_token: { name: cookie, attributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' } },
      },
      ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] },
    },
    rateLimit: { enabled: false }, // counted by account and address in throttle.ts
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}
