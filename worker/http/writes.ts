/** What a mutation needs beside its rule: a JSON body, a key that takes effect once, and a ceiling on how often. */
import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../refusal';
import type { Http } from './env';

/** Hono's validator takes a missing content type for an empty body; we say what is wrong. */
export const jsonOnly: MiddlewareHandler<Http> = async (c, next) => {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('Content-Type') ?? '')) throw new Refusal('not_json');
  return next();
};

/**
 * Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same request takes effect
 * once and is answered alike; with another request it is 422. Also holds the coarse ceiling on writes a person.
 */
export const keyed: MiddlewareHandler<Http> = async (c, next) => {
  const { scope } = c.var;
  const value = c.req.header('Idempotency-Key') ?? '';
  if (!/^[\w-]{8,64}$/.test(value)) throw new Refusal('key_required');
  const { success } = await c.env.WRITES.limit({ key: scope.me.id });
  if (!success) throw new Refusal('too_many_tries', { retryAfter: 60 });
  c.set(
    'scope',
    scope.with({ value, fingerprint: await hash(`${c.req.method} ${c.req.path}\n${await c.req.text()}`) }),
  );
  return next();
};

/** SHA-256 in lower-case hex. */
export async function hash(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
