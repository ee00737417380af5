import type { Me, SignIn } from '../contract/people';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { authOf } from './auth';
import { meOf } from './people';
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
  const succeeded = await countTry(scope, email, door.address);
  const response = await authOf(scope, door.origin, door.cookie).api.signInEmail({
    body: { email, password },
    headers: door.headers,
    asResponse: true,
  });
  if (response.status === 401) throw new Refusal('wrong_credentials');
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  await succeeded();
  return { me: await meOf(scope, email), cookies: response.headers.getSetCookie() };
}

/**
 * Ends this session, then its sockets on every channel at once.
 * @returns the Set-Cookie lines that clear the cookie
 */
export async function signOut(scope: Scope, door: Door): Promise<string[]> {
  const response = await authOf(scope, door.origin, door.cookie).api.signOut({
    headers: door.headers,
    asResponse: true,
  });
  if (!response.ok) throw new Error(`sign-out answered ${response.status}`);
  await scope.revoke(scope.me, { session: scope.me.session });
  return response.headers.getSetCookie();
}
