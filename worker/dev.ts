/** The Worker without the pages: for tests, and for development beside Vite. */
import { api } from './api';
import type { Bindings } from './bindings';
import { trim } from './live/trim';

export { Channel } from './live/channel';

export default {
  fetch: (request, env, ctx) => api.fetch(request, env, ctx),
  scheduled: (_event, env) => trim(env, Date.now()),
} satisfies ExportedHandler<Bindings>;
