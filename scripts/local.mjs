/**
 * Around the built Worker on one machine, what Cloudflare's edge does: it says who the client is, serves the pages' files, and limits
 * a person's requests. `serve.ts` loads it into the runtime beside the build.
 */
import { WorkerEntrypoint } from 'cloudflare:workers';
import worker, { Channel } from './index.js';

export { Channel };

/** The address that a proxy in front appended last to its header; a client's own claim is dropped. */
function seen(request, header) {
  const address = header && request.headers.get(header)?.split(',').at(-1)?.trim();
  const headers = new Headers(request.headers);
  headers.delete('CF-Connecting-IP');
  headers.delete('x-from-pages'); // files.mjs
  if (address) headers.set('CF-Connecting-IP', address);
  return new Request(request, { headers });
}

/** `[[ratelimits]]` of wrangler.toml in memory: each key has a limit for a minute. */
class Limiter {
  #most;
  /** @type {Map<string, number>} */
  #counts = new Map();
  #until = 0;

  constructor(most) {
    this.#most = most;
  }

  limit({ key }) {
    const now = Date.now();
    // A clock that was set back must not prolong the minute.
    if (now >= this.#until || now < this.#until - 60_000) {
      this.#counts.clear();
      this.#until = now + 60_000;
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return Promise.resolve({ success: count <= this.#most });
  }
}
const limiters = { WRITES: new Limiter(120), REQUESTS: new Limiter(600) };

/** The Worker itself. @param {Request} request @param {{ FILES: Fetcher }} env @param {ExecutionContext} ctx */
const run = (request, env, ctx) => worker.fetch(request, { ...env, ...limiters, ASSETS: env.FILES }, ctx);

/** What is no file comes back here (files.mjs). */
export class Pages extends WorkerEntrypoint {
  fetch(request) {
    return run(request, this.env, this.ctx);
  }
}

/**
 * The edge asks for files first, except under /api. Here the Worker comes first: the runtime's router of files runs in an isolate of
 * its own, through which all requests and sockets of the API would pass as well.
 */
const isFirst = (url) => {
  const { pathname } = new URL(url);
  return pathname.startsWith('/api/') || pathname === '/healthz';
};

export default {
  fetch(received, env, ctx) {
    const request = seen(received, env.ADDRESS_HEADER);
    return isFirst(request.url) ? run(request, env, ctx) : env.SITE.fetch(request);
  },
  scheduled: (event, env, ctx) => worker.scheduled(event, { ...env, ...limiters }, ctx),
};
