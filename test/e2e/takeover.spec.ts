/** A deploy under pages with a service worker: the new one waits for a click, and old pages keep their files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { nextBuild } from './nextBuild.ts';
import { Till } from './sales/Till.ts';
import { ServiceWorker } from './ServiceWorker.ts';
import { Workplace } from './Workplace.ts';

test('a new version takes over on a click, and a page of the old one opens parts that the server no longer has', async ({
  browser,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-next-'));
  const workplace = await Workplace.open();
  const context = await browser.newContext({
    serviceWorkers: 'allow',
    viewport: { width: 1280, height: 800 },
  });
  try {
    const { colleague } = await Till.open(workplace);
    const [one, two] = [await context.newPage(), await context.newPage()];
    for (const page of [one, two]) {
      await workplace.signIn(page, colleague.person, '/cashier/pos');
      await page.evaluate(() => navigator.serviceWorker.ready);
      await expect(page.locator('[data-new-version]')).toBeAttached();
    }
    const worker = await ServiceWorker.of(context, await context.newPage(), workplace.origin);
    expect(worker.count('activated')).toBe(1);

    await workplace.deploy(await nextBuild(folder));
    const bar = one.getByRole('status').filter({ hasText: 'A new version is ready.' });
    await expect(bar).toBeVisible();
    await expect.poll(() => worker.count('installed')).toBe(1);
    await Promise.all([one.waitForEvent('load'), bar.getByRole('button', { name: 'Reload' }).click()]);
    await expect.poll(() => worker.count('installed')).toBe(0);
    await expect(bar).toBeHidden();

    const ruler = () => two.evaluate(() => navigator.serviceWorker.controller?.state);
    await expect.poll(() => worker.count('redundant')).toBe(1);
    await expect.poll(ruler).toBe('activated');

    // The other page is the old version's: its part was not loaded before, and the browser's own cache forgets.
    await (await context.newCDPSession(two)).send('Network.clearBrowserCache');
    const part = two.waitForResponse((it) => it.url().endsWith('.js') && it.fromServiceWorker());
    await two.keyboard.press('?');
    await expect(two.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    expect((await one.request.get((await part).url())).status()).toBe(404);
  } finally {
    await context.close();
    await workplace.close();
    await rm(folder, { recursive: true, force: true });
  }
});
