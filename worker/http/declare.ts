/**
 * Routes as data: from a slice's list come its checks, its OpenAPI document, parsing, keys and the client's types. Routes that
 * upgrade to a socket or set cookies use Hono itself, with `route` (route.ts).
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Schema as HonoSchema } from 'hono/types';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as v from 'valibot';
import type { ProblemCode } from '../contract/errors';
import type { Done } from '../contract/receipts';
import type { Capability } from '../contract/roles';
import type { Answer } from '../live/commit';
import type { Scope } from '../scope';
import type { Http } from './env';
import { pictureOnly, withPicture } from './photo';
import { input, jsonOnly, keyed, route, withJson, withKey } from './route';
import { atTap, type TapAge, takesTap, tapHeader, withTap } from './tap';

type Schema = v.GenericSchema;
type Maybe = Schema | undefined;
type Output<S extends Maybe> = S extends Schema ? v.InferOutput<S> : undefined;
type Awaitable<T> = T | Promise<T>;

interface Declared {
  summary: string;
  description?: string;
  /** The capability it needs, or `anyone`, signed in or not. */
  may: Capability | 'anyone';
  /** Whether a customers' screen may too. */
  displays?: boolean;
  /** The refusals beyond those of every read or write. */
  problems?: readonly ProblemCode[];
}

interface Read<Path extends string, A extends Schema, P extends Maybe, Q extends Maybe> extends Declared {
  path: Path;
  param?: P;
  query?: Q;
  answer: A;
  handle: (scope: Scope, given: { param: Output<P>; query: Output<Q> }) => Awaitable<v.InferOutput<A>>;
}

interface Write<
  Method extends string,
  Path extends string,
  A extends Schema,
  P extends Maybe,
  B extends Maybe,
> extends Declared {
  method: Method;
  path: Path;
  param?: P;
  /** The JSON body, if it has one. */
  body?: B;
  answer: A;
  /** It changes nothing, so it needs no key. */
  keyless?: boolean;
  /** How old the body's tap may be, if it has one. */
  taps?: TapAge;
  /** @param c for a scan's device and address */
  handle: (
    scope: Scope,
    given: { param: Output<P>; body: Output<B> },
    c: Context<Http>,
  ) => Awaitable<v.InferOutput<A>>;
}

interface Upload<Path extends string, A extends Schema, P extends Maybe> extends Declared {
  path: Path;
  param?: P;
  answer: A;
  handle: (scope: Scope, given: { param: Output<P>; body: ArrayBuffer }) => Awaitable<v.InferOutput<A>>;
}

interface Download<Path extends string, P extends Maybe, Q extends Maybe> extends Declared {
  path: Path;
  param?: P;
  query?: Q;
  handle: (scope: Scope, given: { param: Output<P>; query: Output<Q> }) => Awaitable<Response>;
}

export const read = <
  const Path extends string,
  A extends Schema,
  P extends Maybe = undefined,
  Q extends Maybe = undefined,
>(
  it: Read<Path, A, P, Q>,
) => ({ method: 'get' as const, ...it });

/** Needs an `Idempotency-Key`, so that a repeated request takes effect once. */
export const write = <
  const Method extends 'post' | 'put' | 'patch' | 'delete',
  const Path extends string,
  A extends Schema,
  P extends Maybe = undefined,
  B extends Maybe = undefined,
>(
  it: Write<Method, Path, A, P, B>,
) => it;

/** The body is a picture, which replaces the one before. */
export const upload = <const Path extends string, A extends Schema, P extends Maybe = undefined>(
  it: Upload<Path, A, P>,
) => ({ method: 'put' as const, picture: true as const, ...it });

/** A file that a browser fetches by its URL; the client's types leave it out. */
export const download = <const Path extends string, P extends Maybe = undefined, Q extends Maybe = undefined>(
  it: Download<Path, P, Q>,
) => ({ method: 'get' as const, ...it });

/** Untyped: `mount` infers types from each route itself, so an absent part is absent in the client too. */
interface Route extends Declared {
  method: string;
  path: string;
  param?: Maybe;
  query?: Maybe;
  body?: Maybe;
  answer?: Schema;
  keyless?: boolean;
  taps?: TapAge;
  picture?: boolean;
  handle(scope: Scope, given: unknown, c: Context<Http>): unknown;
}

type Part<R, Name extends string, As extends string> = R extends { [It in Name]?: infer S }
  ? S extends Schema
    ? Record<As, v.InferInput<S>>
    : object
  : object;
type Endpoint<R> = R extends {
  method: infer M extends string;
  path: infer P extends string;
  answer: infer A extends Schema;
}
  ? Record<
      P,
      Record<
        `$${M}`,
        {
          input: Part<R, 'param', 'param'> & Part<R, 'query', 'query'> & Part<R, 'body', 'json'>;
          output: v.InferOutput<A>;
          outputFormat: 'json';
          // Not only 200: the client must expect refusals too.
          status: ContentfulStatusCode;
        }
      >
    >
  : never;
type Intersection<U> = (U extends unknown ? (it: U) => void : never) extends (it: infer I) => void
  ? I
  : never;
/** The type that Hono's client reads. */
type SchemaOf<Routes extends readonly unknown[]> =
  Intersection<Endpoint<Routes[number]>> extends infer S extends HonoSchema ? S : never;

/** The answer of a write that returns only its receipt. */
export const done = async (answer: Promise<Answer>): Promise<Done> => ({ receipt: (await answer).receipt });

/** The routes as a typed app. @param tag their heading in the OpenAPI document */
export function mount<const Routes extends readonly Pick<Route, 'method' | 'path'>[]>(
  tag: string,
  routes: Routes,
): Hono<Http, SchemaOf<Routes>> {
  const app = new Hono<Http>();
  for (const it of routes as unknown as readonly Route[]) {
    const {
      method,
      path,
      param,
      query,
      body,
      picture,
      answer = null,
      problems = [],
      taps: age = 'of its key',
    } = it;
    const keys = method !== 'get' && !it.keyless;
    const taps = takesTap(body);
    const general = [
      ...(body ? withJson : []),
      ...(picture ? withPicture : []),
      ...(keys ? withKey : []),
      ...(taps ? withTap(age) : []),
    ];
    const given = { param, query, json: body };
    const answers = { 200: answer };
    const handlers = [
      route({ ...it, tag, answers, remembered: keys, problems: [...general, ...problems] }),
      ...(body ? [jsonOnly] : []),
      ...(picture ? [pictureOnly] : []),
      ...(keys ? [keyed] : []),
      ...(taps ? [tapHeader] : []),
      ...(['param', 'query', 'json'] as const).flatMap((part) => {
        const schema = given[part];
        return schema ? [input(part, schema)] : [];
      }),
    ] as unknown[] as MiddlewareHandler<Http>[];
    app.on(method.toUpperCase(), [path], ...handlers, async (c) => {
      const valid = (part: keyof typeof given) => given[part] && c.req.valid(part as never);
      const sent = picture ? await c.req.arrayBuffer() : valid('json');
      const found = { param: valid('param'), query: valid('query'), body: sent };
      const scope = atTap(c, found.body, age);
      const answered = await scope.asPresent(it.may, () => it.handle(scope, found, c));
      return answered instanceof Response ? answered : c.json(answered as object);
    });
  }
  return app;
}
