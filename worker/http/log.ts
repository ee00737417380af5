/** Each request has an id; each that is refused or fails leaves one line of JSON. */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { requestId } from '../contract/requests';
import { logFailure } from '../log';
import { Refusal } from '../refusal';
import type { Http } from './env';

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
