import type { Api } from '$api';
import { requestId } from '$contract/requests';
import { loginPath } from './lib/people/sign-in/next';
import { problemIn, wordsOf } from '$lib/problem';
import { secure } from '$lib/server/headers';
import { themeScript } from '$lib/server/theme';
import {
  error,
  type Handle,
  type HandleFetch,
  type HandleServerError,
  type RequestEvent,
} from '@sveltejs/kit';
import { hc } from 'hono/client';

const publicPages = new Set([
  ...['/login', '/logout', '/setup', '/invite', '/docs', '/display', '/s/[id]', '/r/[token]'],
]);

export const handle: Handle = async ({ event, resolve }) => {
  event.locals.api = hc<Api>(event.url.origin, { fetch: event.fetch }).api.v1;
  if (!ownOrigin(event)) error(403, 'This page may not send this request.');
  event.locals.me = await whoAsks(event);
  const response =
    guard(event) ??
    (await resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%muster.theme%', `<script>${themeScript}</script>`),
      preload: ({ type, path }) => type !== 'font' || path.includes('inter-latin-wght-normal'),
    }));
  return secure(response, event.url);
};

/** SvelteKit looks at the Origin of forms only, and what we ask the API carries our own: so every unsafe request is looked at. */
function ownOrigin({ request, url }: RequestEvent): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(request.method) || request.headers.get('origin') === url.origin;
}

/** Who asks, or null. A browser without a cookie is nobody: no need to ask. */
async function whoAsks({ locals, request }: RequestEvent): Promise<App.Locals['me']> {
  if (!request.headers.has('cookie')) return null;
  const answer = await locals.api.me.$get();
  if (answer.ok) return await answer.json();
  const problem = await problemIn(answer);
  if (problem.status === 401) return null;
  error(problem.status, wordsOf(problem));
}

/** Everything but the public pages needs a signed-in person. An address without a page is 404 for all. */
function guard({ route, url, locals }: RequestEvent): Response | undefined {
  if (route.id === null || publicPages.has(route.id) || locals.me) return undefined;
  return new Response(null, { status: 303, headers: { Location: loginPath(url) } });
}

/** Pages ask the API inside the Worker. The request it gets carries the browser's cookie and address, and the page's origin. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const { origin, pathname } = new URL(request.url);
  if (origin !== event.url.origin || !pathname.startsWith('/api/') || !event.platform) return fetch(request);
  const asked = new Request(request);
  asked.headers.set('origin', origin);
  for (const name of ['cookie', 'cf-connecting-ip', 'cf-ray', 'user-agent']) {
    const value = event.request.headers.get(name);
    if (value !== null) asked.headers.set(name, value);
  }
  return event.platform.env.API.fetch(asked);
};

export const handleError: HandleServerError = ({ error: cause, event, status }) => {
  if (status === 404) return { message: 'There is no page at this address.' };
  const request = requestId(event.request.headers.get('cf-ray'));
  console.error(
    JSON.stringify({
      message: 'page failed',
      request,
      // As declared: an address may name a person.
      route: event.route.id,
      status,
      error: String(cause),
    }),
  );
  return { message: `Something went wrong on the server. If you report it, quote ${request}.` };
};
