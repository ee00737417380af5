/** From the cookie to the scope. */
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, getSignedCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../contract/secrets';
import { Hook } from '../hook';
import { Refusal } from '../refusal';
import { Waiting } from '../db/patient';
import type { Fact } from '../db/queries';
import { Scope } from '../scope';
import type { OpenedDisplay } from '../scope-parts';
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

/** Of this isolate, over all its requests. */
const waiting = new Waiting();

/** Begins a request's scope. @throws Refusal `unavailable` while the isolate's oldest call of D1 waits too long */
export const identify: MiddlewareHandler<Http> = async (c, next) => {
  if (waiting.isSlow(Date.now())) throw new Refusal('unavailable');
  const env = { ...c.env, DB: waiting.guard(c.env.DB, c.executionCtx) };
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, cookieName(c.req.url));
  const [fact] = token ? whoAsks.person.ask(env.DB, token, env.WORKPLACE_ZONE) : [];
  const session = token && fact ? new Session(token, fact) : undefined;
  c.set('scope', new Scope(env, c.executionCtx, { session, request: c.var.request }));
  return next();
};

/** What all our cookies have: no script reads them, no other site's page sends them with a write. */
export const ourCookie = (c: Context) => ({
  path: '/',
  secure: new URL(c.req.url).protocol === 'https:',
  httpOnly: true,
  sameSite: 'Lax' as const,
});

/** Signs this browser out. */
export const dropSession = (c: Context<Http>): void =>
  void deleteCookie(c, cookieName(c.req.url), ourCookie(c));

/** The longest that browsers keep a cookie: a screen works until its link is revoked. */
const DISPLAY_SECONDS = 400 * 86_400;
const displayCookie = (url: string) => `${cookieName(url)}-display`;

/** Stores a screen's token in a cookie. */
export const keepDisplay = (c: Context<Http>, token: string): void =>
  setCookie(c, displayCookie(c.req.url), token, { ...ourCookie(c), maxAge: DISPLAY_SECONDS });

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
