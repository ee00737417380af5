/** A till without network sells on for cash, and everything is booked once when the network is back. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { expectAccessible, type Look } from '../looks.ts';
import { keep } from '../offline/Device.ts';
import { awake, type Workplace } from '../Workplace.ts';

test.use({ serviceWorkers: 'allow' });

const looks: readonly Look[] = [
  [360, 'light'],
  [768, 'dark'],
  [1440, 'light'],
];

interface Shop {
  ana: Colleague;
  drawerId: string;
  placeId: string;
  coffee: string;
  roll: string;
}

/** A cashier with an open drawer at a place of their own, plenty of coffee and one roll. */
async function open(workplace: Workplace, name: string): Promise<Shop> {
  const ana = await Colleague.of(workplace, await workplace.hire(name, ['cashier']));
  const [placeId, drawerId, coffee, roll] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  const product = workplace.db.prepare(
    'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 1)',
  );
  await workplace.db.batch([
    workplace.db
      .prepare('INSERT INTO places (id, name) VALUES (?1, ?2)')
      .bind(placeId, `Kiosk ${placeId.slice(-5)}`),
    product.bind(coffee, coffee.slice(-12), 'Filter coffee', 300, 50),
    product.bind(roll, roll.slice(-12), 'Cinnamon roll', 250, 1),
  ]);
  await ana.write('post', 'drawers', { id: drawerId, placeId, float: 10_000 });
  return { ana, drawerId, placeId, coffee, roll };
}

const tile = (page: Page, id: string) => page.locator(`[data-product="${id}"]`);
const waiting = (page: Page, words: string | RegExp) => page.getByText(words);
const offline = (page: Page) => page.locator('[data-status="offline"]');
const letters = ({ db }: Workplace, drawerId: string) =>
  db.prepare('SELECT count(*) FROM drawer_devices WHERE drawer_id = ?1').bind(drawerId).first('count(*)');

/** Opens the till, and waits until it has its letter and is kept on the device. */
async function till(page: Page, workplace: Workplace, { ana, drawerId }: Shop): Promise<void> {
  await workplace.signIn(page, ana.person, '/cashier/pos');
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await expect.poll(() => letters(workplace, drawerId)).toBe(1);
  await keep(page);
}

/** Sells these products for cash, without network. @returns the number of the receipt */
async function sell(page: Page, products: readonly string[], received = ''): Promise<string> {
  for (const id of products) await tile(page, id).click();
  await page.getByRole('button', { name: 'Take cash' }).click();
  const form = page.locator('[data-offline="paying"]');
  await expect(form.getByText('cash only')).toBeVisible();
  await expect(form.getByRole('radio', { name: 'Card' })).toHaveCount(0);
  if (received !== '') await form.getByLabel('Received').fill(received);
  await form.getByRole('button', { name: 'Sell for cash' }).click();
  const sold = page.locator('[data-offline="sold"]');
  const label = (await sold.getByText(/^Receipt D/).textContent())?.replace('Receipt ', '') ?? '';
  await expect(sold.locator('[data-change]')).toBeVisible();
  return label;
}

const next = (page: Page) => page.getByRole('button', { name: 'Next order' }).click();

