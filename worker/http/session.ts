/** From the cookie to the scope: who asks, in one read. better-auth makes and ends the sessions (people/sign-in/auth.ts). */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, getSignedCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../contract/secrets';
import { Hook } from '../hook';
import { Refusal } from '../refusal';
import { type Asker, type OpenedDisplay, Scope } from '../scope';
import type { Http } from './env';

/** Who is behind a cookie's token. */
export const whoAsks = {
  person: new Hook<[d1: D1Database, token: string, workplaceZone: string], Promise<Asker | undefined>>(),
  /** @param hash the token's SHA-256 */
  display: new Hook<[d1: D1Database, hash: string], Promise<OpenedDisplay | undefined>>(),
};

/** `__Host-` binds the cookie to this host over https; plain http, which only localhost may use, cannot carry that name. */
export function cookieName(url: string): string {
  return new URL(url).protocol === 'https:' ? '__Host-muster' : 'muster';
}

export const identify: MiddlewareHandler<Http> = async (c, next) => {
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, cookieName(c.req.url));
  const [asker] = token ? await Promise.all(whoAsks.person.ask(c.env.DB, token, c.env.WORKPLACE_ZONE)) : [];
  c.set('scope', new Scope(c.env, c.executionCtx, asker));
  return next();
};

/** As long as browsers keep one: a screen hangs on its wall until somebody revokes it. */
const DISPLAY_SECONDS = 400 * 86_400;
const displayCookie = (url: string) => `${cookieName(url)}-display`;

/** Keeps a screen's token where no script reads it. */
export function keepDisplay(c: Context<Http>, token: string): void {
  const secure = new URL(c.req.url).protocol === 'https:';
  const kept = { path: '/', secure, httpOnly: true, sameSite: 'Lax', maxAge: DISPLAY_SECONDS } as const;
  setCookie(c, displayCookie(c.req.url), token, kept);
}

/**
 * Whose screen asks, in one read: asked only by the routes that are a screen's too, so its cookie opens nothing else.
 * @throws Refusal `display_revoked` where its link is and nobody is signed in beside it
 */
export async function identifyDisplay(c: Context<Http>): Promise<void> {
  const { scope } = c.var;
  const token = getCookie(c, displayCookie(c.req.url));
  const [display] = token ? await Promise.all(whoAsks.display.ask(scope.d1, await sha256(token))) : [];
  if (display) c.set('scope', scope.on(display));
  else if (token && !scope.asker) throw new Refusal('display_revoked');
}
