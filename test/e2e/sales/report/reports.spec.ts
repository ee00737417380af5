/** The end of a drawer and of a day: numbered reports, to view and to print. */
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { expectNotTooWide } from '../../looks.ts';
import { Till } from '../Till.ts';

test('a cashier prints the report of their drawer, and an admin closes yesterday', async ({
  page,
  browser,
  workplace,
}) => {
  const till = await Till.open(workplace, 'Rita Report');
  await till.sell();
  const context = await browser.newContext({
    baseURL: workplace.origin,
    viewport: { width: 360, height: 740 },
  });
  const cashier = await context.newPage();
  await workplace.signIn(cashier, till.colleague.person, '/cashier/drawer');
  await cashier.getByRole('button', { name: 'Count and close' }).click();
  await cashier.getByLabel('Cash counted').fill('107');
  await cashier.getByRole('button', { name: 'Close the drawer' }).click();
  await expect(cashier.getByRole('table', { name: 'Tax by rate' }).first()).toContainText('19 %');
  await cashier
    .getByRole('link', { name: /^report \d+$/ })
    .first()
    .click();
  await expect(cashier.getByRole('heading', { name: /^Report \d+: drawer D\d{4}$/ })).toBeVisible();
  await expect(cashier.getByText(/Receipts D\d{4}-001 to D\d{4}-001: 1\./)).toBeVisible();
  await expectNotTooWide(cashier);
  await expectNoSeriousAxe(cashier);
  await cashier.emulateMedia({ media: 'print' });
  await expect(cashier.locator('.report-print')).toBeVisible();
  await expect(cashier.getByRole('button', { name: 'Print' })).toBeHidden();
  await context.close();

  await workplace.signIn(page, workplace.get('admin'), '/admin/sales');
  await page.getByRole('link', { name: 'Day reports' }).click();
  const days = page.getByRole('region', { name: 'Days' });
  await expect(days.locator('li', { hasText: 'Today' }).getByRole('button')).toBeDisabled();
  await expectNoSeriousAxe(page);
  const closing = days.locator('li', { hasNotText: 'Today' }).getByRole('button', { name: 'Close the day' });
  const confirm = page.getByRole('dialog', { name: /^Close .+\?$/ });
  await closing.click();
  await confirm.getByRole('button', { name: 'Not yet' }).click();
  await expect(confirm).toBeHidden();
  await closing.click();
  await confirm.getByRole('button', { name: 'Close the day' }).dblclick();
  const heading = page.getByRole('heading', { name: /^Report \d+: end of day$/ });
  await expect(heading).toBeVisible();
  const [number = ''] = /\d+/.exec(await heading.innerText()) ?? [];
  await page.getByRole('link', { name: 'All reports' }).click();
  await expect(days.getByRole('link', { name: `Report ${number}` })).toBeVisible();
  await expect(page.getByRole('link', { name: new RegExp(`^${number}: End of`) })).toBeVisible();
  await expectNoSeriousAxe(page);
});
