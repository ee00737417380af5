import { eq } from 'drizzle-orm';
import type { Me, SignIn } from '../../contract/people/people';
import { sessions } from '../../db/schema';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { signInEmail } from './auth';
import { meOf } from '../people';
import { countTry } from './throttle';

/** The page's origin, the session cookie's name, the client's address and headers. */
export interface SignInClient {
  origin: string;
  cookie: string;
  address: string;
  headers: Headers;
}

/**
 * Signs a person in.
 * @returns the person and the Set-Cookie lines of the new session
 * @throws Refusal `wrong_credentials` (also, after the same work, for an unknown account), `too_many_tries`
 */
export async function signIn(
  scope: Scope,
  { email, password }: SignIn,
  client: SignInClient,
): Promise<{ me: Me; cookies: string[] }> {
  const succeeded = await countTry(scope, client.address, email);
  const response = await signInEmail(scope, client, { email, password });
  if (response.status === 401) throw new Refusal('wrong_credentials');
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  await succeeded();
  return { me: await meOf(scope, email), cookies: response.headers.getSetCookie() };
}

/** Ends this session, then its sockets on every channel. better-auth's own sign-out hides a session that it could not end. */
export async function signOut(scope: Scope): Promise<void> {
  const { id, session } = scope.me;
  await scope.db.delete(sessions).where(eq(sessions.id, session));
  await scope.revoke(id, { session });
}
