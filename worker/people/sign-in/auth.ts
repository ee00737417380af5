/** better-auth on our tables: it hashes passwords, and creates and ends sessions. Its own HTTP handler is not mounted. */
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { type BetterAuthOptions, betterAuth } from 'better-auth/minimal';
import { uuidv7 } from 'uuidv7';
import { accounts, people, sessions, verifications } from '../../db/schema';
import type { Scope } from '../../scope';

const SESSION_DAYS = 30;
/** better-auth refuses some valid emails (…@xn--e1afmkfd.xn--p1ai), so it gets this one while the adapter looks up the real one. */
const STAND_IN = 'person@stand-in.invalid';

/**
 * Checks the password and creates a session. An unknown account costs the same work as a wrong password.
 * @param client.cookie the session cookie's name for this request's scheme; `__Host-` requires Secure, Path=/ and no Domain
 * @returns better-auth's own answer: 200 with Set-Cookie, or 401
 */
export async function signInEmail(
  scope: Scope,
  client: { origin: string; cookie: string; headers: Headers },
  credentials: { email: string; password: string },
): Promise<Response> {
  const passwordNow = () =>
    scope.d1
      .prepare('SELECT password FROM accounts JOIN people ON people.id = user_id WHERE email = ?1')
      .bind(credentials.email)
      .first<string>('password');
  const checked = await passwordNow();
  const { api } = authOf(scope, client, credentials.email, async () => (await passwordNow()) === checked);
  return api.signInEmail({
    body: { ...credentials, email: STAND_IN },
    headers: client.headers,
    asResponse: true,
  });
}

/**
 * @param email the account to look up, instead of the email that better-auth got
 * @param unchanged whether the checked password is still the person's
 */
function authOf(
  scope: Scope,
  { origin, cookie }: { origin: string; cookie: string },
  email: string,
  unchanged: () => Promise<boolean>,
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
          // better-auth compares the row's email with the one that it got.
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
          // A deactivated person gets the same refusal as an unknown account.
          before: async ({ userId }) => {
            const person = await scope.d1
              .prepare('SELECT active FROM people WHERE id = ?1')
              .bind(userId)
              .first<{ active: number }>();
            return person?.active ? undefined : false;
          },
          // A change of the password during the check has ended the earlier sessions, but not this one.
          after: async ({ id }) => {
            if (await unchanged()) return;
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
