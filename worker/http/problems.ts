/** The one place where errors become answers: RFC 9457 problem JSON with a stable code, without stack or SQL. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type Problem, type ProblemCode, problems } from '../contract/errors';
import { CALM_MS } from '../db/calls';
import { Refusal } from '../refusal';
import { documentOf } from './early';
import type { Http } from './env';
import { isOutage } from './outage';

/** What `unavailable` asks callers to wait, in seconds. */
export const RETRY_AFTER = CALM_MS / 1_000;

export function problem(c: Context<Http>, code: ProblemCode, more: Refusal['more'] = {}): Response {
  const [status] = problems[code];
  c.set('code', code);
  const instance = `/requests/${c.var.request}`;
  const body: Problem = { ...documentOf(code), instance, ...more };
  const wait = code === 'unavailable' ? RETRY_AFTER : more.retryAfter;
  if (wait !== undefined) c.header('Retry-After', String(wait));
  return c.json(body, status, { 'Content-Type': 'application/problem+json' });
}

export function onError(error: Error, c: Context<Http>): Response {
  if (error instanceof Refusal) return problem(c, error.code, error.more);
  // Hono's own refusals: a body that is not JSON, a body that is too large.
  if (error instanceof HTTPException && error.status === 400) return problem(c, 'malformed_json');
  if (error instanceof HTTPException && error.status === 413) return problem(c, 'body_too_large');
  return problem(c, isOutage(error) ? 'unavailable' : 'internal');
}
