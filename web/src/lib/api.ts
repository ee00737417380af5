import type { Api } from '$api';
import type { hc } from 'hono/client';
import { type Dependencies, UNAVAILABLE } from './live/network';

/** The typed API, from `/api/v1` on. In server loads use `locals.api`, which is Hono's own client. */
export type ApiClient = ReturnType<typeof hc<Api>>['api']['v1'];

/** What a page's live class needs. */
export interface PageDependencies extends Dependencies {
  api: ApiClient;
}

interface Content {
  param?: Record<string, string>;
  query?: Record<string, string | string[] | undefined>;
  json?: unknown;
}
interface How {
  headers?: Record<string, string>;
  init?: RequestInit;
}

/**
 * The typed API in the browser: same origin, with its cookie. Hono's client does the same for every runtime and kind of content, and
 * weighs four times as much.
 */
export const browserApi = (): ApiClient => at(['/api/v1']) as ApiClient;

/** `api.orders[':id'].payment.$post({ param, query, json }, { headers, init })` posts to `/api/v1/orders/…/payment`. */
function at(path: readonly string[]): unknown {
  return new Proxy(() => undefined, {
    get: (_target, key) => (typeof key === 'symbol' || key === 'then' ? undefined : at([...path, key])),
    apply: (_target, _this, [content, how]: [Content?, How?]) => send(path, content, how),
  });
}

async function send(
  path: readonly string[],
  { param = {}, query = {}, json }: Content = {},
  { headers, init }: How = {},
): Promise<Response> {
  const url = path.slice(0, -1).map((part) => (part[0] === ':' ? (param[part.slice(1)] ?? '') : part));
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) if (value !== undefined) search.append(name, value);
  const request: RequestInit = { method: path.at(-1)?.slice(1).toUpperCase() ?? '' };
  if (json !== undefined) request.body = JSON.stringify(json);
  request.headers = json === undefined ? { ...headers } : { ...headers, 'Content-Type': 'application/json' };
  const answer = await fetch(url.join('/') + (search.size > 0 ? `?${search}` : ''), { ...request, ...init });
  if (answer.status === 503) dispatchEvent(new Event(UNAVAILABLE));
  return answer;
}
