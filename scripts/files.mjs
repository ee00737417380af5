/** Behind the runtime's router of files on one machine: a request for no file goes on to the Worker's pages, unless they made it. */
import { WorkerEntrypoint } from 'cloudflare:workers';

const FROM_PAGES = 'x-from-pages';

/** What the Worker knows as `ASSETS`. */
export class Files extends WorkerEntrypoint {
  fetch(request) {
    const headers = new Headers(request.headers);
    headers.set(FROM_PAGES, '1');
    return this.env.SITE.fetch(new Request(request, { headers }));
  }
}

export default {
  fetch: (request, env) =>
    request.headers.has(FROM_PAGES) ? new Response(null, { status: 404 }) : env.PAGES.fetch(request),
};
