/** The app on a home screen: Chromium would install it, and its service worker keeps built files only and shows every push. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { ServiceWorker } from './ServiceWorker.ts';

test.use({ serviceWorkers: 'allow' });

/** As the file's own head says it (PNG, 11.2.1): "192x192" */
async function sizeOf(page: Page, path: string): Promise<string> {
  const answer = await page.request.get(path);
  expect([answer.status(), answer.headers()['content-type']], path).toEqual([200, 'image/png']);
  const file = await answer.body();
  return `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`;
}

test('the app can be installed, its service worker keeps built files only, and shows every push', async ({
  page,
  workplace,
}) => {
  await workplace.signIn(page, workplace.get('employee'));
  const protocol = await page.context().newCDPSession(page);
  const { installabilityErrors } = await protocol.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);
  const { errors, data = '{}' } = await protocol.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { icons, shortcuts, ...app } = JSON.parse(data) as Record<string, unknown> & {
    icons: { src: string; sizes: string; purpose: string }[];
    shortcuts: { url: string }[];
  };
  expect(app).toMatchObject({ id: '/', start_url: '/', scope: '/', display: 'standalone' });
  const purposes = icons.map(({ sizes, purpose }) => `${purpose} ${sizes}`);
  expect(purposes).toEqual(expect.arrayContaining(['any 192x192', 'any 512x512', 'maskable 512x512']));
  for (const { src } of icons) expect((await page.request.get(src)).status(), src).toBe(200);
  for (const { src, sizes } of icons)
    expect(sizes, src).toBe(sizes === 'any' ? sizes : await sizeOf(page, src));
  for (const { url } of shortcuts) expect((await page.request.get(url)).status(), url).toBe(200);

  const apple = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  expect(await sizeOf(page, apple ?? '')).toBe('180x180');

  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto(`${workplace.origin}/hours`);
  const kept = await page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    return paths;
  });
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.filter((path) => !path.startsWith('/_app/immutable/'))).toEqual(['/offline.html']);

  const installed = await ServiceWorker.of(page.context(), page, workplace.origin);
  // Debian's headless shell grants no notifications, so what the worker wants to show is looked at.
  const [worker] = page.context().serviceWorkers();
  await worker?.evaluate(() => {
    const shown: unknown[] = [];
    const show = (title: string, { body, tag }: NotificationOptions) => void shown.push({ title, body, tag });
    Object.assign(self, { shown });
    Object.assign(Reflect.get(self, 'registration') as object, { showNotification: show });
  });
  const shown = () => worker?.evaluate(() => Reflect.get(self, 'shown') as unknown);
  const first = { title: 'Are you still at work?', body: 'Check out.' };
  await installed.push(JSON.stringify({ id: 'one', href: '/', ...first }));
  await installed.push('{"from":"a later version"}');
  const unknown = { title: 'Muster', body: 'There is something new.', tag: 'unknown' };
  await expect.poll(shown).toEqual([{ ...first, tag: 'one' }, unknown]);
});
