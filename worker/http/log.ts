/** Each request has an id; each that is refused or fails leaves one line of JSON. */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { logFailure } from '../log';
import type { Http } from './env';

/** As Cloudflare's edge writes it: a client may send anything else. */
const RAY = /^[0-9a-f]{16}(-[A-Z]{3})?$/;

export const logged: MiddlewareHandler<Http> = async (c, next) => {
  const began = Date.now();
  const ray = c.req.header('CF-Ray') ?? '';
  const request = RAY.test(ray) ? ray : crypto.randomUUID();
  c.set('request', request);
  await next();
  const { status } = c.res;
  if (status < 400) return;
  const failed = c.var.code === 'internal' ? c.error : undefined;
  // A database error's own text contains the bound values (tokens, hashes); its cause does not.
  const cause = failed?.cause instanceof Error ? failed.cause : failed;
  logFailure(status < 500 ? 'warn' : 'error', {
    message: 'request failed',
    request,
    // As declared: an address may name a person, its query what they looked for.
    route: `${c.req.method} ${routePath(c, -1)}`,
    status,
    ms: Date.now() - began,
    code: c.var.code ?? '',
    ...(cause && { error: String(cause), stack: cause === failed ? cause.stack : undefined }),
  });
};
