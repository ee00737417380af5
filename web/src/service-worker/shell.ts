/** The page without data: the one built file whose name is always the same, so it is kept with the files that it names. */
import { browserPages } from '$lib/offline/store';
import { build, version } from '$service-worker';
import { NAME } from './files';
import type { Dependencies } from './pages';

const PATH = '/offline.html';

/** @throws if the server has another build by now: then this worker must not be installed */
export async function keepShell(): Promise<void> {
  const answer = await fetch(PATH, { cache: 'no-cache' });
  const html = await answer.text();
  const named = html.match(/\/_app\/immutable\/[\w./-]+/g) ?? [];
  if (!answer.ok || named.length === 0 || named.some((path) => !build.includes(path)))
    throw new Error(`${PATH} is of another build`);
  const headers = new Headers(answer.headers);
  // The body is neither compressed nor redirected any more.
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name);
  await (await caches.open(NAME)).put(PATH, new Response(html, { headers }));
}

export const dependencies: Dependencies = {
  fetch: (request) => fetch(request),
  shell: async () => (await caches.open(NAME)).match(PATH),
  store: browserPages,
  version,
  now: () => Date.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};
