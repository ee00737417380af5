/** What a first load of a page may weigh (docs/decisions/070-a-phone-loads-little.md); `npm run weigh` measures more. */
import { gzipSync } from 'node:zlib';
import { limits } from '../../scripts/weights.ts';
import { expect, test } from './fixtures.ts';

const nowhere = '01900000-0000-7000-8000-000000000001';

for (const [at, { name, kB, requests }] of limits(nowhere).entries())
  test(`${name} loads at most ${kB} kB of scripts in ${requests} requests`, async ({ page, workplace }) => {
    const running = await workplace.db
      .prepare(`SELECT id FROM live_sessions WHERE state = 'active' LIMIT 1`)
      .first<{ id: string }>();
    const { path, as } = limits(running?.id ?? nowhere)[at]!;
    const scripts: Promise<Buffer>[] = [];
    let asked = 0;
    page.on('request', () => (asked += 1));
    page.on('response', (it) => {
      if (it.url().endsWith('.js')) scripts.push(it.body());
    });
    await page.setViewportSize({ width: 390, height: 844 });
    await workplace.signIn(page, workplace.get(as), path);
    await page.waitForLoadState('networkidle');
    const sizes = (await Promise.all(scripts)).map((file) => gzipSync(file).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(kB * 1_000);
    expect(asked).toBeLessThanOrEqual(requests);
  });
