/** Registrations in two browsers: a till that registers people, and the desk that releases their packages. */
import { BarcodeScanner } from '../BarcodeScanner.ts';
import { Desk } from '../Desk.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { expectAccessible, type Look } from '../../looks.ts';
import { awake } from '../../Workplace.ts';

const looks: readonly Look[] = [
  [360, 'light'],
  [1440, 'dark'],
];

test('a registration appears at the desk, is released, and the till shows it; a release of several shows each result', async ({
  browser,
  page,
  workplace,
}) => {
  const desk = await Desk.open(workplace, 'Carla Register');
  await workplace.signIn(page, desk.cashier, '/cashier/registrations');
  const releasing = await (await browser.newContext({ baseURL: workplace.origin })).newPage();
  await workplace.signIn(
    releasing,
    await workplace.hire('Rosa Release', ['releasing']),
    '/releasing/registrations',
  );

  await page.getByRole('radio', { name: desk.offer.name }).check();
  const name = page.getByLabel('Name', { exact: true });
  await name.pressSequentially('Maria ', { delay: 130 }); // quicker would be a scan
  // Typed text survives other registrations.
  const others = Array.from({ length: 5 }, (_, n) => `Ada Bulk ${n + 1}`);
  for (const [n, other] of others.entries()) {
    await desk.register(other);
    await name.pressSequentially('Silva'.charAt(n));
  }
  for (const other of others)
    await expect(page.locator('[data-registrations] > li', { hasText: other })).toBeVisible();
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('Maria Silva');
  await expect(page.getByRole('radio', { name: desk.offer.name })).toBeChecked();
  await page.getByLabel('Mobile').fill('0170 1234567');
  await page.getByLabel('Email').fill('maria.register@customer.example');
  await page.getByLabel('Received').fill('150');
  await expect(page.getByRole('status', { name: 'Change' })).toHaveText('€21.00');
  await page.getByRole('button', { name: 'Register and take payment' }).click();
  await expect(page.getByLabel('Mobile')).toBeFocused();
  await expect(page.getByText('must be a number with its country code')).toBeVisible();
  await page.getByLabel('Mobile').fill('+49 170 1234567');
  await page.getByRole('button', { name: 'Register and take payment' }).click();
  const done = page.locator('[data-registered]');
  await expect(done).toContainText('Maria Silva is registered');
  await expect(done).toContainText('€21.00');
  const number = (await done.locator('[data-number]').textContent()) ?? '';
  expect(number).toMatch(/^\d{8}-\d{4}$/);
  await page.evaluate(() => (window.print = () => document.body.toggleAttribute('data-printed')));
  await done.getByRole('button', { name: 'Receipt' }).click();
  const receipts = page.getByRole('dialog', { name: 'Receipt' });
  await receipts.getByRole('button', { name: 'Print', exact: true }).click();
  const paper = page.locator('body > .receipt [data-receipt]');
  await expect(paper).toContainText(number);
  await expect(paper).not.toContainText('Copy');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await receipts.getByRole('button', { name: 'Print a copy' }).click();
  await expect(paper).toContainText('Copy of');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await receipts.getByRole('button', { name: 'Close' }).click();

  const card = releasing.getByRole('article', { name: `Maria Silva, ${number}` });
  await expect(card).toContainText(`2 × ${desk.product.name}`);
  await card.getByRole('button', { name: 'Release to Maria Silva' }).click();
  const dialog = releasing.getByRole('dialog');
  await expect(dialog.getByLabel('Received by')).toHaveValue('Maria Silva');
  await dialog.getByLabel('Received by').fill('Her brother Tom');
  await releasing.keyboard.press('Enter');
  await expect(releasing.getByText('released to Her brother Tom')).toBeVisible();

  const row = page.locator('[data-registrations] > li', { hasText: number });
  await expect(row).toContainText('Released');
  await expect(row).toContainText('Released to Her brother Tom');
  // The till still shows its last registration.
  await expect(done).toBeVisible();

  await releasing.getByRole('button', { name: /^Undo/ }).click();
  await expect(row).toContainText('For release');
  await expect(releasing.getByRole('article', { name: `Maria Silva, ${number}` })).toBeVisible();

  const [first = '', second = ''] = others;
  await releasing.getByRole('button', { name: `Start: ${first}` }).click();
  await expect(releasing.getByText(`You are releasing ${first}`)).toBeVisible();
  for (const other of [first, second])
    await releasing.getByRole('checkbox', { name: `Choose ${other}` }).check();
  await releasing.getByLabel(/2 packages chosen/).fill('Family Bulk');
  await releasing.getByRole('button', { name: 'Release 2 packages' }).click();
  await expect(releasing.locator('[data-outcome]')).toContainText('2 packages released.');
  const today = releasing.getByRole('region', { name: 'Released packages' });
  for (const other of [first, second]) await expect(today).toContainText(other);
  await expectAccessible(releasing, looks);
  await releasing.context().close();
});

test('a member opens the till’s invitation, chooses a password, and sees their membership live', async ({
  browser,
  page,
  workplace,
}) => {
  const desk = await Desk.open(workplace, 'Clara Invite');
  const { name, number } = await desk.register('Jonas Brandt', { paid: false });
  await workplace.signIn(page, desk.cashier, '/cashier/registrations');
  await page.getByRole('radio', { name: desk.offer.name }).check();
  await expectAccessible(page, looks);
  await page.getByRole('button', { name }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('+491701234567');
  await expectAccessible(page, looks);
  await dialog.getByRole('button', { name: 'Make an invitation link' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the invitation link' })).toBeVisible();
  const link = await dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue();

  const member = await (
    await browser.newContext({ baseURL: workplace.origin, viewport: { width: 360, height: 740 } })
  ).newPage();
  await member.goto(link);
  await awake(member);
  await member.getByLabel('Password', { exact: true }).fill('a harbour at dawn');
  await member.getByRole('button', { name: 'Begin' }).click();
  await member.waitForURL('**/membership');
  const card = member.locator('[data-membership]', { hasText: number });
  await expect(card).toContainText('Please pay at the till');
  await expect(member.getByRole('navigation').getByRole('link')).toHaveText([
    'Membership',
    'Scan',
    'Sessions',
  ]);
  await expectNoSeriousAxe(member);
  await awake(member);

  await dialog.getByRole('button', { name: 'Take payment' }).click();
  await dialog.getByText('Card', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Mark as paid' }).click();
  await expect(dialog).toContainText('For release');
  await expect(card).toContainText('Your package is ready at the desk');
  await member.goto('/');
  await expect(member).toHaveURL(/\/membership$/);
  await member.context().close();
});

test('a slip that is scanned anywhere shows its registration, and is never money', async ({
  page,
  workplace,
}) => {
  const desk = await Desk.open(workplace, 'Cleo Scan');
  const { name, number } = await desk.register('Petra Slip', { paid: false });
  await workplace.signIn(page, desk.cashier, '/cashier/registrations');
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  const scanner = await BarcodeScanner.at(page);
  await page.getByRole('radio', { name: desk.offer.name }).check();
  const received = page.getByLabel('Received');
  await received.fill('150');
  await scanner.scan(number);
  const dialog = page.getByRole('dialog', { name });
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(received).toHaveValue('150');
  await received.focus();
  await scanner.scan('4006381333931', { end: 'Tab' });
  await expect(page.locator('[data-unknown]')).toContainText('No registration has the code 4006381333931.');
  await expect(received).toHaveValue('150');
});
