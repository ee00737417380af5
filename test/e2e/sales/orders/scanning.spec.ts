/** A scan is a product, whatever has the focus, and never money, a quantity or a shortcut. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { BarcodeScanner } from '../BarcodeScanner.ts';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import type { Role } from '../../../../worker/contract/roles.ts';
import type { Workplace } from '../../Workplace.ts';

/** A code that no other test has. */
const newCode = (): string => `${Date.now()}${Math.floor(Math.random() * 10)}`;

async function product(workplace: Workplace, name: string, code: { sku?: string; barcode?: string }) {
  const id = uuidv7();
  await workplace.db
    .prepare(
      'INSERT INTO products (id, sku, barcode, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, 350, 100, 2, 1)',
    )
    .bind(id, code.sku ?? id.slice(-12), code.barcode ?? null, name)
    .run();
  return id;
}

/** A till with an open drawer. */
async function till(page: Page, workplace: Workplace, name: string, roles: Role[] = ['cashier']) {
  const placeId = uuidv7();
  await workplace.db
    .prepare('INSERT INTO places (id, name) VALUES (?1, ?2)')
    .bind(placeId, `Kiosk ${placeId.slice(-5)}`)
    .run();
  const colleague = await Colleague.of(workplace, await workplace.hire(name, roles));
  await colleague.write('post', 'drawers', { id: uuidv7(), placeId, float: 10_000 });
  await workplace.signIn(page, colleague.person, '/cashier/pos');
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  const states = async () => {
    const rows = await workplace.db
      .prepare('SELECT state FROM sales WHERE place_id = ?1 ORDER BY id')
      .bind(placeId)
      .all<{ state: string }>();
    return rows.results.map(({ state }) => state);
  };
  return { scanner: await BarcodeScanner.at(page), states };
}

const received = (page: Page) => page.locator('[data-panel]').getByLabel('Received');
const quantity = (page: Page, name: string) => page.getByLabel(`Quantity of ${name}`);
const unknown = (page: Page) => page.locator('[data-unknown]');

test('a code that is scanned into an amount or a quantity is a product, and pays nothing', async ({
  page,
  workplace,
}) => {
  const [code, nobodys] = [newCode(), newCode()];
  await product(workplace, 'Salbeitee', { barcode: code });
  const lamp = await product(workplace, 'Lampe', { sku: '7301' });
  const cup = await product(workplace, 'Becher', {});
  const { scanner, states } = await till(page, workplace, 'Ana Scan');
  await page.locator(`[data-product="${cup}"]`).click();

  // The quantity has the focus and is selected.
  await quantity(page, 'Becher').focus();
  await scanner.scan(code);
  await expect(quantity(page, 'Salbeitee')).toHaveValue('1');
  await expect(quantity(page, 'Becher')).toHaveValue('1');
  await quantity(page, 'Becher').focus();
  await scanner.scan(nobodys, { end: 'none' });
  await expect(unknown(page)).toHaveAttribute('data-unknown', nobodys);
  await expect(quantity(page, 'Becher')).toHaveValue('1');
  await scanner.scan(code, { end: 'Tab' });
  await expect(unknown(page)).toHaveCount(0);
  await expect(quantity(page, 'Salbeitee')).toHaveValue('2');
  await expect(quantity(page, 'Becher')).toBeFocused();
  // More than an order can hold was not meant.
  await quantity(page, 'Becher').fill('40063');
  await quantity(page, 'Becher').press('Tab');
  await expect(quantity(page, 'Becher')).toHaveValue('1');

  await page.getByRole('button', { name: 'Take payment' }).click();
  await expect(received(page)).toBeFocused();
  await received(page).fill('20');
  await scanner.scan(nobodys);
  await expect(unknown(page)).toHaveAttribute('data-unknown', nobodys);
  await expect(received(page)).toHaveValue('20');
  await expect(received(page)).toBeFocused();
  await page.getByRole('button', { name: 'Mark as paid' }).focus();
  await scanner.scan(nobodys);
  await received(page).focus();
  await page.keyboard.press('Enter');
  expect(await states()).toEqual(['for_payment']);
  await scanner.scan('7301');
  // A product brings the order back to the cart; nothing was paid.
  await expect(page.locator(`[data-line="${lamp}"]`)).toBeVisible();
  await expect(page.locator('[data-line]')).toHaveCount(3);
  expect(await states()).toEqual(['cancelled']);
});

test('Enter never completes a payment; Ctrl+Enter and the space bar do', async ({ page, workplace }) => {
  const cup = await product(workplace, 'Tasse', {});
  const { states } = await till(page, workplace, 'Ana Enter');
  const pay = page.getByRole('button', { name: 'Mark as paid' });
  for (const [at, key] of ['Control+Enter', 'Space'].entries()) {
    await page.locator(`[data-product="${cup}"]`).click();
    await page.getByRole('button', { name: 'Take payment' }).click();
    await received(page).fill('3');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-panel]')).toContainText('€0.50 is missing.');
    await received(page).fill('5');
    await page.keyboard.press('Enter');
    await pay.focus();
    await page.keyboard.press('Enter');
    expect((await states())[at]).toBe('for_payment');
    await page.keyboard.press(key);
    await expect(page.getByRole('button', { name: 'Next order' })).toBeFocused();
    expect((await states())[at]).toBe('for_release');
    await page.keyboard.press('Enter');
  }
});

