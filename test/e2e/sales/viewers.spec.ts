/** Two people with the same record open see each other until they leave. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { Till } from './Till.ts';

const name = /Kasimir Holm/;
const row = (page: Page) => page.locator('[data-registrations]').getByRole('button', { name });
const words = (page: Page) => page.getByRole('dialog').locator('[data-viewers]');

test('colleagues see who is online, who views and who edits the same record, until the last tab closes or the browser dies', async ({
  browser,
  page: desk,
  workplace,
}) => {
  const roles = ['cashier', 'releasing'];
  const [vera, other] = [
    await workplace.hire('Vera Lindqvist', roles),
    await workplace.hire('Tom Ferraro', roles),
  ];
  const packageId = await workplace.db
    .prepare('SELECT id FROM packages WHERE active LIMIT 1')
    .first<string>('id');
  await (
    await Colleague.of(workplace, other)
  ).write('post', 'registrations', {
    id: uuidv7(),
    name: 'Kasimir Holm',
    mobile: '+4915112345678',
    email: 'kasimir@holm.example',
    packageId,
    sponsor: null,
    payment: null,
  });
  const kiosk = await Till.open(workplace);
  const order = await kiosk.sell();
  const place = { name: 'muster-desk-place', value: kiosk.place.id, url: `${workplace.origin}/releasing` };
  const killed = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  for (const page of [killed, desk]) await page.context().addCookies([place]);
  await workplace.signIn(killed, vera, '/releasing/orders');
  await workplace.signIn(desk, other, '/releasing/orders');
  const online = (page: Page) => page.getByRole('list', { name: 'Online now' });
  await expect(online(desk)).toContainText('Vera Lindqvist');
  await expect(online(desk)).toContainText('You');
  await killed.getByRole('button', { name: `Release ${order.number}` }).click();
  await expect(desk.getByRole('article')).toContainText('Vera is looking');
  await killed.context().close();
  await expect(desk.getByRole('article')).not.toContainText('Vera is looking');

  const tom = await desk.context().newPage();
  const till = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await tom.goto('/cashier/registrations');
  await workplace.signIn(till, vera, '/cashier/registrations');
  await row(tom).click();
  await expect(words(tom)).toHaveText('');
  await row(till).click();
  await expect(words(tom)).toHaveText('Vera is looking');
  await till
    .getByRole('dialog')
    .getByRole('button', { name: /^Cancel/ })
    .click();
  await expect(words(tom)).toHaveText('Vera is editing');
  await expect(words(till)).toHaveText('Tom is looking');

  // A second tab of hers only views it: she still counts as editing.
  const second = await till.context().newPage();
  await second.goto('/cashier/registrations');
  await row(second).click();
  await expect(words(second)).toHaveText('Tom is looking');
  await expect(words(tom)).toHaveText('Vera is editing');
  await till.close();
  await expect(words(tom)).toHaveText('Vera is looking');
  await expect(online(tom)).toContainText('Vera Lindqvist');
  await second.close();
  await expect(words(tom)).toHaveText('');

  // The desk waits some seconds, as the page might only be reloading.
  await expect(online(desk)).not.toContainText('Vera Lindqvist');
  await till.context().close();
});