test('three sales without network, with a reload in between, are booked once, while the last piece, the price and the drawer go', async ({
  page,
  browser,
  network,
  workplace,
}) => {
  const shop = await open(workplace, 'Ana Nonet');
  const { ana, drawerId, placeId, coffee, roll } = shop;
  const { db } = workplace;
  await till(page, workplace, shop);
  await page.evaluate(() => (window.print = () => document.body.toggleAttribute('data-printed')));
  await tile(page, coffee).click();
  await page.getByRole('button', { name: 'Take payment' }).click();
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await next(page);
  await keep(page);

  network.block({ everything: true });
  await expect(offline(page)).toBeVisible();
  await expect(page.getByText('You can go on selling for cash')).toBeVisible();
  const first = await sell(page, [coffee], '5');
  expect(first).toMatch(/^D\d{4}-A001$/);
  await expect(page.locator('[data-change]')).toHaveText('€2.00');
  await page.getByRole('button', { name: 'Receipt', exact: true }).click();
  const paper = page.locator('[data-receipt]');
  await expect(paper).toContainText(`Receipt ${first}`);
  await expect(paper).toContainText('1 × Filter coffee');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await next(page);
  await expect(waiting(page, 'One sale waits to be sent.')).toBeVisible();

  // Without network, a reload shows catalogue, drawer and cart as they were.
  await tile(page, roll).click();
  await page.reload();
  await awake(page);
  await expect(page.locator('[data-cart]')).toContainText('Cinnamon roll');
  await expect(waiting(page, 'One sale waits to be sent.')).toBeVisible();
  const second = await sell(page, []);
  await next(page);
  await expect(tile(page, roll)).toContainText('Sold out');

  // Meanwhile another till sells the last roll, coffee becomes dearer, and the drawer is counted on another device.
  const ben = await Colleague.of(workplace, await workplace.hire('Ben Nonet', ['cashier']));
  await ben.write('post', 'drawers', { id: uuidv7(), placeId, float: 0 });
  const order = uuidv7();
  await ben.write('post', 'orders', {
    ...{ id: order, placeId, state: 'for_payment', lines: [{ productId: roll, quantity: 1 }] },
  });
  await ben.write('post', `orders/${order}/payment`, {
    ...{ version: 1, parts: [{ method: 'cash', received: 250 }] },
  });
  await db.prepare('UPDATE products SET price = 320 WHERE id = ?1').bind(coffee).run();
  await ana.write('post', `drawers/${drawerId}/close`, {
    ...{ counted: { cash: 10_300, card: 0, transfer: 0 }, note: null },
  });

  const third = await sell(page, [coffee, coffee]);
  await next(page);
  await expect(waiting(page, '3 sales wait to be sent.')).toBeVisible();
  await expectAccessible(page, looks);

  network.restore();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(waiting(page, /waits? to be sent/)).toBeHidden();
  await expect(page.locator('[data-status="live"]')).toBeVisible();

  const { results: booked } = await db
    .prepare(
      `SELECT r.letter || '-' || r.number AS receipt, s.total, s.state, s.number, p.method, p.late, p.amount
       FROM receipts AS r JOIN sales AS s ON s.id = r.sale_id JOIN payments AS p ON p.sale_id = s.id
       WHERE r.drawer_id = ?1 AND s.arrived_at IS NOT NULL ORDER BY r.number`,
    )
    .bind(drawerId)
    .all();
  const as = { state: 'released', number: null, method: 'cash', late: 1 };
  expect(booked).toEqual([
    { receipt: 'A-1', total: 300, amount: 300, ...as },
    { receipt: 'A-2', total: 250, amount: 250, ...as },
    { receipt: 'A-3', total: 600, amount: 600, ...as },
  ]);
  expect([first, second, third].map((label) => label.slice(-4))).toEqual(['A001', 'A002', 'A003']);
  const { results: shelves } = await db
    .prepare('SELECT stock, held, sold, short FROM products WHERE id IN (?1, ?2) ORDER BY name DESC')
    .bind(coffee, roll)
    .all();
  expect(shelves).toEqual([
    { stock: 46, held: 0, sold: 4, short: 0 },
    { stock: 0, held: 0, sold: 2, short: 1 },
  ]);

  // Two supervisors see the same list; what one has looked at leaves both.
  const [here, there] = [await browser.newPage(), await browser.newPage()];
  for (const each of [here, there]) await workplace.signIn(each, workplace.get('admin'), '/admin/sales');
  const item = (on: Page, label: string) => on.locator('[data-review]').filter({ hasText: label });
  await expect(item(here, second)).toContainText(
    'One piece more of Cinnamon roll was sold than the stock had.',
  );
  await expect(item(here, third)).toContainText('Filter coffee cost €3.20 by then; €3.00 was charged.');
  await expect(item(here, third)).toContainText('Its drawer was closed before the sale arrived.');
  await expectAccessible(here, looks);
  await item(here, second).getByRole('button', { name: 'Looked at' }).click();
  for (const each of [here, there]) await expect(item(each, second)).toBeHidden();
  await expect(item(there, third)).toBeVisible();
  for (const each of [here, there]) await each.close();

  // The money lies beside the closed drawer.
  await page.goto(`${workplace.origin}/cashier/drawer`);
  await page.locator('details summary').first().click();
  await expect(page.getByText('Arrived late, not in the amounts above')).toBeVisible();
  for (const label of [first, second, third]) await expect(page.getByText(label)).toBeVisible();
});

