/** A till, by keyboard, scanner and thumb, while others sell the same goods. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { expectNotTooWide } from '../../looks.ts';
import type { Workplace } from '../../Workplace.ts';

interface Shelf {
  name: string;
  price?: number;
  stock?: number;
  barcode?: string;
}

/** Adds products of this test alone. */
async function shelf(workplace: Workplace, products: Shelf[]): Promise<string[]> {
  return Promise.all(
    products.map(async ({ name, price = 350, stock = 100, barcode = null }) => {
      const id = uuidv7();
      await workplace.db
        .prepare(
          'INSERT INTO products (id, sku, barcode, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 2, 1)',
        )
        .bind(id, id.slice(-12), barcode, name, price, stock)
        .run();
      return id;
    }),
  );
}

/** A cashier at their own place, with an open drawer. */
async function cashier(workplace: Workplace, name: string, open = true) {
  const placeId = uuidv7();
  await workplace.db
    .prepare('INSERT INTO places (id, name, asks_receiver) VALUES (?1, ?2, 1)')
    .bind(placeId, `Kiosk ${placeId.slice(-5)}`)
    .run();
  const colleague = await Colleague.of(workplace, await workplace.hire(name, ['cashier']));
  if (open) await colleague.write('post', 'drawers', { id: uuidv7(), placeId, float: 10_000 });
  return { colleague, placeId };
}

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search products' });
const tile = (page: Page, id: string) => page.locator(`[data-product="${id}"]`);
const panel = (page: Page) => page.locator('[data-panel]');
const cart = (page: Page) => page.locator('[data-cart]');

async function till(page: Page, workplace: Workplace, who: { colleague: Colleague }): Promise<void> {
  await workplace.signIn(page, who.colleague.person, '/cashier/pos');
  await expect(page.locator('[data-status="live"]')).toBeVisible();
}

/** Types as fast as a scanner. */
const scan = (page: Page, code: string) =>
  page.evaluate((text) => {
    for (const key of [...text, 'Enter']) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      (document.activeElement ?? document.body).dispatchEvent(event);
    }
  }, code);

