/** The Worker: the API under /api, the pages everywhere else, the live channels. The only file that touches web's build. */
import pages from '../web/.svelte-kit/cloudflare/_worker.js';
import { api } from './api';
import type { Bindings } from './bindings';
import { overTls } from './http/scheme';
import { runJobs } from './jobs';

export { Channel } from './live/channel';

export default {
  fetch(arrived, env, ctx) {
    const request = overTls(arrived);
    if (request instanceof Response) return request;
    if (new URL(request.url).pathname.startsWith('/api/')) return api.fetch(request, env, ctx);
    // The pages ask the API in this very process, without a network hop.
    return pages.fetch(
      request,
      { ...env, API: { fetch: (inner: Request) => api.fetch(inner, env, ctx) } },
      ctx,
    );
  },
  scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
} satisfies ExportedHandler<Bindings>;