test('two tabs of one till without network number their receipts without gap', async ({
  page,
  context,
  network,
  workplace,
}) => {
  const shop = await open(workplace, 'Cleo Nonet');
  await till(page, workplace, shop);
  const other = await context.newPage();
  await other.goto(`${workplace.origin}/cashier/pos`);
  await expect(other.locator('[data-status="live"]')).toBeVisible();
  network.block({ everything: true });
  const labels: string[] = [];
  for (let round = 0; round < 2; round += 1)
    for (const tab of [page, other]) {
      await expect(offline(tab)).toBeVisible();
      labels.push(await sell(tab, [shop.coffee]));
      await next(tab);
    }
  expect(labels.map((label) => label.slice(-4))).toEqual(['A001', 'A002', 'A003', 'A004']);
  network.restore();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect
    .poll(() =>
      workplace.db
        .prepare(
          `SELECT group_concat(number) AS numbers FROM (SELECT number FROM receipts WHERE drawer_id = ?1 AND letter = 'A' ORDER BY number)`,
        )
        .bind(shop.drawerId)
        .first('numbers'),
    )
    .toBe('1,2,3,4');
});

test.describe('while an online payment has no answer', () => {
  // A route sees no request of a service worker.
  test.use({ serviceWorkers: 'block' });

  test('the till goes on, and the payment counts once', async ({ page, network, workplace }) => {
    const shop = await open(workplace, 'Dora Nonet');
    await workplace.signIn(page, shop.ana.person, '/cashier/pos');
    await expect(page.locator('[data-status="live"]')).toBeVisible();
    await expect.poll(() => letters(workplace, shop.drawerId)).toBe(1);
    await tile(page, shop.coffee).click();
    await page.getByRole('button', { name: 'Take payment' }).click();
    const panel = page.locator('[data-panel]');
    await expect(panel).toBeVisible();
    const order = await panel.getAttribute('data-panel');
    await page.route(
      '**/payment',
      async (route) => {
        // The server hears it, and the page hears neither the answer nor the event.
        network.block({ everything: true });
        const { pathname } = new URL(route.request().url());
        const headers = { ...(await route.request().allHeaders()), origin: workplace.direct };
        const answer = await route.fetch({ url: `${workplace.direct}${pathname}`, headers });
        expect(answer.status()).toBe(200);
        await route.abort();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Mark as paid' }).click();
    await expect(panel.getByText('No answer came to this payment.')).toBeVisible();
    await expect(panel.getByRole('button', { name: 'Take cash' })).toHaveCount(0);
    await next(page);
    const label = await sell(page, [shop.coffee]);
    expect(label).toMatch(/-A001$/);
    await next(page);
    network.restore();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect(waiting(page, /waits? to be sent/)).toBeHidden();
    await expect
      .poll(() =>
        page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith('muster.payments'))),
      )
      .toBe(false);
    // It can be found again, to be refunded.
    await page.getByRole('radio', { name: /^Orders/ }).check({ force: true });
    await page.getByText(/^Closed today/).click();
    await page.locator('[data-lane="closed"] [data-order]').filter({ hasText: label }).click();
    await expect(page.locator('[data-panel]')).toContainText('Sold without network.');
    await expect(page.getByRole('button', { name: 'Refund' })).toBeVisible();
    const { results } = await workplace.db
      .prepare(
        `SELECT s.id = ?2 AS online, count(*) AS payments, sum(p.amount) AS amount FROM payments AS p JOIN sales AS s ON s.id = p.sale_id
         WHERE p.drawer_id = ?1 GROUP BY s.id ORDER BY online DESC`,
      )
      .bind(shop.drawerId, order)
      .all();
    expect(results).toEqual([
      { online: 1, payments: 1, amount: 300 },
      { online: 0, payments: 1, amount: 300 },
    ]);
  });
});