test('a cashier sells by keyboard and scanner alone; a reprint is a copy; the customer’s phone shows the receipt; the till shows the release', async ({
  page,
  browser,
  workplace,
}) => {
  const code = `40${Date.now()}`;
  const [, salve = ''] = await shelf(workplace, [
    { name: 'Zitronenrolle', price: 285 },
    { name: 'Ringelblumensalbe', price: 100, barcode: code },
  ]);
  const ana = await cashier(workplace, 'Ana Keller');
  const desk = await Colleague.of(workplace, await workplace.hire('Rolf Ausgabe', ['releasing']));
  await till(page, workplace, ana);
  await page.evaluate(() => (window.print = () => document.body.toggleAttribute('data-printed')));
  await page.keyboard.press('/');
  await page.keyboard.type('zitronenr', { delay: 130 }); // quicker would be a scan
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await search(page).blur();
  await page.keyboard.press('+');
  await expect(cart(page).locator('[data-total]')).toHaveText('€5.70');

  // A scanner works wherever the focus is.
  const salves = cart(page).getByLabel('Quantity of Ringelblumensalbe');
  await scan(page, code);
  await expect(cart(page).locator(`[data-line="${salve}"]`)).toHaveCount(1);
  await page.getByRole('button', { name: 'Add one Ringelblumensalbe' }).focus();
  await scan(page, code);
  await expect(salves).toHaveValue('2');
  await scan(page, '9999-p-n-o');
  await expect(page.locator('[data-unknown]')).toContainText('No product has the code 9999-p-n-o.');
  await expect(salves).toHaveValue('2');
  // Enter is swallowed for a moment after a scan.
  await search(page).fill(code);
  await expect(async () => {
    if ((await search(page).inputValue()) !== '') await search(page).press('Enter');
    await expect(salves).toHaveValue('3', { timeout: 200 });
  }).toPass();
  await expect(cart(page).locator('[data-total]')).toHaveText('€8.70');
  await search(page).blur();
  await page.keyboard.press('p');
  const received = panel(page).getByLabel('Received');
  await expect(received).toBeFocused();
  await page.keyboard.type('5');
  await page.keyboard.press('Enter');
  await expect(panel(page)).toContainText('€3.70 is missing.');
  await page.keyboard.type('0');
  await expect(panel(page).getByLabel('Change')).toHaveText('€41.30');
  await page.keyboard.press('Control+Enter');
  await expect(panel(page).locator('[data-change]')).toHaveText('€41.30');
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Receipt' });
  await expect(dialog.getByRole('button', { name: 'Print' })).toBeFocused();
  await expectNoSeriousAxe(page);
  await page.keyboard.press('Enter');
  const receipt = page.locator('body > .receipt [data-receipt]');
  await expect(receipt).toContainText('Harbour Clinic');
  await expect(receipt).toContainText('001');
  await expect(receipt).toContainText('Served by Ana Keller');
  await expect(receipt).not.toContainText('Copy');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('main')).toBeHidden();
  await expect(receipt).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(receipt).toHaveCount(0);
  const label = (await dialog.locator('[data-receipt]').getAttribute('data-receipt')) ?? '';
  expect(label).toMatch(/^D\d{4}-001$/);
  await dialog.getByRole('button', { name: 'Print a copy' }).click();
  await expect(receipt).toContainText(`Copy of ${label}`);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));

  await dialog.getByRole('button', { name: 'Show code' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code of the receipt' })).toBeVisible();
  const link = (await dialog.locator('[data-receipt-link]').getAttribute('data-receipt-link')) ?? '';
  const phone = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const customer = await phone.newPage();
  await customer.goto(link);
  await expect(customer.getByRole('heading', { name: `Receipt ${label} of Harbour Clinic` })).toBeAttached();
  await expect(customer.locator('[data-receipt]')).toContainText('€8.70');
  await expectNoSeriousAxe(customer);
  await customer.goto(`${link.slice(0, -4)}0000`);
  await expect(customer.getByRole('heading', { name: 'This receipt can’t be shown' })).toBeVisible();
  await phone.close();
  await page.keyboard.press('Escape');

  const id = (await panel(page).getAttribute('data-panel')) ?? '';
  await desk.write('post', `orders/${id}/release`, { version: 2, receivedBy: 'Frau Yilmaz' });
  await expect(panel(page)).toHaveAttribute('data-state', 'released');
  await expect(panel(page)).toContainText('Rolf Ausgabe released it to Frau Yilmaz');
  await expect(page.getByText('001 is released')).toBeVisible();
});

