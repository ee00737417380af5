/**
 * Pages of a person without network: the page without data, and in place of the server's data what the pages have kept. It also sees
 * what ends the right to keep anything: a sign-out, a sign-in, and an answer that nobody is signed in.
 */
import { isSnapshot } from '$lib/offline/exact';
import { addressOf, type KeptPage } from '$lib/offline/kept';
import type { Found, PageStore } from '$lib/offline/store';
import { stringify } from 'devalue';
import { nothingKept } from './nothing-kept';

export interface Dependencies {
  fetch(request: Request): Promise<Response>;
  /** The page without data, as this build has it. */
  shell(): Promise<Response | undefined>;
  store: Pick<PageStore, 'find' | 'wipe'>;
  version: string;
  /** By the device's clock. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** A page that is kept does not wait longer for the server. Milliseconds. */
const PATIENCE_MS = 3_000;
const DATA = '__data.json';
/** SvelteKit's parameter with a digit for each of a page's nodes: the layouts, then the page. */
const NODES = 'x-sveltekit-invalidated';
const API = '/api/v1/';

/** Undefined for what is not asked of this product, or has nothing to do with pages. */
export function pageAnswer(
  request: Request,
  origin: string,
  it: Dependencies,
): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (url.origin !== origin) return undefined;
  const { pathname } = url;
  if (endsSession(request.method, pathname)) return forgotten(it).then(() => it.fetch(request));
  if (request.mode === 'navigate') {
    if (request.method !== 'GET' || pathname.startsWith(API)) return undefined;
    return navigated(request, url, it);
  }
  if (pathname.startsWith(API)) return watched(request, it, ({ status }) => status === 401);
  if (pathname === `/login/${DATA}`) return watched(request, it, ({ ok }) => ok);
  return pathname.endsWith(`/${DATA}`) ? data(request, url, it) : undefined;
}

/** Who signs in may be another person than before. */
const endsSession = (method: string, pathname: string): boolean =>
  method === 'POST'
    ? ['/login', '/logout', `${API}session`].includes(pathname)
    : method === 'DELETE' && pathname === `${API}session`;

/** A browser that cannot delete could not keep either. */
const forgotten = ({ store }: Dependencies): Promise<void> => store.wipe().catch(() => undefined);

/** The server shows its sign-in page, or answers 401, to nobody. */
async function watched(
  request: Request,
  it: Dependencies,
  isNobody: (answer: Response) => boolean,
): Promise<Response> {
  const answer = await it.fetch(request);
  if (isNobody(answer)) await forgotten(it);
  return answer;
}

async function navigated(request: Request, url: URL, it: Dependencies): Promise<Response> {
  const { answer, found } = await reached(request, url, it);
  if (url.pathname === '/login' && answer?.ok) await forgotten(it);
  return answer ?? (found && (await it.shell())) ?? nothingKept();
}

async function data(request: Request, url: URL, it: Dependencies): Promise<Response> {
  const page = new URL(url);
  page.pathname = url.pathname.slice(0, -DATA.length).replace(/(.)\/$/, '$1');
  const { answer, found } = await reached(request, page, it);
  if (answer) return answer;
  return found ? keptData(found, url.searchParams.get(NODES)?.length ?? 1, it.now()) : Response.error();
}

/** The server's answer, or what is kept if there is no network, or the answer is late. */
async function reached(
  request: Request,
  page: URL,
  { fetch, store, version, now, wait }: Dependencies,
): Promise<{ answer?: Response | undefined; found?: Found | undefined }> {
  const answer = fetch(request).catch(() => undefined);
  const address = addressOf(page);
  const found =
    address === undefined ? undefined : await store.find(address, version, now()).catch(() => undefined);
  if (!found) return { answer: await answer };
  return { answer: await Promise.race([answer, wait(PATIENCE_MS).then(() => undefined)]), found };
}

/**
 * All nodes of a page, from the root layout to the page itself: so that what they share is not newer than the page says.
 * @param count how many there are
 */
export function keptData({ layout, page }: Found, count: number, now: number): Response {
  const asOf = Math.min(layout.asOf, page.asOf);
  const nodes = Array.from({ length: count }, (_, at) => {
    const own =
      at === 0 ? shown(layout, asOf, now) : at === count - 1 ? { ...shown(page, asOf, now), asOf } : {};
    const encoded: unknown = JSON.parse(stringify(own));
    // Any other address asks again.
    return { type: 'data', data: encoded, uses: { url: 1 } };
  });
  return new Response(`${JSON.stringify({ type: 'data', nodes })}\n`, {
    headers: { 'Content-Type': 'text/sveltekit-data', 'Cache-Control': 'private, no-store' },
  });
}

/** The clocks of a page go on from its snapshots' `now`: by the device's clock, time has passed since. */
function shown({ data, at }: KeptPage, asOf: number, now: number): Record<string, unknown> {
  const on: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data))
    on[name] = isSnapshot(value)
      ? { ...value, now: value.now + Math.max(0, now - at), at: { ...value.at, asOf } }
      : value;
  return on;
}
