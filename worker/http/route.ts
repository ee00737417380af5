/**
 * Every route says what it is, who may and what it answers, in one declaration: the check and the OpenAPI document come
 * from it, and a test compares both with the table of routes. A route without one fails that test.
 */
import type { MiddlewareHandler } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type * as v from 'valibot';
import { Problem, type ProblemCode, problems } from '../contract/errors';
import { can, type Capability } from '../contract/roles';
import { Refusal } from '../refusal';
import type { Http } from './env';
import { identifyDisplay } from './session';

interface Declaration {
  summary: string;
  description?: string;
  tag: string;
  /** The capability it needs, or `anyone`, signed in or not. */
  may: Capability | 'anyone';
  /** Whether a customers' screen may too, by its link's cookie; what it is told, the route decides. */
  displays?: boolean;
  /** Status → schema of the answer; null for an answer without a body. */
  answers: Record<number, v.GenericSchema | null>;
  /** The refusals it adds to those every such route can give. */
  problems?: readonly ProblemCode[];
}

/** valibot's `check` has no counterpart in JSON Schema; the words of the refusal tell what it wanted. */
const asJsonSchema = { errorMode: 'ignore' };

export function route({
  summary,
  description,
  tag,
  may,
  displays = false,
  answers,
  problems: own = [],
}: Declaration): MiddlewareHandler<Http> {
  const general: ProblemCode[] =
    may === 'anyone' ? ['internal'] : ['not_signed_in', 'not_allowed', 'internal'];
  const codes = [...new Set([...own, ...general, ...(displays ? (['display_revoked'] as const) : [])])];
  const described = describeRoute({
    summary,
    ...(description && { description }),
    tags: [tag],
    security: may === 'anyone' ? [] : [{ session: [] }, ...(displays ? [{ display: [] }] : [])],
    responses: { ...described200(answers), ...describedProblems(codes) },
    ...{ 'x-capability': may, 'x-displays': displays, 'x-problems': codes },
  });
  const authorise: MiddlewareHandler<Http> = async (c, next) => {
    if (displays) await identifyDisplay(c);
    const { scope } = c.var;
    const welcome = may === 'anyone' || scope.display !== undefined || can(scope.me, may);
    if (!welcome) throw new Refusal('not_allowed');
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

function describedProblems(codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => problems[code][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      {
        description: those.map((code) => `\`${code}\`: ${problems[code][1]}`).join('\n'),
        content: { 'application/problem+json': { schema: resolver(Problem, asJsonSchema) } },
      },
    ]),
  );
}

/** Validates a part of the request; each thing that is wrong is named with its path. */
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
