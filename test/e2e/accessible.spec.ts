/** Every page, in both themes, on a phone and on a desk: nothing that axe holds to be serious. */
import { expect, expectNoSeriousAxe, test } from './fixtures.ts';

const pages = [
  '/',
  '/admin',
  '/admin?wall=1',
  '/admin?q=nobody-has-this-name',
  '/admin/corrections',
  '/notifications',
  '/admin/people',
  '/admin/journal',
  '/admin/reports',
  '/hours',
  '/admin/people/new',
  '/admin/people/import',
  '/invite',
  '/admin/schedules',
  '/admin/settings',
  '/docs',
  '/setup',
  '/no-such-page',
];
const sizes = { phone: { width: 360, height: 740 }, desk: { width: 1440, height: 900 } };

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, viewport] of Object.entries(sizes)) {
    test(`every page is accessible in ${colorScheme} on a ${name}`, async ({ browser, workplace }) => {
      test.setTimeout(90_000);
      const context = await browser.newContext({
        colorScheme,
        viewport,
        baseURL: workplace.origin,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await workplace.signIn(page, workplace.get('admin'));
      for (const path of pages) {
        await page.goto(path);
        await expect(page.locator('main')).toBeVisible();
        await expectNoSeriousAxe(page);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      await context.close();
    });
  }
}
