/** The Worker without the pages: for tests, and for development beside Vite. */
import { answer } from './api';
import type { Bindings } from './bindings';
import { isAuthSecret } from './contract/secrets';
import { Health } from './health';
import { withoutSecret } from './http/secret';
import { runJobs } from './jobs';

export { Channel } from './live/channel';

const health = new Health();

export default {
  fetch(request, env, ctx) {
    if (!isAuthSecret(env.AUTH_SECRET)) return withoutSecret(request);
    if (new URL(request.url).pathname === '/healthz') return health.answer(env, ctx);
    return answer(request, env, ctx);
  },
  scheduled: (_event, env, ctx) => runJobs(env, ctx, Date.now()),
} satisfies ExportedHandler<Bindings>;
