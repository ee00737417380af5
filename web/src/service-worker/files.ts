/** The built files of this version. Their names change with their contents, so a copy never becomes old. */
import { build, version } from '$service-worker';

export const NAME = `files ${version}`;
const built = new Set(build);

/** What pages show and run. The reader of QR codes and other scripts' letters weigh 1.3 MB: they are kept once they are used. */
const first = build.filter((path) => /\.(js|css)$|inter-latin-wght/.test(path));

/** Takes over what an earlier version has, and loads the rest. */
export async function keepBuilt(): Promise<void> {
  const cache = await caches.open(NAME);
  const missing: string[] = [];
  for (const path of first) {
    const before = await caches.match(path);
    if (before) await cache.put(path, before);
    else missing.push(path);
  }
  await cache.addAll(missing);
}

/**
 * The version before may have open pages. The one before that, too, if the one between never took over. The server has the files of
 * neither.
 */
const KEPT = 2;

/** Deletes the files of earlier versions. The browser lists them in the order of their installation. */
export async function leaveOld(): Promise<void> {
  const others = (await caches.keys()).filter((name) => /^files /.test(name) && name !== NAME);
  await Promise.all(others.slice(0, -KEPT).map((name) => caches.delete(name)));
}

/** Undefined for anything but a built file, of this version or one before. */
export function answerTo(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  const isBuilt = origin === location.origin && pathname.startsWith('/_app/immutable/');
  return isBuilt ? keptOrLoaded(request, pathname) : undefined;
}

/** A full or forbidden cache must not keep a page from its files. */
async function keptOrLoaded(request: Request, pathname: string): Promise<Response> {
  const before = await caches.match(request).catch(() => undefined);
  if (before) return before;
  const loaded = await fetch(request);
  if (loaded.ok && built.has(pathname)) await keep(request, loaded.clone()).catch(() => undefined);
  return loaded;
}

const keep = async (request: Request, answer: Response) => (await caches.open(NAME)).put(request, answer);
