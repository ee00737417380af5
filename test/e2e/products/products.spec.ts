/** Products, stock, packages and places, changed by two admins who see each other's changes. */
import type { Browser, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import type { Workplace } from '../Workplace.ts';

/** A new admin in a new browser. */
async function adminAt(browser: Browser, workplace: Workplace, name: string, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await workplace.signIn(page, await workplace.hire(name, ['admin']), path);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  return page;
}

/** A new product, unknown to other tests. */
async function onSale(workplace: Workplace, name: string, it: { stock?: number } = {}) {
  const clerk = await Colleague.of(workplace, await workplace.hire(`Clerk of ${name}`, ['admin']));
  const id = uuidv7();
  const about = { id, sku: `T-${id.slice(-8)}`, barcode: null, name, category: 'Tests' };
  await clerk.write('post', 'products', { ...about, price: 450, lowAt: 2, stock: 20, ...it });
  return { id, clerk };
}

test('two admins change a product at once: the open form shows its stock, keeps typed text, and lets the second decide', async ({
  browser,
  workplace,
}) => {
  const { id: other, clerk } = await onSale(workplace, 'Oat bar');
  const [ana, ben] = [
    await adminAt(browser, workplace, 'Ana of the bars', '/admin/products'),
    await adminAt(browser, workplace, 'Ben of the bars', '/admin/products'),
  ];
  await ana.getByRole('button', { name: 'New product' }).click();
  const form = ana.getByRole('dialog');
  await form.getByLabel('Name').fill('Fig bar');
  await form.getByLabel('Price').fill('2.505');
  await form.getByLabel('SKU').fill(`t-${other.slice(-8)}`);
  await form.getByLabel('Barcode').pressSequentially('2990000000017\n');
  await expect(form).toBeVisible();
  await form.getByRole('button', { name: 'Put on sale' }).click();
  await expect(form.getByLabel('Price')).toHaveAccessibleDescription(/Type an amount such as 4.50/);
  await form.getByLabel('Price').fill('2,50');
  await form.getByRole('button', { name: 'Put on sale' }).click();
  await expect(form.getByLabel('SKU')).toHaveAccessibleDescription(/Oat bar has that SKU/);
  await form.getByLabel('SKU').fill('T-FIG');
  await form.getByLabel('In stock now').fill('12');
  await form.getByRole('button', { name: 'Put on sale' }).click();
  await expect(form).toBeHidden();
  await ben.getByLabel('Search products').fill('2990000000017');
  await expect(ben.locator('[data-product]')).toHaveCount(1);
  await expect(ben.locator('[data-product]')).toContainText(/Fig bar.*€2\.50.*12 available/s);

  await ana.getByRole('button', { name: 'Change Fig bar' }).click();
  await expect(form).toContainText('12 available');
  await expectNoSeriousAxe(ana);
  await ana.keyboard.press('Escape');
  await expect(ana.getByRole('button', { name: 'Change Fig bar' })).toBeFocused();
  await ana.keyboard.press('Enter');
  await form.getByLabel('Price').fill('4,9');
  await ben.getByRole('button', { name: 'Adjust the stock of Fig bar' }).click();
  const stock = ben.getByRole('dialog');
  await expect(stock).toContainText('None yet.');
  await expectNoSeriousAxe(ben);
  await stock.getByText('Removed').click();
  await stock.getByLabel('Quantity').fill('13');
  await stock.getByLabel('Reason').fill('Fell into the harbour');
  await stock.getByRole('button', { name: 'Adjust' }).click();
  await expect(stock.getByRole('alert')).toHaveText('Fig bar: only 12 available.');
  await stock.getByLabel('Quantity').fill('11');
  await stock.getByRole('button', { name: 'Adjust' }).click();
  await expect(stock.getByRole('listitem')).toContainText(['−11']);
  await expect(stock.locator('[data-stock]')).toHaveText(/1 available\s+Low/);

  await expect(form).toContainText('1 available');
  await expect(form.getByLabel('Price')).toHaveValue('4,9');
  await expect(form.getByLabel('Price')).toBeFocused();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  const { id, updatedAt, ...kept } = (await workplace.db
    .prepare(`SELECT id, updated_at AS updatedAt, price, stock FROM products WHERE sku = 'T-FIG'`)
    .first<{ id: string; updatedAt: number; price: number; stock: number }>()) ?? { id: '', updatedAt: 0 };
  expect(kept).toEqual({ price: 490, stock: 1 });
  const row = ana.locator(`[data-product="${id}"]`);
  await expect(row).toContainText('€4.90');
  await expect(row).toContainText('Low');
  await expect(ben.locator(`[data-product="${id}"]`)).toContainText('€4.90');
  await ben.context().close();

  await ana.getByRole('button', { name: 'Change Fig bar' }).click();
  await form.getByLabel('Name').fill('Fig roll');
  const theirs = { name: 'Fig bar', sku: 'T-FIG', barcode: null, category: 'Tests', price: 520, lowAt: 2 };
  const answer = await clerk.api.patch(`products/${id}`, {
    data: { ...theirs, active: true, seenAt: updatedAt },
    headers: { 'Idempotency-Key': uuidv7() },
  });
  expect(answer.status()).toBe(200);
  await expect(form).toContainText('Someone else changed this product');
  await expect(form.getByLabel('Name')).toHaveValue('Fig roll');
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await form.getByRole('button', { name: 'Use their version' }).click();
  await expect(form.getByLabel('Price')).toHaveValue('5.20');
  await form.getByLabel('Name').fill('Fig roll');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Fig roll');
  await expect(row).toContainText('€5.20');
  await ana.context().close();
});

test('places and packages made, renamed and closed show on every screen, and a package warns of products no longer sold', async ({
  browser,
  workplace,
}) => {
  const { id, clerk } = await onSale(workplace, 'Balance pad', { stock: 3 });
  const [ana, ben] = [
    await adminAt(browser, workplace, 'Ana of the pads', '/admin/products'),
    await adminAt(browser, workplace, 'Ben of the pads', '/admin/products'),
  ];
  const form = ana.getByRole('dialog');
  const places = ben.getByRole('region', { name: 'Places' });
  await ana.getByRole('button', { name: 'New place' }).click();
  await form.getByLabel('Name').fill('shop');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toContainText('That name is taken.');
  await form.getByLabel('Name').fill('Boathouse');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(places).toContainText('Boathouse');
  await ben.getByRole('button', { name: 'Rename Boathouse' }).click();
  await ben.getByRole('dialog').getByLabel('Name').fill('Garden boathouse');
  await ben.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await ana.getByRole('button', { name: 'Close Garden boathouse' }).click();
  await expect(places.getByRole('listitem').filter({ hasText: 'Garden boathouse' })).toContainText('Closed');

  for (const page of [ana, ben]) await page.getByRole('link', { name: 'Packages' }).click();
  await ana.getByRole('button', { name: 'New package' }).click();
  await form.getByLabel('Name').fill('Steady on your feet');
  await form.getByLabel('Price').fill('49');
  await form.getByLabel('Add a product').selectOption(id);
  await form.getByLabel('Quantity of Balance pad').fill('2');
  await expect(form).toContainText('Bought separately: €9.00.');
  await form.getByRole('button', { name: 'Put on sale' }).click();
  const card = ben.getByRole('article', { name: 'Steady on your feet' });
  await expect(card).toContainText(/€49\.00.*2 ×\s+Balance pad.*Enough in stock for 1/s);
  await clerk.write('post', `products/${id}/adjustments`, { quantity: -2, reason: 'Lent to the ward' });
  await expect(card).toContainText('Out of stock');

  await ben.getByRole('link', { name: 'Products' }).last().click();
  await ben.getByRole('button', { name: 'Change Balance pad' }).click();
  await ben.getByRole('dialog').getByLabel('On sale').click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const shown = ana.getByRole('article', { name: 'Steady on your feet' });
  await expect(shown).toContainText('Balance pad is not sold');
  await shown.getByRole('button', { name: /Change/ }).click();
  await expectNoSeriousAxe(ana);
  await form.getByLabel('Price').fill('50');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toContainText('Balance pad is no longer sold.');
  await form.getByRole('button', { name: 'Remove Balance pad' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  await ben.getByRole('link', { name: 'Packages' }).click();
  await expect(card).toContainText(/€50\.00.*No items/s);
  for (const page of [ana, ben]) await page.context().close();
});
