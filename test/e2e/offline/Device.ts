/** What a browser has on disk, as the pages and the service worker leave it. */
import type { Page, Worker } from '@playwright/test';
import { expect } from '../fixtures.ts';
import type { Employee, Workplace } from '../Workplace.ts';

/**
 * Looks through all that any script of the origin could find: files with their contents, databases, storages.
 * @returns where the person's id, name or email is
 */
export const traces = (page: Page, { id, name, email }: Employee): Promise<string[]> =>
  page.evaluate(
    async (searched) => {
      const found: [place: string, content: string][] = [
        ['local storage', JSON.stringify(Object.entries(localStorage))],
        ['session storage', JSON.stringify(Object.entries(sessionStorage))],
      ];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
          found.push([request.url, `${request.url} ${await (await cache.match(request))?.text()}`]);
      }
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('the database did not answer'));
        });
      for (const { name = '' } of await indexedDB.databases()) {
        const db = await done(indexedDB.open(name));
        for (const store of db.objectStoreNames) {
          const rows = db.transaction(store).objectStore(store);
          const all = [await done(rows.getAllKeys()), await done(rows.getAll())];
          found.push([`${name} ${store}`, JSON.stringify(all)]);
        }
        db.close();
      }
      return found
        .filter(([, content]) => searched.some((each) => content.includes(each)))
        .map(([place]) => place);
    },
    [id, name, email],
  );

/** Waits until the service worker answers for the page, and the page is kept as it is now. */
export async function keep(page: Page): Promise<void> {
  await expect(page.locator('[data-new-version]')).toBeAttached();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const { pathname } = new URL(page.url());
  const since = await page.evaluate(() => Date.now());
  await expect
    .poll(async () => {
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      return (await keptIn(page)).find(({ address }) => address === pathname)?.at ?? 0;
    })
    .toBeGreaterThan(since - 60_000);
}

/** The pages that are kept; `at` is when each was exact, by the device's clock. */
export const keptIn = (page: Page): Promise<{ address: string; at: number; data: unknown }[]> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('muster-pages');
        opening.onsuccess = () => {
          const db = opening.result;
          if (!db.objectStoreNames.contains('pages')) return (db.close(), resolve([]));
          const all = db.transaction('pages').objectStore('pages').getAll();
          all.onsuccess = () => {
            db.close();
            resolve(all.result as { address: string; at: number; data: unknown }[]);
          };
        };
      }),
  );

export const workerOf = (page: Page): Worker => {
  const [worker] = page.context().serviceWorkers();
  if (!worker) throw new Error('the page has no service worker');
  return worker;
};

/** Signs in, and keeps these pages. */
export async function visit(
  page: Page,
  { workplace, person, paths }: { workplace: Workplace; person: { email: string }; paths: readonly string[] },
): Promise<void> {
  for (const [at, path] of paths.entries()) {
    if (at === 0) await workplace.signIn(page, person, path);
    else await page.goto(`${workplace.origin}${path}`);
    await keep(page);
  }
}
