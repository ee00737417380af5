/** Every page, in light on a phone and in dark on a desktop: no serious axe finding, and no horizontal overflow. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { expectAccessible, type Look } from './looks.ts';
import { lesson } from './sessions/Lesson.ts';
import { awake, fillSignIn } from './Workplace.ts';

/** Two tests of equal length, which run at once. */
const pages = {
  'pages of those who work': [
    '/',
    '/notifications',
    '/cashier/drawer',
    '/hours',
    '/releasing/orders',
    '/releasing/orders?wall=1',
    '/scan',
    '/sessions',
    '/sessions/new',
    '/sessions/groups',
    '/sessions/trends',
    '/invite',
    '/admin/schedules',
    '/display',
    '/docs',
    '/setup',
    '/no-such-page',
  ],
  'pages of those who lead': [
    '/admin',
    '/admin?wall=1',
    '/admin?q=nobody-has-this-name',
    '/admin/corrections',
    '/admin/corrections/enter',
    '/admin/people',
    '/admin/people/new',
    '/admin/people/import',
    '/admin/journal',
    '/admin/reports',
    '/admin/sales',
    '/admin/products',
    '/admin/packages',
    '/admin/settings',
    '/admin/system',
    '/admin/displays',
  ],
};

/** Narrows the hundreds of similar operations: axe takes as long for all as for twenty pages. */
async function readSome(page: Page): Promise<void> {
  await awake(page);
  await page.getByLabel('Search the operations').fill('settings');
  await page.locator('main summary').first().click();
  await expect(page.getByText('Who may:').filter({ visible: true })).toHaveCount(1);
}

/** Each theme at one width: all four combinations would take a third of the suite's time. */
const looks: readonly Look[] = [
  [360, 'light'],
  [1440, 'dark'],
];

/** Follows a link, so that neither the app nor axe loads again. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await page.waitForURL(path);
  await expect(page.locator('main')).toBeVisible();
}

for (const [name, paths] of Object.entries(pages)) {
  test(`the ${name} are accessible in light on a phone and in dark on a desk`, async ({
    page,
    workplace,
  }) => {
    await workplace.signIn(page, workplace.get('admin'));
    for (const path of paths) {
      await test.step(path, async () => {
        await follow(page, path);
        if (path === '/docs') await readSome(page);
        await expectAccessible(page, looks);
      });
    }
  });
}

test('the pages of a session and its scans are accessible', async ({ page, workplace }) => {
  const admin = workplace.get('admin');
  await workplace.signIn(page, admin);
  const me = (await (await page.request.get('/api/v1/me')).json()) as { id: string };
  const it = await lesson(workplace, [me]);
  const idOf = (sql: string) => workplace.db.prepare(sql).first<string>('id');
  const scans = [`/s/${it.id}`, `/s/${it.id}?t=${'A'.repeat(22)}`, await it.link()];
  const hosted = [
    `/sessions/${it.id}`,
    `/sessions/${await idOf(`SELECT id FROM live_sessions WHERE state = 'scheduled' LIMIT 1`)}/edit`,
    `/sessions/groups/${await idOf('SELECT id FROM groups LIMIT 1')}`,
  ];
  for (const path of hosted) {
    await follow(page, path);
    await expectAccessible(page, looks);
  }
  for (const path of scans) {
    await page.goto(path);
    await awake(page);
    await expectAccessible(page, looks);
  }
});

test('the sign-in is accessible', async ({ page }) => {
  await page.goto('/login');
  await expectAccessible(page, looks);
  await fillSignIn(page, 'nobody@harbour.example', 'not the password');
  await expect(page.getByText('The email or password is wrong.')).toBeVisible();
  await expectAccessible(page, looks);
});
