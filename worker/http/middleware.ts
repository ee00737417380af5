/**
 * What every request passes, in this order: its log line, the headers of its answer, checks before its body is read, and its scope.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import type { ProblemCode } from '../contract/errors';
import { requestId } from '../contract/requests';
import { sha256 } from '../contract/secrets';
import { bounded } from '../db/bucket';
import { LATE_MS } from '../db/calls';
import type { Fact } from '../db/queries';
import { Hook } from '../hook';
import { logFailure } from '../log';
import { Refusal } from '../refusal';
import { Scope } from '../scope';
import type { OpenedDisplay } from '../scope-parts';
import { type Asker, Session } from '../session';
import { displayToken, sessionToken } from './cookies';
import type { Http } from './env';
import { safeHeaders } from './headers';
import { waiting } from './overload';

/** Each request that gets here has an id; each that is refused or fails leaves one line of JSON. */
export const logged: MiddlewareHandler<Http> = async (c, next) => {
  const began = Date.now();
  const request = requestId(c.req.header('CF-Ray'));
  c.set('request', request);
  await next();
  const { status } = c.res;
  if (status < 400) return;
  logFailure(status < 500 ? 'warn' : 'error', {
    message: 'request failed',
    request,
    // As declared: an address may name a person, its query what they looked for.
    route: `${c.req.method} ${routePath(c, -1)}`,
    status,
    ms: Date.now() - began,
    code: c.var.code ?? '',
    error: status >= 500 && !(c.error instanceof Refusal) ? c.error : undefined,
  });
};

/** An answer is for one person: no cache keeps it unless it says so. */
export const headers: MiddlewareHandler<Http> = async (c, next) => {
  await next();
  if (c.res.status === 101) return; // an upgrade's headers are the runtime's
  const own = c.res.headers.get('Cache-Control');
  for (const [name, value] of Object.entries(safeHeaders(c.req.url))) c.header(name, value);
  if (own !== null) c.header('Cache-Control', own);
};

const BODY_BYTES = 64 * 1024;
const PHOTO_BYTES = 2 * 1024 * 1024;
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Another site's page can send our cookie: form posts and WebSocket upgrades need no CORS. So every unsafe method and upgrade
 * must carry our own Origin or one of the list, exactly. Browsers always send it there.
 */
export const ownOrigin: MiddlewareHandler<Http> = async (c, next) => {
  const upgrade = c.req.header('Upgrade') !== undefined;
  if (upgrade || !SAFE.includes(c.req.method)) {
    const origin = c.req.header('Origin');
    const allowed = [new URL(c.req.url).origin, ...c.env.ALLOWED_ORIGINS.split(/\s+/).filter(Boolean)];
    if (origin === undefined || !allowed.includes(origin)) throw new Refusal('foreign_origin');
  }
  return next();
};

const atMost = (maxSize: number, code: ProblemCode) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal(code);
    },
  });
const json = atMost(BODY_BYTES, 'body_too_large');
const photo = atMost(PHOTO_BYTES, 'photo_too_large');

/** Only a body declared as a picture may be large. JSON routes refuse such a body, photo routes any other. */
export const smallBody: MiddlewareHandler<Http> = (c, next) =>
  c.req.header('Content-Type')?.startsWith('image/') ? photo(c, next) : json(c, next);

/**
 * Begins a request's scope. @param personOf finds the person of a session's token
 */
export const identify =
  (
    personOf: (d1: D1Database, token: string, workplaceZone: string) => Fact<Asker | undefined>,
  ): MiddlewareHandler<Http> =>
  async (c, next) => {
    const DB = waiting.guard(c.env.DB, c.executionCtx);
    const env = { ...c.env, DB, PHOTOS: bounded(c.env.PHOTOS, LATE_MS) };
    const token = await sessionToken(c);
    const session = token ? new Session(token, personOf(env.DB, token, env.WORKPLACE_ZONE)) : undefined;
    c.set('scope', new Scope(env, c.executionCtx, { session, request: c.var.request }));
    return next();
  };

/** Finds the customers' screen of a link. @param hash the token's SHA-256 */
export const displayOf = new Hook<[d1: D1Database, hash: string], Promise<OpenedDisplay | undefined>>();

/**
 * Puts the customers' screen into the scope, in one read. Only routes that a screen may call use it, so its cookie opens no other.
 * @throws Refusal `display_revoked` if its link was revoked and no person is signed in on that browser
 */
export async function identifyDisplay(c: Context<Http>): Promise<void> {
  const { scope } = c.var;
  const token = displayToken(c);
  const [display] = token ? await Promise.all(displayOf.ask(scope.d1, await sha256(token))) : [];
  if (display) c.set('scope', scope.with({ display }));
  else if (token && !scope.asker) throw new Refusal('display_revoked');
}
