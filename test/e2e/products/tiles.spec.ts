/** A product's own tax rate, colour and place among the favourites, from the form to the till. */
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { expectNotTooWide } from '../looks.ts';

test('an admin gives a product its rate, colour and star; the till shows it first, and its name wraps well', async ({
  browser,
  page,
  workplace,
}) => {
  const admin = await workplace.hire('Ada of the tiles', ['admin']);
  const clerk = await Colleague.of(workplace, admin);
  const id = uuidv7();
  const name = 'Rhabarberholunderblütenschorle vom Bauernhof 0.33 / l';
  const about = { id, sku: `T-${id.slice(-8)}`, barcode: null, name, category: 'Schorlen' };
  await clerk.write('post', 'products', { ...about, price: 450, lowAt: 2, stock: 1 });

  await workplace.signIn(page, admin, '/admin/products');
  await page.getByLabel('Search products').fill(about.sku);
  await page.getByRole('button', { name: `Change ${name}` }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Tax', { exact: true }).selectOption('Another rate …');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByLabel('Tax rate')).toHaveAccessibleDescription('Enter a percentage.');
  await form.getByLabel('Tax rate').fill('10.505');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByLabel('Tax rate')).toHaveAccessibleDescription(/at most two digits/);
  await form.getByLabel('Tax rate').fill('10.5');
  await form.getByTitle('teal').click();
  await form.getByLabel('Favourite: first on the till').click();
  const preview = form.locator('[inert] button');
  await expect(preview).toHaveAttribute('data-color', 'teal');
  await expect(preview).toContainText('€4.50');
  await expectNoSeriousAxe(page);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  const kept = await workplace.db
    .prepare('SELECT tax_rate AS rate, color, favourite FROM products WHERE id = ?1')
    .bind(id)
    .first();
  expect(kept).toEqual({ rate: 1_050, color: 'teal', favourite: 1 });
  await page.getByRole('button', { name: `Change ${name}` }).click();
  await expect(form.getByLabel('Tax', { exact: true })).toHaveValue('1050');

  // A till without network sold four, and there was one.
  await workplace.db
    .prepare('UPDATE products SET stock = 0, sold = 4, short = 3 WHERE id = ?1')
    .bind(id)
    .run();
  await page.reload();
  await page.getByLabel('Search products').fill(about.sku);
  await expect(page.locator(`[data-product="${id}"]`)).toContainText('3 short: sold without network');
  await page.getByRole('button', { name: `Adjust the stock of ${name}` }).click();
  await form.getByLabel('Quantity').fill('5');
  await expect(form).toContainText('2 will be available, 0 short.');
  await form.getByLabel('Reason').fill('Delivery');
  await form.getByRole('button', { name: 'Adjust' }).click();
  await expect(form.locator('[data-stock]')).toHaveText(/2 available, 4 sold\s+Low\s*$/);

  const till = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(till, await workplace.hire('Theo of the tiles', ['cashier']), '/cashier/pos');
  await till.getByText('Favourites', { exact: true }).click();
  const tile = till.locator(`[data-product="${id}"]`);
  await expect(tile).toHaveAttribute('data-color', 'teal');
  const inside = await tile.evaluate((it) => it.scrollWidth <= it.clientWidth);
  expect(inside, 'the name stays in its tile').toBe(true);
  await expect(till.locator('[data-product]').filter({ hasText: 'Soup of the day' })).toBeHidden();
  await expectNotTooWide(till);
  await expectNoSeriousAxe(till);
  // The search finds what is no favourite too.
  await till.getByRole('searchbox', { name: 'Search products' }).fill('soup');
  await expect(till.locator('[data-product]').filter({ hasText: 'Soup of the day' })).toBeVisible();
  await till.context().close();
});