test('of two tills that sell the last piece one wins, and its order is saved, paid and released', async ({
  page,
  browser,
  workplace,
}) => {
  const [last = '', plenty = ''] = await shelf(workplace, [
    { name: 'Letzter Strudel', price: 480, stock: 1 },
    { name: 'Kamillentee' },
  ]);
  const [ana, ben] = [await cashier(workplace, 'Ana Erste'), await cashier(workplace, 'Ben Zweiter')];
  const [other, desk] = [
    await (await browser.newContext({ baseURL: workplace.origin })).newPage(),
    await (await browser.newContext({ baseURL: workplace.origin })).newPage(),
  ];
  const place = { name: 'muster-desk-place', value: ana.placeId, url: `${workplace.origin}/releasing` };
  await desk.context().addCookies([place]);
  await workplace.signIn(desk, await workplace.hire('Dora Ausgabe', ['releasing']), '/releasing/orders');
  await till(page, workplace, ana);
  await till(other, workplace, ben);
  const waiting = desk.getByRole('list', { name: 'Orders for release' });
  await expect(waiting).toContainText('Nothing to release.');

  for (const screen of [page, other]) await tile(screen, last).click();
  await tile(other, plenty).click();
  await page.getByRole('button', { name: 'Save for later' }).click();
  await expect(tile(other, last)).toContainText('Sold out');
  await expect(cart(other)).toContainText('Now sold out');
  await other.getByRole('button', { name: 'Take payment' }).click();
  await expect(cart(other).getByRole('alert')).toHaveText('Letzter Strudel is sold out.');
  await expect(cart(other).locator('[data-line]')).toHaveCount(2);
  await other.getByRole('button', { name: 'Remove Letzter Strudel' }).click();
  await other.getByRole('button', { name: 'Take payment' }).click();
  await expect(panel(other)).toHaveAttribute('data-state', 'for_payment');
  await other.context().close();

  await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
  await page
    .getByRole('region', { name: 'Saved' })
    .locator('[data-order]', { hasText: 'Letzter Strudel' })
    .getByRole('button', { name: /001/ })
    .click();
  await expect(panel(page)).toHaveAttribute('data-state', 'pending');
  await panel(page).getByRole('button', { name: 'Move to payment' }).click();
  await expect(desk.locator('[data-counts]')).toHaveText('0 to release · 1 not paid yet');
  await panel(page).getByLabel('Received').fill('10');
  await panel(page).getByRole('button', { name: 'Mark as paid' }).click();
  await expect(panel(page).locator('[data-change]')).toHaveText('€5.20');
  const card = desk.getByRole('article', { name: 'Order 001' });
  await expect(card).toContainText(/1 ×\s*Letzter Strudel/);
  await expect(desk.locator('body')).not.toContainText('€');

  await card.getByRole('button', { name: 'Start' }).click();
  await expect(panel(page)).toContainText('Dora Ausgabe');
  await desk.getByRole('button', { name: 'Release 001' }).click();
  await desk.getByRole('dialog').getByLabel('Received by').fill('Herr Lindner');
  await desk.keyboard.press('Enter');
  await expect(panel(page)).toHaveAttribute('data-state', 'released');
  await expect(panel(page)).toContainText('Dora Ausgabe released it to Herr Lindner');
  await expect(desk.getByRole('region', { name: 'Released orders' })).toContainText(
    'to Herr Lindner, by you at',
  );
  await desk.context().close();
});

test('typed text, caret and scroll position survive 50 events', async ({ page, workplace }) => {
  const [soup] = await shelf(workplace, [{ name: 'Linsensuppe', stock: 500 }]);
  const [ana, ben] = [await cashier(workplace, 'Ana Ruhig'), await cashier(workplace, 'Ben Eilig')];
  await page.setViewportSize({ width: 1024, height: 600 });
  await till(page, workplace, ana);
  await search(page).fill('Linsen');
  await tile(page, soup ?? '').click();
  await page.getByRole('button', { name: 'Take payment' }).click();
  const received = panel(page).getByLabel('Received');
  await expect(received).toBeFocused();
  const storm = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      const lines = [{ productId: soup, quantity: 1 }];
      await ben.colleague.write('post', 'orders', { id: uuidv7(), placeId: ben.placeId, lines });
    }
  };
  await received.fill('1234');
  await received.evaluate((input: HTMLInputElement) => input.setSelectionRange(1, 3));
  await page.evaluate(() => window.scrollTo(0, 40));
  const scrolled = await page.evaluate(() => window.scrollY);
  await storm(13); // an order publishes two events on one channel and one on another
  await expect(page.getByRole('radio', { name: /^Orders/ })).toBeAttached();
  await expect(tile(page, soup ?? '')).toBeVisible();
  await expect(received).toBeFocused();
  await expect(received).toHaveValue('1234');
  expect(await received.evaluate((it: HTMLInputElement) => [it.selectionStart, it.selectionEnd])).toEqual([
    1, 3,
  ]);
  expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
  await search(page).fill('Lins');
  await search(page).evaluate((input: HTMLInputElement) => input.setSelectionRange(2, 2));
  await storm(12);
  const stock = await workplace.db
    .prepare('SELECT stock FROM products WHERE id = ?1')
    .bind(soup)
    .first<{ stock: number }>();
  expect(stock?.stock).toBe(474);
  await expect(search(page)).toBeFocused();
  await expect(search(page)).toHaveValue('Lins');
  expect(await search(page).evaluate((it: HTMLInputElement) => it.selectionStart)).toBe(2);
  await expect(received).toHaveValue('1234');
  await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
  await expect(
    page.locator('[data-lane="pending"] [data-order]').filter({ hasText: 'Ben Eilig' }),
  ).toHaveCount(25);
});

