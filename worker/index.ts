/** The Worker: the API under /api, the pages elsewhere, the live channels. Only this file imports the build of the pages. */
import pages from '../web/.svelte-kit/cloudflare/_worker.js';
import { api } from './api';
import type { Bindings } from './bindings';
import { overTls } from './http/scheme';
import { runJobs } from './jobs';

export { Channel } from './live/channel';

export default {
  fetch(received, env, ctx) {
    const request = overTls(received);
    if (request instanceof Response) return request;
    if (new URL(request.url).pathname.startsWith('/api/')) return api.fetch(request, env, ctx);
    // The pages call the API in this process, without a network hop.
    return pages.fetch(
      request,
      { ...env, API: { fetch: (inner: Request) => api.fetch(inner, env, ctx) } },
      ctx,
    );
  },
  scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
} satisfies ExportedHandler<Bindings>;
