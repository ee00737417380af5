/**
 * What a route is made of. A declaration gives the right that is checked and the entry of the OpenAPI document; a test compares
 * both with the table of routes. A write also needs a JSON body, a key that takes effect once, and a limit on its rate.
 */
import type { MiddlewareHandler } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type * as v from 'valibot';
import { Problem, type ProblemCode, problems } from '../contract/errors';
import type { Capability } from '../contract/roles';
import { sha256 } from '../contract/secrets';
import { Refusal } from '../refusal';
import { countAddress, PERIOD_SECONDS } from './ceiling';
import type { Http } from './env';
import { identifyDisplay } from './middleware';

interface Declaration {
  summary: string;
  description?: string;
  tag: string;
  /** The capability it needs, or `anyone`, signed in or not. */
  may: Capability | 'anyone';
  /** Whether a customers' screen may too, by its link's cookie. The route decides what the screen may read. */
  displays?: boolean;
  /** Whether strangers open something by a link: a valid one is counted nowhere else, so each request counts for its address. */
  byLink?: boolean;
  /** Whether its person may be a remembered one (session.ts) until `asPresent` has asked. */
  remembered?: boolean;
  /** Status → schema of the answer; null for an answer without a body. */
  answers: Record<number, v.GenericSchema | null>;
  /** The refusals beyond those of every such route. */
  problems?: readonly ProblemCode[];
}

/** valibot's `check` has no counterpart in JSON Schema; the refusal's message names the rule. */
const asJsonSchema = { errorMode: 'ignore' };

export function route({
  summary,
  description,
  tag,
  may,
  displays = false,
  remembered = false,
  byLink = false,
  answers,
  problems: own = [],
}: Declaration): MiddlewareHandler<Http> {
  const general: ProblemCode[] =
    may === 'anyone'
      ? ['too_many_tries', 'no_secret', 'unavailable', 'internal']
      : ['not_signed_in', 'not_allowed', 'too_many_tries', 'no_secret', 'unavailable', 'internal'];
  const codes = [...new Set([...own, ...general, ...(displays ? (['display_revoked'] as const) : [])])];
  const extensions = { 'x-capability': may, 'x-displays': displays, 'x-problems': codes };
  const described = describeRoute({
    summary,
    ...(description && { description }),
    tags: [tag],
    security: may === 'anyone' ? [] : [{ session: [] }, ...(displays ? [{ display: [] }] : [])],
    responses: { ...described200(answers), ...describedProblems(codes) },
    ...extensions,
  });
  const authorise: MiddlewareHandler<Http> = async (c, next) => {
    if (byLink) await countAddress(c);
    await c.var.scope.identify(may, remembered);
    if (displays) await identifyDisplay(c);
    c.var.scope.mustBeAllowed(may);
    return next();
  };
  return Object.assign(authorise, described);
}

function described200(answers: Declaration['answers']) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      schema
        ? { description: 'Done', content: { 'application/json': { schema: resolver(schema, asJsonSchema) } } }
        : { description: 'Done, nothing to say' },
    ]),
  );
}

/** Refusals that pass. */
const PASSING: readonly number[] = [429, 503];
const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before it is sent again',
    schema: { type: 'integer' as const },
  },
};

function describedProblems(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => problems[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${problems[code][1]}`).join('\n'),
        content: { 'application/problem+json': { schema: resolver(Problem, asJsonSchema) } },
        ...(PASSING.includes(status) && { headers: RETRY_AFTER }),
      },
    ]),
  );
}

/** Validates a part of the request. @throws Refusal `invalid_input`, with the path and message of each issue */
export function input<S extends v.GenericSchema, T extends 'json' | 'query' | 'param'>(target: T, schema: S) {
  return validator(
    target,
    schema,
    (result) => {
      if (result.success) return;
      const issues = result.error.map(({ path, message }) => ({
        path: (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.'),
        message,
      }));
      throw new Refusal('invalid_input', {
        issues,
        detail: issues.map(({ path, message }) => `${path || target}: ${message}`).join('; '),
      });
    },
    { options: asJsonSchema },
  );
}

/** The refusals of every route with a JSON body. */
export const withJson: readonly ProblemCode[] = [
  'malformed_json',
  'invalid_input',
  'not_json',
  'body_too_large',
  'foreign_origin',
];

/** The refusals of every write with a key. */
export const withKey: readonly ProblemCode[] = [
  'invalid_input',
  'key_required',
  'key_reused',
  'foreign_origin',
  'body_too_large',
  'too_many_tries',
];

const KEY = /^[\w-]{8,64}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Hono's validator reads a missing content type as an empty body; this refuses it. Hono also decodes bytes that are not UTF-8 as �,
 * but the text that is read must be the text that was sent (RFC 8259 §8.1).
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
  if (!success) throw new Refusal('too_many_tries', { retryAfter: PERIOD_SECONDS });
  c.set(
    'scope',
    scope.with({
      key: {
        value,
        fingerprint: await sha256(`${c.req.method} ${c.req.path}\n`, await c.req.arrayBuffer()),
      },
    }),
  );
  return next();
};

const keyHeader = describeRoute({
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
 * Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a repeated request takes effect once and gets the first
 * answer; the same key with another request is refused with 422. It also limits the writes of a person.
 */
export const keyed = Object.assign(takeKey, keyHeader);
