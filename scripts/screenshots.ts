/**
 * `npm run screenshots [-- --all]`: README's screenshots of the demo on a Wednesday afternoon; with `--all` every page
 * at three widths and in both themes, into test-results/pages.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findBrowser, flags } from './browser.ts';
import { build } from './build.ts';
import { middayZone } from './demo/midday.ts';
import { seed, type SignIn } from './demo/seed.ts';
import { root } from './place.ts';
import { failed } from './run.ts';
import { serve } from './serve.ts';

type Theme = 'light' | 'dark';
type Picture = { path: string; as: SignIn['role'] | undefined; width: number; theme: Theme; file: string };

const heights = new Map([
  [360, 740],
  [768, 1024],
  [1440, 900],
]);

const forReadme: Picture[] = [
  { path: '/admin', as: 'admin', width: 1440, theme: 'light', file: 'docs/board.png' },
  { path: '/', as: 'employee', width: 360, theme: 'light', file: 'docs/my-day.png' },
];

const pages = [
  { path: '/login', as: undefined, name: 'login' },
  { path: '/setup#' + 'a'.repeat(64), as: undefined, name: 'setup' },
  { path: '/docs', as: undefined, name: 'docs' },
  { path: '/nowhere', as: 'employee', name: 'not-found' },
  { path: '/', as: 'employee', name: 'my-day' },
  { path: '/admin', as: 'admin', name: 'board' },
  { path: '/admin?wall=1', as: 'admin', name: 'board-on-a-wall' },
  { path: '/admin', as: 'employee', name: 'not-allowed' },
] as const;

const ofEveryPage = (): Picture[] =>
  pages.flatMap(({ path, as, name }) =>
    [...heights.keys()].flatMap((width) =>
      (['light', 'dark'] as const).map((theme): Picture => ({
        path,
        as,
        width,
        theme,
        file: `test-results/pages/${name}-${width}-${theme}.png`,
      })),
    ),
  );

async function take(pictures: Picture[]): Promise<void> {
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'muster-pictures-'));
  const zone = middayZone(Date.now());
  const vars = { AUTH_SECRET: randomBytes(32).toString('hex'), WORKPLACE_ZONE: zone };
  const muster = await serve({ port: 0, state: folder, vars });
  const signIns = await seed(muster.db, { now: Date.now(), zone, midweek: true });
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...flags, '--enable-features=OverlayScrollbar'],
  });
  for (const { path, as, width, theme, file } of pictures) {
    const viewport = { width, height: heights.get(width) ?? 900 };
    const isMobile = width < 768;
    const context = await browser.newContext({
      viewport,
      colorScheme: theme,
      timezoneId: zone,
      reducedMotion: 'reduce',
      isMobile,
      hasTouch: isMobile,
      deviceScaleFactor: 2,
    });
    const page = await context.newPage();
    const person = signIns.find(({ role }) => role === as);
    if (person) await signIn(page, muster.origin, person);
    await page.goto(muster.origin + path);
    await page.waitForLoadState('networkidle');
    await settled(page);
    mkdirSync(join(root, file, '..'), { recursive: true });
    await page.screenshot({ path: join(root, file) });
    console.log(file);
    await context.close();
  }
  await browser.close();
  await muster.close();
  rmSync(folder, { recursive: true, force: true });
}

async function signIn(page: Page, origin: string, { email, password }: SignIn): Promise<void> {
  const answer = await page.request.post(`${origin}/api/v1/session`, {
    data: { email, password },
    headers: { Origin: origin },
  });
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${await answer.text()}`);
}

/** Lazy charts and the live connection need a moment after the last request. */
const settled = (page: Page): Promise<void> => page.waitForTimeout(800);

await take(process.argv.includes('--all') ? [...forReadme, ...ofEveryPage()] : forReadme).catch(failed);
