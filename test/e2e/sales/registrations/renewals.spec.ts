/** Members who come again, at a till. */
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { Desk } from '../Desk.ts';

test('a till offers to renew who is a member already, and fills in their contacts', async ({
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

  await name.pressSequentially('zora r', { delay: 130 }); // quicker would be a scan
  const offer = page.getByRole('button', { name: /^Renew M\d{6} Zora Renewova/ });
  await expect(offer).toContainText(desk.offer.name);
  await expectNoSeriousAxe(page);
  await offer.click();
  await expect(name).toHaveValue('Zora Renewova');
  await expect(mobile).toHaveValue('+491701234567');
  await expect(mail).toHaveValue(email);
});
