/** What the runtime calls: requests to the API and to the pages, and the jobs. */
import { answer } from './api';
import type { Bindings } from './bindings';
import { isAuthSecret } from './contract/secrets';
import { Health } from './health';
import { RETRY_AFTER } from './http/problems';
import { withoutSecret } from './http/secret';
import { runJobs } from './jobs';

/** The pages' Worker, as SvelteKit builds it. */
export interface Pages {
  fetch(request: Request, env: object, ctx: ExecutionContext): Response | Promise<Response>;
}

export const entry = (pages: Pages) => {
  const health = new Health();
  return {
    async fetch(received, env, ctx) {
      const request = overTls(received);
      if (request instanceof Response) return request;
      if (!isAuthSecret(env.AUTH_SECRET)) return withoutSecret(request);
      const { pathname } = new URL(request.url);
      if (pathname === '/healthz') return health.answer(env, ctx);
      if (pathname.startsWith('/api/')) return answer(request, env, ctx);
      // The pages call the API in this process, without a network hop.
      const page = await pages.fetch(
        request,
        { ...env, API: { fetch: (inner: Request) => answer(inner, env, ctx) } },
        ctx,
      );
      if (page.status === 503) page.headers.set('Retry-After', String(RETRY_AFTER));
      return page;
    },
    scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
  } satisfies ExportedHandler<Bindings>;
};

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Every request from another machine uses https, so that the session cookie can be bound to its host.
 * @returns the request with the browser's scheme (a proxy that ends TLS forwards it), or a redirect to https
 */
export function overTls(request: Request): Request | Response {
  const url = new URL(request.url);
  if (url.protocol === 'https:' || LOCAL.has(url.hostname)) return request;
  url.protocol = 'https:';
  if (request.headers.get('X-Forwarded-Proto') === 'https') return new Request(url, request);
  return Response.redirect(url.href, 308);
}
