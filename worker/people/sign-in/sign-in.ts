import { eq } from 'drizzle-orm';
import type { Me, SignIn } from '../../contract/people/people';
import { sessions } from '../../db/schema';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { signInEmail } from './auth';
import { meOf } from '../people';
import { countTry } from './throttle';

/** Where a sign-in comes from: the page's origin, the session cookie's name, the caller's address and headers. */
export interface Door {
  origin: string;
  cookie: string;
  address: string;
  headers: Headers;
}

/**
 * Signs a person in.
 * @returns who they are and the Set-Cookie lines of their new session
 * @throws Refusal `wrong_credentials` (the same, after the same work, for an unknown account), `too_many_tries`
 */
export async function signIn(
  scope: Scope,
  { email, password }: SignIn,
  door: Door,
): Promise<{ me: Me; cookies: string[] }> {
  const succeeded = await countTry(scope, door.address, email);
  const response = await signInEmail(scope, door, { email, password });
  if (response.status === 401) throw new Refusal('wrong_credentials');
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  await succeeded();
  return { me: await meOf(scope, email), cookies: response.headers.getSetCookie() };
}

/** Ends this session, then its sockets on every channel at once. better-auth's own sign-out hides it when the session stays. */
export async function signOut(scope: Scope): Promise<void> {
  const { id, session } = scope.me;
  await scope.db.delete(sessions).where(eq(sessions.id, session));
  await scope.revoke(id, { session });
}
