/** From the cookie to the scope. better-auth makes and ends the sessions (people/sign-in/auth.ts). */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, getSignedCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../contract/secrets';
import { Hook } from '../hook';
import { Refusal } from '../refusal';
import type { Fact } from '../db/queries';
import { type OpenedDisplay, Scope } from '../scope';
import { type Asker, Session } from '../session';
import type { Http } from './env';

export const whoAsks = {
  person: new Hook<[d1: D1Database, token: string, workplaceZone: string], Fact<Asker | undefined>>(),
  /** @param hash the token's SHA-256 */
  display: new Hook<[d1: D1Database, hash: string], Promise<OpenedDisplay | undefined>>(),
};

/** `__Host-` binds the cookie to this host over https; plain http, which only localhost may use, cannot carry that name. */
export function cookieName(url: string): string {
  return new URL(url).protocol === 'https:' ? '__Host-muster' : 'muster';
}

export const identify: MiddlewareHandler<Http> = async (c, next) => {
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, cookieName(c.req.url));
  const [fact] = token ? whoAsks.person.ask(c.env.DB, token, c.env.WORKPLACE_ZONE) : [];
  const session = token && fact ? new Session(token, fact) : undefined;
  c.set('scope', new Scope(c.env, c.executionCtx, { session }));
  return next();
};

/** The longest that browsers keep a cookie: a screen works until its link is revoked. */
const DISPLAY_SECONDS = 400 * 86_400;
const displayCookie = (url: string) => `${cookieName(url)}-display`;

/** Stores a screen's token in a cookie that no script can read. */
export function keepDisplay(c: Context<Http>, token: string): void {
  const secure = new URL(c.req.url).protocol === 'https:';
  const kept = { path: '/', secure, httpOnly: true, sameSite: 'Lax', maxAge: DISPLAY_SECONDS } as const;
  setCookie(c, displayCookie(c.req.url), token, kept);
}

/**
 * Puts the customers' screen into the scope, in one read. Only routes that a screen may call use it, so its cookie opens no other.
 * @throws Refusal `display_revoked` if its link was revoked and no person is signed in on that browser
 */
export async function identifyDisplay(c: Context<Http>): Promise<void> {
  const { scope } = c.var;
  const token = getCookie(c, displayCookie(c.req.url));
  const [display] = token ? await Promise.all(whoAsks.display.ask(scope.d1, await sha256(token))) : [];
  if (display) c.set('scope', scope.with({ display }));
  else if (token && !scope.asker) throw new Refusal('display_revoked');
}
