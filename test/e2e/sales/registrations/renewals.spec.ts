/** Members who come again, siblings with one email, and people without one, at a till. */
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { Desk } from '../Desk.ts';

test('a till offers to renew who is a member already; a sibling and a person without email are new members', async ({
  page,
  workplace,
}) => {
  const desk = await Desk.open(workplace, 'Clara Renew');
  const zora = await desk.register('Zora Renewova');
  const { email } = (await workplace.db
    .prepare('SELECT email FROM registrants WHERE sale_id = ?1')
    .bind(zora.id)
    .first<{ email: string }>()) ?? { email: '' };
  await workplace.signIn(page, desk.cashier, '/cashier/registrations');
  await page.getByRole('radio', { name: desk.offer.name }).check();
  await page.getByText('Pay later').click();
  const [name, mobile, mail] = ['Name', 'Mobile', 'Email'].map((it) => page.getByLabel(it, { exact: true }));
  if (!name || !mobile || !mail) throw new Error('the form has these fields');
  const register = page.getByRole('button', { name: 'Register', exact: true });
  const done = page.locator('[data-registered]');

  await name.pressSequentially('zora r');
  const offer = page.getByRole('button', { name: /^Renew M\d{6} Zora Renewova/ });
  await expect(offer).toContainText(desk.offer.name);
  await expectNoSeriousAxe(page);
  await offer.click();
  await expect(name).toHaveValue('Zora Renewova');
  await expect(mobile).toHaveValue('+491701234567');
  await expect(mail).toHaveValue(email);
  await expect(page.getByText(/^Renews M\d{6} Zora Renewova/)).toBeVisible();
  await register.click();
  await expect(done).toContainText(zora.memberId);
  const renews = workplace.db
    .prepare('SELECT count(*) AS n FROM registrants WHERE renews = ?1')
    .bind(zora.id);
  expect(await renews.first('n')).toBe(1);

  // The sibling's form offers Zora by the email; nobody has to take the offer.
  await page.getByRole('button', { name: 'Register another' }).click();
  await name.fill('Zeno Renewova');
  await mobile.fill('+49 170 1234568');
  await mail.fill(email);
  await expect(offer).toBeVisible();
  await register.click();
  await expect(done).toContainText('Zeno Renewova is registered');
  await expect(done).not.toContainText(zora.memberId);
  await expect(done).toContainText('Zora Renewova gave the same email.');

  await page.getByRole('button', { name: 'Register another' }).click();
  await name.fill('Zita Renewova');
  await mobile.fill('+49 170 1234569');
  await register.click();
  await expect(done).toContainText('They gave no email, so they can have no account.');
  await expect(done.getByRole('button', { name: 'Make an invitation link' })).toBeHidden();
});
