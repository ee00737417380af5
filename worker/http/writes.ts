/** What a mutation needs beside its rule: a JSON body, a key that takes effect once, and a ceiling on how often. */
import type { MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
import type { ProblemCode } from '../contract/errors';
import { sha256 } from '../contract/secrets';
import { Refusal } from '../refusal';
import type { Http } from './env';

/** The refusals that every route with a JSON body can give. */
export const withJson: readonly ProblemCode[] = [
  'malformed_json',
  'invalid_input',
  'not_json',
  'body_too_large',
  'foreign_origin',
];

/** The refusals that every write with a key can give. */
export const withKey: readonly ProblemCode[] = [
  'invalid_input',
  'key_required',
  'key_reused',
  'foreign_origin',
  'too_many_tries',
  'unavailable',
];

const KEY = /^[\w-]{8,64}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Hono's validator takes a missing content type for an empty body; we say what is wrong. It also reads bytes that are not UTF-8
 * as �, and what is read must be what was sent (RFC 8259 §8.1).
 */
export const jsonOnly: MiddlewareHandler<Http> = async (c, next) => {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('Content-Type') ?? '')) throw new Refusal('not_json');
  const bytes = await c.req.arrayBuffer();
  try {
    utf8.decode(bytes);
  } catch {
    throw new Refusal('malformed_json');
  }
  return next();
};

const takeKey: MiddlewareHandler<Http> = async (c, next) => {
  const { scope } = c.var;
  const value = c.req.header('Idempotency-Key') ?? '';
  if (!KEY.test(value)) throw new Refusal('key_required');
  const { success } = await c.env.WRITES.limit({ key: scope.me.id });
  if (!success) throw new Refusal('too_many_tries', { retryAfter: 60 });
  c.set(
    'scope',
    scope.with({
      value,
      fingerprint: await sha256(`${c.req.method} ${c.req.path}\n`, await c.req.arrayBuffer()),
    }),
  );
  return next();
};

const described = describeRoute({
  parameters: [
    {
      in: 'header',
      name: 'Idempotency-Key',
      required: true,
      description: 'Of your own making, new for each act and the same when the same act is sent again.',
      schema: { type: 'string', pattern: KEY.source },
    },
  ],
});

/**
 * Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same request takes effect
 * once and is answered alike; with another request it is 422. Also holds the coarse ceiling on writes a person.
 */
export const keyed = Object.assign(takeKey, described);
