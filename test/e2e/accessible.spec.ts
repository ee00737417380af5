/** Every page, in light on a phone and in dark on a desktop: no serious axe finding, and no horizontal overflow. */
import type { Page } from '@playwright/test';
import { expect, expectNoSeriousAxe, test } from './fixtures.ts';
import { lesson } from './sessions/Lesson.ts';
import { awake, fillSignIn } from './Workplace.ts';

const pages = [
  '/',
  '/admin',
  '/admin?wall=1',
  '/admin?q=nobody-has-this-name',
  '/admin/corrections',
  '/admin/corrections/enter',
  '/notifications',
  '/admin/people',
  '/admin/journal',
  '/admin/reports',
  '/admin/sales',
  '/cashier/drawer',
  '/hours',
  '/releasing/orders',
  '/releasing/orders?wall=1',
  '/scan',
  '/sessions',
  '/sessions/new',
  '/sessions/groups',
  '/sessions/trends',
  '/admin/people/new',
  '/admin/people/import',
  '/invite',
  '/admin/schedules',
  '/admin/products',
  '/admin/packages',
  '/admin/settings',
  '/admin/system',
  '/admin/displays',
  '/display',
  '/docs',
  '/setup',
  '/no-such-page',
];
/** Narrows the hundreds of similar operations: axe takes as long for all as for twenty pages. */
async function readSome(page: Page): Promise<void> {
  await awake(page);
  await page.getByLabel('Search the operations').fill('settings');
  await page.locator('main summary').first().click();
  await expect(page.getByText('Who may:').filter({ visible: true })).toHaveCount(1);
}

/** Each theme at one width: all four combinations would take a third of the suite's time. */
const looks = [
  { colorScheme: 'light', name: 'phone', viewport: { width: 360, height: 740 } },
  { colorScheme: 'dark', name: 'desk', viewport: { width: 1440, height: 900 } },
] as const;

for (const { colorScheme, name, viewport } of looks) {
  test(`every page is accessible in ${colorScheme} on a ${name}`, async ({ browser, workplace }) => {
    test.setTimeout(300_000);
    const context = await browser.newContext({
      colorScheme,
      viewport,
      baseURL: workplace.origin,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto('/login');
    await expectNoSeriousAxe(page);
    await fillSignIn(page, 'nobody@harbour.example', 'not the password');
    await expect(page.getByText('The email or password is wrong.')).toBeVisible();
    await expectNoSeriousAxe(page);
    await workplace.signIn(page, workplace.get('admin'));
    const me = (await (await page.request.get('/api/v1/me')).json()) as { id: string };
    const it = await lesson(workplace, [me]);
    const scans = [`/s/${it.id}`, `/s/${it.id}?t=${'A'.repeat(22)}`, await it.link()];
    const idOf = (sql: string) => workplace.db.prepare(sql).first<string>('id');
    const hosted = [
      `/sessions/${it.id}`,
      `/sessions/${await idOf(`SELECT id FROM live_sessions WHERE state = 'scheduled' LIMIT 1`)}/edit`,
      `/sessions/groups/${await idOf('SELECT id FROM groups LIMIT 1')}`,
    ];
    for (const path of [...pages, ...scans, ...hosted]) {
      await page.goto(path);
      await expect(page.locator('main')).toBeVisible();
      if (path === '/docs') await readSome(page);
      await expectNoSeriousAxe(page);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
    }
    await context.close();
  });
}
