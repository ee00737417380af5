/** People: found, added, invited, corrected, and deactivated while they are signed in. */
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake } from '../Workplace.ts';

test('an admin finds, adds, invites, corrects and deactivates a person, with immediate effect', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const chief = await Colleague.of(workplace, await workplace.hire('Cara Chief', ['admin']));
  const dora = await workplace.hire('Theodora Quist');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people');

  await test.step('the list shows another admin’s changes and keeps its search', async () => {
    await expect(admin.locator('[data-status="live"]')).toBeVisible();
    await admin.getByLabel('Search people').fill('Theodora');
    const row = admin.locator(`[data-person="${dora.id}"]`);
    await expect(admin.locator('[data-person]')).toHaveCount(1);
    await expect(row).toContainText('Employee');
    await chief.write('put', `people/${dora.id}/roles`, { roles: ['host'] });
    await expect(row).toContainText('Host');
    await expect(admin.getByLabel('Search people')).toHaveValue('Theodora');
    await expect(admin).toHaveURL(/q=Theodora/);
  });

  await admin.getByRole('link', { name: 'Add a person' }).click();
  await admin.getByLabel('Name').fill('Noor Haddad');
  await admin.getByLabel('Email').fill('not an email');
  await admin.getByLabel('Department').fill('Nursing');
  await admin.getByRole('button', { name: 'Add' }).click();
  await expect(admin.getByText(/must be an email address/)).toBeVisible();
  await admin.getByLabel('Email').fill('noor.haddad@harbour.example');
  await admin.getByRole('button', { name: 'Add' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Noor Haddad');
  await admin.getByRole('button', { name: 'Make an invitation link' }).click();
  const link = await admin.getByLabel('Invitation link').inputValue();
  expect(new URL(link).pathname).toBe('/invite');

  const phone = await (
    await browser.newContext({ viewport: { width: 360, height: 740 }, baseURL: workplace.origin })
  ).newPage();
  await phone.goto(link);
  await awake(phone);
  await phone.getByLabel('Password', { exact: true }).fill('short');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByText(/at least 12 characters/).last()).toBeVisible();
  await phone.getByLabel('Password', { exact: true }).fill('a harbour at dawn');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByRole('button', { name: /Check in/ })).toBeVisible();
  await phone.goto(link);
  await awake(phone);
  await phone.getByLabel('Password', { exact: true }).fill('another harbour');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByText(/invitation was used or has expired/)).toBeVisible();

  await test.step('a wrong first day is corrected', async () => {
    const date = (days: number) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format(Date.now() - days * 86_400_000);
    await admin.reload();
    await awake(admin);
    const employment = admin.getByRole('region', { name: 'Employment' });
    await expect(employment.locator(`[data-term="${date(0)}"]`)).toBeVisible();
    await employment.getByRole('button', { name: 'Change the first day' }).click();
    await employment.getByLabel('First day').fill(date(3));
    await expectNoSeriousAxe(admin);
    await employment.getByRole('button', { name: 'Save' }).click();
    await expect(employment.locator(`[data-term="${date(3)}"]`)).toBeVisible();
    await expect(employment.locator('[data-term]')).toHaveCount(1);
    await expect(employment.getByLabel('First day')).toHaveCount(0);
  });

  await test.step('a deactivated person loses their open page within seconds', async () => {
    await phone.goto('/');
    await expect(phone.locator('[data-status="live"]')).toBeVisible();
    await admin.getByRole('button', { name: 'Deactivate …' }).click();
    await admin.getByRole('button', { name: 'Deactivate Noor Haddad' }).click();
    await expect(admin.getByText('Deactivated', { exact: true })).toBeVisible();
    await expect(phone).toHaveURL(/\/login/);
    await admin.getByRole('button', { name: 'Reactivate' }).click();
    await expect(admin.getByRole('button', { name: 'Deactivate …' })).toBeVisible();
  });
});
