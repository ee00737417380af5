/**
 * Around the built Worker on one machine, what Cloudflare's edge does: it says who the client is, and limits a person's requests.
 * `serve.ts` loads it into the runtime beside the build.
 */
import worker, { Channel } from './index.js';

export { Channel };

/** The address that a proxy in front appended last to its header; a client's own claim is dropped. */
function seen(request, header) {
  const address = header && request.headers.get(header)?.split(',').at(-1)?.trim();
  const headers = new Headers(request.headers);
  headers.delete('CF-Connecting-IP');
  if (address) headers.set('CF-Connecting-IP', address);
  return new Request(request, { headers });
}

/** `[[ratelimits]]` of wrangler.toml in memory: at most so many in a minute for each key. */
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

export default {
  fetch: (request, env, ctx) => worker.fetch(seen(request, env.ADDRESS_HEADER), { ...env, ...limiters }, ctx),
  scheduled: (event, env, ctx) => worker.scheduled(event, { ...env, ...limiters }, ctx),
};
