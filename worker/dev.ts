/** The Worker without the pages: for tests, and for development beside Vite. */
import { api } from './api';
import type { Bindings } from './bindings';
import { Health } from './health';
import { refusedWithoutSecret } from './http/secret';
import { runJobs } from './jobs';

export { Channel } from './live/channel';

const health = new Health();

export default {
  fetch: (request, env, ctx) =>
    refusedWithoutSecret(request, env.AUTH_SECRET) ??
    health.answer(request, env, ctx) ??
    api.fetch(request, env, ctx),
  scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
} satisfies ExportedHandler<Bindings>;
