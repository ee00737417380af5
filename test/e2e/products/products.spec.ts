/** Products, their stock, packages and places: changed by two admins at once, each seeing the other's doing. */
import type { Browser, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import type { Workplace } from '../Workplace.ts';

/** An admin of this test's own, in a browser of their own. */
async function adminAt(browser: Browser, workplace: Workplace, name: string, path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await workplace.signIn(page, await workplace.hire(name, ['admin']), path);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  return page;
}

/** Something on sale that no other test knows. */
async function onSale(workplace: Workplace, name: string, it: { stock?: number } = {}) {
  const clerk = await Colleague.of(workplace, await workplace.hire(`Clerk of ${name}`, ['admin']));
  const id = uuidv7();
  const about = { id, sku: `T-${id.slice(-8)}`, barcode: null, name, category: 'Tests' };
  await clerk.write('post', 'products', { ...about, price: 450, lowAt: 2, stock: 20, ...it });
  return { id, clerk };
}

test('while an admin changes a product a colleague adjusts its stock: it moves in the open form, and nothing typed is lost', async ({
  browser,
  workplace,
}) => {
  const { id } = await onSale(workplace, 'Rosehip tea');
  const [ana, ben] = [
    await adminAt(browser, workplace, 'Ana of the teas', '/admin/products'),
    await adminAt(browser, workplace, 'Ben of the teas', '/admin/products'),
  ];
  await ana.getByRole('button', { name: 'Change Rosehip tea' }).click();
  const form = ana.getByRole('dialog');
  await expect(form).toContainText('20 free');
  await form.getByLabel('Price').fill('4,9');
  await ben.getByRole('button', { name: 'Adjust the stock of Rosehip tea' }).click();
  const stock = ben.getByRole('dialog');
  await stock.getByText('Is gone').click();
  await stock.getByLabel('How many').fill('21');
  await stock.getByLabel('Why').fill('Fell into the harbour');
  await stock.getByRole('button', { name: 'Adjust' }).click();
  await expect(stock.getByRole('alert')).toHaveText('Only 20 are free of Rosehip tea.');
  await stock.getByLabel('How many').fill('19');
  await stock.getByRole('button', { name: 'Adjust' }).click();
  await expect(stock.getByRole('listitem')).toContainText(['−19']);
  await expect(stock.locator('[data-stock]')).toHaveText(/1 free\s+Low/);

  await expect(form).toContainText('1 free');
  await expect(form.getByLabel('Price')).toHaveValue('4,9');
  await expect(form.getByLabel('Price')).toBeFocused();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  const row = ana.locator(`[data-product="${id}"]`);
  await expect(row).toContainText('€4.90');
  await expect(row).toContainText('Low');
  await expect(ben.locator(`[data-product="${id}"]`)).toContainText('€4.90');
  const kept = await workplace.db
    .prepare('SELECT price, stock FROM products WHERE id = ?1')
    .bind(id)
    .first<{ price: number; stock: number }>();
  expect(kept).toEqual({ price: 490, stock: 1 });
});

test('of two admins who change the same product the second is told, and decides whose words stand', async ({
  browser,
  workplace,
}) => {
  const { id, clerk } = await onSale(workplace, 'Ginger biscuits');
  const ana = await adminAt(browser, workplace, 'Ana of the biscuits', '/admin/products');
  await ana.getByRole('button', { name: 'Change Ginger biscuits' }).click();
  const form = ana.getByRole('dialog');
  await form.getByLabel('Name').fill('Ginger nuts');
  const { updatedAt } = (await workplace.db
    .prepare('SELECT updated_at AS updatedAt FROM products WHERE id = ?1')
    .bind(id)
    .first<{ updatedAt: number }>()) ?? { updatedAt: 0 };
  const theirs = { name: 'Ginger biscuits', barcode: null, category: 'Tests', price: 520, lowAt: 2 };
  const answer = await clerk.api.patch(`products/${id}`, {
    data: { ...theirs, sku: `T-${id.slice(-8)}`, active: true, seenAt: updatedAt },
    headers: { 'Idempotency-Key': uuidv7() },
  });
  expect(answer.status()).toBe(200);
  await expect(form).toContainText('Somebody has changed this product meanwhile');
  await expect(form.getByLabel('Name')).toHaveValue('Ginger nuts');
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await form.getByRole('button', { name: 'Take theirs' }).click();
  await expect(form.getByLabel('Price')).toHaveValue('5.20');
  await form.getByLabel('Name').fill('Ginger nuts');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(ana.locator(`[data-product="${id}"]`)).toContainText('Ginger nuts');
  await expect(ana.locator(`[data-product="${id}"]`)).toContainText('€5.20');
});

test('a product is put on sale with a scanned barcode, and each field says what is wrong with it', async ({
  browser,
  workplace,
}) => {
  const { id: other } = await onSale(workplace, 'Oat bar');
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
  await expect(ben.locator('[data-product]')).toContainText(/Fig bar.*€2\.50.*12 free/s);
});

test('a package is made of products, and says when one of them is gone or not sold any more', async ({
  browser,
  workplace,
}) => {
  const { id, clerk } = await onSale(workplace, 'Balance pad', { stock: 3 });
  const [ana, ben] = [
    await adminAt(browser, workplace, 'Ana of the pads', '/admin/packages'),
    await adminAt(browser, workplace, 'Ben of the pads', '/admin/packages'),
  ];
  await ana.getByRole('button', { name: 'New package' }).click();
  const form = ana.getByRole('dialog');
  await form.getByLabel('Name').fill('Steady on your feet');
  await form.getByLabel('Price').fill('49');
  await form.getByLabel('Add a product').selectOption(id);
  await form.getByLabel('How many of Balance pad').fill('2');
  await expect(form).toContainText('One by one they would cost €9.00.');
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
  await form.getByLabel('Price').fill('50');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toContainText('Balance pad is not sold any more.');
  await form.getByRole('button', { name: 'Leave out Balance pad' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(card).toBeHidden();
  await ben.getByRole('link', { name: 'Packages' }).click();
  await expect(card).toContainText(/€50\.00.*Nothing to hand over/s);
});

test('a place is made, named anew and closed, on every screen', async ({ browser, workplace }) => {
  const [ana, ben] = [
    await adminAt(browser, workplace, 'Ana of the places', '/admin/products'),
    await adminAt(browser, workplace, 'Ben of the places', '/admin/products'),
  ];
  const places = ben.getByRole('region', { name: 'Places' });
  await ana.getByRole('button', { name: 'New place' }).click();
  await ana.getByRole('dialog').getByLabel('Name').fill('shop');
  await ana.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(ana.getByRole('dialog')).toContainText('That name is taken.');
  await ana.getByRole('dialog').getByLabel('Name').fill('Boathouse');
  await ana.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(places).toContainText('Boathouse');
  await ben.getByRole('button', { name: 'Rename Boathouse' }).click();
  await ben.getByRole('dialog').getByLabel('Name').fill('Garden boathouse');
  await ben.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await ana.getByRole('button', { name: 'Close Garden boathouse' }).click();
  await expect(places.getByRole('listitem').filter({ hasText: 'Garden boathouse' })).toContainText('Closed');
});

test('the forms of products and packages are accessible', async ({ browser, workplace }) => {
  await onSale(workplace, 'Sage drops');
  const ana = await adminAt(browser, workplace, 'Ana of the drops', '/admin/products');
  await ana.getByRole('button', { name: 'Change Sage drops' }).click();
  await expect(ana.getByRole('dialog')).toBeVisible();
  await expectNoSeriousAxe(ana);
  await ana.keyboard.press('Escape');
  await expect(ana.getByRole('button', { name: 'Change Sage drops' })).toBeFocused();
  await ana.getByRole('button', { name: 'Adjust the stock of Sage drops' }).click();
  await expect(ana.getByText('Never yet.')).toBeVisible();
  await expectNoSeriousAxe(ana);
  await ana.keyboard.press('Escape');
  await ana.getByRole('link', { name: 'Packages' }).click();
  await ana.getByRole('button', { name: /Change Back school/ }).click();
  await expect(ana.getByRole('dialog')).toBeVisible();
  await expectNoSeriousAxe(ana);
});
