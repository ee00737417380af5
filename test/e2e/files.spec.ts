/** The files of a page's first load (docs/decisions/062-a-page-loads-few-files.md). */
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';

for (const path of ['/', '/sessions', '/cashier/pos'])
  test(`${path} loads at most 20 files and 130 kB of scripts`, async ({ page, workplace }) => {
    const files: Promise<Buffer>[] = [];
    page.on('response', (it) => {
      if (it.url().endsWith('.js')) files.push(it.body());
    });
    await workplace.signIn(page, workplace.get('admin'), path);
    const sizes = (await Promise.all(files)).map((file) => gzipSync(file).length);
    expect(sizes.length).toBeLessThanOrEqual(20);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(130_000);
  });
