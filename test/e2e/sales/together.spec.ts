/** Two people at work on the same thing: each sees the other, nobody is held back, and who is gone is not shown as there. */
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';

test('a colleague sees who looks at and who edits the same registration, until that browser is killed', async ({
  browser,
  page: tom,
  workplace,
}) => {
  const [vera, other] = [
    await workplace.hire('Vera Lindqvist', ['cashier']),
    await workplace.hire('Tom Ferraro', ['cashier']),
  ];
  const packageId = await workplace.db
    .prepare('SELECT id FROM packages WHERE active LIMIT 1')
    .first<string>('id');
  await (
    await Colleague.of(workplace, other)
  ).write('post', 'registrations', {
    ...{ id: uuidv7(), name: 'Kasimir Holm', mobile: '+4915112345678', email: 'kasimir@holm.example' },
    ...{ packageId, sponsor: null, payment: null },
  });
  const till = await (await browser.newContext()).newPage();
  await workplace.signIn(till, vera, '/cashier/registrations');
  await workplace.signIn(tom, other, '/cashier/registrations');
  const online = tom.getByRole('list', { name: 'Online now' });
  await expect(online).toContainText('Vera Lindqvist');
  await expect(online).toContainText('You');

  const row = /Kasimir Holm/;
  await tom.locator('[data-registrations]').getByRole('button', { name: row }).click();
  const words = tom.getByRole('dialog').locator('[data-together]');
  await expect(words).toHaveText('');
  await till.locator('[data-registrations]').getByRole('button', { name: row }).click();
  await expect(words).toHaveText('Vera is looking');
  await till
    .getByRole('dialog')
    .getByRole('button', { name: /^Cancel/ })
    .click();
  await expect(words).toHaveText('Vera is editing');
  await expect(till.getByRole('dialog').locator('[data-together]')).toHaveText('Tom is looking');

  // A second tab of hers looks at it too: she edits it all the same.
  const second = await till.context().newPage();
  await second.goto(`${workplace.origin}/cashier/registrations`);
  await second.locator('[data-registrations]').getByRole('button', { name: row }).click();
  await expect(second.getByRole('dialog').locator('[data-together]')).toHaveText('Tom is looking');
  await expect(words).toHaveText('Vera is editing');
  await till.close();
  await expect(words).toHaveText('Vera is looking');
  await till.context().close();
  await expect(words).toHaveText('');
  await expect(online).not.toContainText('Vera Lindqvist');
});
