/** What the runtime calls: requests to the API and to the pages, and the jobs. */
import { api } from './api';
import type { Bindings } from './bindings';
import { Health } from './health';
import { RETRY_AFTER } from './http/problems';
import { overTls } from './http/scheme';
import { refusedWithoutSecret } from './http/secret';
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
      const refused = refusedWithoutSecret(request, env.AUTH_SECRET);
      if (refused) return refused;
      const healthy = health.answer(request, env, ctx);
      if (healthy) return healthy;
      if (new URL(request.url).pathname.startsWith('/api/')) return api.fetch(request, env, ctx);
      // The pages call the API in this process, without a network hop.
      const page = await pages.fetch(
        request,
        { ...env, API: { fetch: (inner: Request) => api.fetch(inner, env, ctx) } },
        ctx,
      );
      if (page.status === 503) page.headers.set('Retry-After', String(RETRY_AFTER));
      return page;
    },
    scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
  } satisfies ExportedHandler<Bindings>;
};
