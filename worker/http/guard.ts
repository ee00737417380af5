/** Checks of every request before its body is read, and headers of every answer. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ProblemCode } from '../contract/errors';
import { Refusal } from '../refusal';
import type { Http } from './env';

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

/** An answer is for one person: no cache keeps it unless it says so. The API serves nothing that a page could run. */
export const headers: MiddlewareHandler<Http> = async (c, next) => {
  await next();
  if (c.res.status === 101) return; // an upgrade's headers are the runtime's
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
  c.header('Referrer-Policy', 'no-referrer');
  if (new URL(c.req.url).protocol === 'https:') {
    c.header('Strict-Transport-Security', 'max-age=63072000; includeSubDomains');
  }
};
