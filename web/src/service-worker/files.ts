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

/** Deletes the files of earlier versions. */
export async function leaveOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => /^files /.test(name) && name !== NAME).map((name) => caches.delete(name)),
  );
}

/** Undefined for anything but a built file. */
export function answerTo(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  return origin === location.origin && built.has(pathname) ? keptOrLoaded(request) : undefined;
}

/** A full or forbidden cache must not keep a page from its files. */
async function keptOrLoaded(request: Request): Promise<Response> {
  const cache = await caches.open(NAME).catch(() => undefined);
  const before = await cache?.match(request);
  if (before) return before;
  const loaded = await fetch(request);
  if (loaded.ok) await cache?.put(request, loaded.clone()).catch(() => undefined);
  return loaded;
}
