/** `npm run icons`: draws the app's PNG icons from `mark.svg`. They are committed; run it after the mark has changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser, flags } from './browser.ts';
import { root } from './place.ts';

const folder = join(root, 'web', 'static');
const mark = readFileSync(join(folder, 'mark.svg'), 'utf8');
/** Without round corners: a platform cuts its own, and leaves at least the inner 80 % (w3.org/TR/appmanifest/#icon-masks). */
const full = mark.replace(' rx="8"', '').replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"');
const square = full.replace('<rect width="32" height="32"', '<rect x="-4" y="-4" width="40" height="40"');
/** Android draws a badge in one colour, by its transparency. */
const badge = mark.replace(/<rect .*/, '').replaceAll(/#[0-9a-f]{6}/g, '#ffffff');

const browser = await chromium.launch({ executablePath: findBrowser(), args: flags });
for (const [name, size, svg] of [
  ['icon-192', 192, mark],
  ['icon-512', 512, mark],
  ['icon-maskable-512', 512, square],
  ['apple-touch-icon', 180, square],
  ['badge-96', 96, badge],
] as const) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