test('a till on a phone opens its drawer, retries a lost order once, and edits, takes payment for and refunds it', async ({
  page,
  workplace,
  network,
}) => {
  const [quark = ''] = await shelf(workplace, [{ name: 'Kräuterquark', stock: 9 }]);
  const ana = await cashier(workplace, 'Ana Wackelig', false);
  await till(page, workplace, ana);
  await expect(page.getByText('Your drawer is closed')).toBeVisible();
  await expectNoSeriousAxe(page);
  await page.getByRole('button', { name: 'Open your drawer' }).click();
  await expect(page.getByRole('dialog', { name: 'Your drawer' })).toBeVisible();
  await page.keyboard.press('Escape');
  await ana.colleague.write('post', 'drawers', { id: uuidv7(), placeId: ana.placeId, float: 0 });
  await expect(page.getByText('Your drawer is closed')).toBeHidden();

  await page.setViewportSize({ width: 360, height: 740 });
  await tile(page, quark).click();
  await page.getByRole('button', { name: /^Cart/ }).click();
  network.block({ everything: true });
  await page.getByRole('button', { name: 'Save for later' }).click();
  await expect(cart(page)).toContainText('The server didn’t answer');
  await page.evaluate(() => dispatchEvent(new Event('focus'))); // reconnects now
  await expect(page.getByText('No answer from the server')).toBeVisible();
  network.restore();
  await page.getByRole('button', { name: 'Save for later' }).click();
  await expect(cart(page)).toContainText('The cart is empty');
  const orders = () =>
    workplace.db
      .prepare('SELECT state, version FROM sales WHERE place_id = ?1')
      .bind(ana.placeId)
      .all<{ state: string; version: number }>();
  expect((await orders()).results).toEqual([{ state: 'pending', version: 1 }]);

  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
  const card = page.locator('[data-lane="pending"] [data-order]').filter({ hasText: 'Kräuterquark' });
  await card.getByRole('button', { name: 'Order 001' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('button', { name: 'Add one Kräuterquark' }).click();
  await page.getByRole('button', { name: 'Take payment' }).click();
  await expect(panel(page)).toBeVisible();
  await expectNoSeriousAxe(page);
  await expectNotTooWide(page);
  await page.getByText('Card', { exact: true }).click();
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await expect(panel(page)).toHaveAttribute('data-state', 'for_release');
  await panel(page).getByLabel('Write a comment').fill('Asked for a spoon');
  await panel(page).getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(panel(page).getByRole('list', { name: 'Comments' })).toContainText('Asked for a spoon');
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Not returned', { exact: true }).click();
  await dialog.getByLabel('Reason').fill('Spilt at the counter');
  await dialog.getByRole('button', { name: 'Refund and cancel' }).click();
  await expect(panel(page)).toHaveAttribute('data-state', 'cancelled');
  await expect(panel(page)).toContainText('Items were not returned to stock.');
  expect((await orders()).results).toEqual([{ state: 'cancelled', version: 5 }]);
});

test('a cart stays on the device while its cashier looks elsewhere, until it is emptied', async ({
  page,
  workplace,
}) => {
  const [soup = ''] = await shelf(workplace, [{ name: 'Kürbissuppe', price: 480 }]);
  const ana = await cashier(workplace, 'Ana Bleibt');
  await till(page, workplace, ana);
  await page.locator(`[data-product="${soup}"]`).click();
  await page.getByRole('button', { name: 'Add one Kürbissuppe' }).click();
  const line = cart(page).getByLabel('Quantity of Kürbissuppe');
  await expect(line).toHaveValue('2');
  await page.getByRole('link', { name: 'My day' }).first().click();
  await expect(page).toHaveURL(/\/$/);
  await page.goto('/cashier/pos');
  await expect(line).toHaveValue('2');
  // Enter in the empty search takes the payment, Escape leaves it.
  await search(page).press('Enter');
  await expect(panel(page).getByLabel('Received')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(line).toHaveValue('2');
  await page.reload();
  await expect(line).toHaveValue('2');
  await page.getByRole('button', { name: 'Empty the cart' }).click();
  await page.reload();
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await expect(cart(page)).toContainText('The cart is empty');
});
