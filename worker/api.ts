/** The API: middleware for every request, then all routes in one type, so that `hc<Api>` knows each of them. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Bindings } from './bindings';
import type { Http } from './http/env';
import { ceiling } from './http/ceiling';
import { headers, identify, logged, ownOrigin, smallBody } from './http/middleware';
import { document } from './http/openapi';
import { refuseOverload } from './http/overload';
import { onError, problem } from './http/problems';
import { route } from './http/route';
import { liveRoutes } from './live/routes';
import { personOf, sliceRoutes } from './slices';

export const api = new Hono<Http>()
  .use(logged)
  .basePath('/api/v1')
  .use(headers, ownOrigin, smallBody, identify(personOf), ceiling)
  .route('/', sliceRoutes)
  .route('/', liveRoutes);

export type Api = typeof api;

api.get(
  '/openapi.json',
  route({
    summary: 'This document',
    tag: 'Reference',
    may: 'anyone',
    answers: { 200: v.looseObject({ openapi: v.string() }) },
  }),
  document(api),
);
api.onError(onError);
api.notFound((c) => problem(c, 'not_found'));

/** Answers a request to the API. */
export const answer = (
  request: Request,
  env: Bindings,
  ctx: ExecutionContext,
): Response | Promise<Response> => refuseOverload(request) ?? api.fetch(request, env, ctx);