test('slow scanners, AZERTY keyboards and any suffix find the product; no letter of a code is a shortcut', async ({
  page,
  workplace,
}) => {
  const code = newCode();
  await product(workplace, 'Portwein', { sku: 'POR-NO1' });
  await product(workplace, 'Kerze', { barcode: code });
  const { scanner, states } = await till(page, workplace, 'Ana Langsam');
  await scanner.scan(code, { layout: 'azerty', end: 'Tab' });
  await expect(quantity(page, 'Kerze')).toHaveValue('1');
  await scanner.scan('POR-NO1', { gap: 70 });
  await expect(quantity(page, 'Portwein')).toHaveValue('1');
  await scanner.scan('SP-1000', { gap: 70 });
  await expect(unknown(page)).toHaveAttribute('data-unknown', 'SP-1000');
  const search = page.getByRole('searchbox', { name: 'Search products' });
  await search.fill('Ker');
  await scanner.scan(code, { layout: 'azerty', gap: 70, end: 'none' });
  await expect(quantity(page, 'Kerze')).toHaveValue('2');
  await expect(search).toHaveValue('Ker');
  await expect(search).toBeFocused();
  await page.getByRole('button', { name: 'Add one Portwein' }).focus();
  await scanner.scan('POR-NO1', { gap: 70 });
  await expect(quantity(page, 'Portwein')).toHaveValue('2');
  expect(await states()).toEqual([]);
});

test('a till asks once about a scanner that is neither quick nor slow, and learns it', async ({
  page,
  workplace,
}) => {
  const cup = await product(workplace, 'Schale', {});
  const { scanner, states } = await till(page, workplace, 'Ana Frage');
  await page.locator(`[data-product="${cup}"]`).click();
  await page.getByRole('button', { name: 'Take payment' }).click();
  await expect(received(page)).toBeFocused();
  const question = page.getByRole('dialog');
  await scanner.scan('250099', { gap: 90 });
  await expect(question).toContainText('Did you scan 250099?');
  await expectNoSeriousAxe(page);
  await question.getByRole('button', { name: 'I typed it' }).click();
  await expect(received(page)).toHaveValue('250099');
  await received(page).fill('');
  await scanner.scan('250099', { gap: 90 });
  await question.getByRole('button', { name: 'I scanned it' }).click();
  await expect(unknown(page)).toHaveAttribute('data-unknown', '250099');
  await expect(received(page)).toHaveValue('');
  await received(page).focus();
  await scanner.scan('250101', { gap: 92 });
  await expect(unknown(page)).toHaveAttribute('data-unknown', '250101');
  await expect(received(page)).toHaveValue('');

  await page.getByRole('button', { name: 'Barcode scanner' }).click();
  await expect(question).toContainText('This till knows a scanner.');
  await expectNoSeriousAxe(page);
  await scanner.scan('2001234567893', { gap: 12 });
  await expect(question).toContainText('This till knows your scanner now.');
  await question.getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
  const order = page.locator('[data-lane="for_payment"] [data-order]').filter({ hasText: 'Schale' });
  await order.getByRole('button', { name: 'New order' }).click();
  // Typed at that pace: the till knows that its scanner is quicker.
  await received(page).focus();
  await scanner.scan('250099', { gap: 90 });
  await expect(received(page)).toHaveValue('250099');
  expect(await states()).toEqual(['for_payment']);
});

test('an unknown code can be searched for, or becomes a product', async ({ page, workplace }) => {
  const [first, second] = [newCode(), newCode()];
  const { scanner } = await till(page, workplace, 'Ana Neu', ['cashier', 'admin']);
  await scanner.scan(first);
  await unknown(page).getByRole('button', { name: 'Search for it' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search products' })).toHaveValue(first);
  await expect(unknown(page)).toHaveCount(0);
  await scanner.scan(first);
  await unknown(page).getByRole('button', { name: 'New product with this code' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Barcode')).toHaveValue(first);
  // Here a scan fills the field.
  await dialog.getByLabel('Barcode').focus();
  await scanner.scan(second);
  await expect(dialog.getByLabel('Barcode')).toHaveValue(second);
  await scanner.scan(first, { layout: 'azerty' });
  await expect(dialog.getByLabel('Barcode')).toHaveValue(first);
  await dialog.getByLabel('Name').fill('Räucherstäbchen');
  await dialog.getByLabel('Price').fill('4');
  await dialog.getByLabel('SKU').fill(first.slice(-9));
  await dialog.getByLabel('In stock now').fill('3');
  await dialog.getByRole('button', { name: 'Put on sale' }).click();
  await expect(quantity(page, 'Räucherstäbchen')).toHaveValue('1');
  await expect(unknown(page)).toHaveCount(0);
});
