/** The sales report follows a till live; and a drawer from its opening to its difference. */
import type { Sale } from '../../../../worker/contract/sales/payments/payments';
import { allOf } from '../../../moves';
import { expect as expected, type Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake, type Workplace } from '../../Workplace.ts';

const COUNTER = '019dd7f0-0000-7000-8000-000000000001';

/** A product of this test alone. */
async function product({ db }: Workplace, name: string, price: number, stock: number): Promise<string> {
  const id = uuidv7();
  await db
    .prepare(
      'INSERT INTO products (id, sku, name, price, stock, low_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 2, 1)',
    )
    .bind(id, id.slice(-12), name, price, stock)
    .run();
  return id;
}

interface Ordered {
  order: { id: string; version: number };
  sale: Sale;
}

/** A cashier who works through the API, as the till's page does. */
class Till {
  constructor(readonly who: Colleague) {}

  async post<T>(path: string, data: object): Promise<T> {
    const answer = await this.who.api.post(path, { data, headers: { 'Idempotency-Key': uuidv7() } });
    expected(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as T;
  }

  async sell(productId: string, quantity: number, method = 'cash'): Promise<Ordered> {
    const id = uuidv7();
    const taken = await this.post<Ordered>('orders', {
      id,
      placeId: COUNTER,
      lines: [{ productId, quantity }],
    });
    const requested = await this.move(taken, 'payment-request');
    return this.move(requested, 'payment', { parts: [{ method, received: requested.sale.total }] });
  }

  move({ order: { id, version } }: Ordered, path: string, it = {}): Promise<Ordered> {
    return this.post(`orders/${id}/${path}`, { version, ...it });
  }
}

const revenueOn = async (page: Page) =>
  Number(await page.locator('[data-revenue]').getAttribute('data-revenue'));
/** As when a person returns to the tab: the page reconnects now. */
const look = (page: Page) => page.evaluate(() => dispatchEvent(new Event('focus')));
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();

test('a cashier on a phone opens a drawer, sells, counts and sees the difference; the sales report follows, also after a network failure', async ({
  page: admin,
  browser,
  workplace,
  network,
}) => {
  // Expensive enough for the top of the list.
  const rollator = await product(workplace, 'Rollator of the sales test', 650_000, 5);
  const person = await workplace.hire('Carla Cash', ['cashier']);
  const till = new Till(await Colleague.of(workplace, person));
  await workplace.signIn(admin, workplace.get('admin'), '/admin/sales');
  await live(admin);
  const before = await revenueOn(admin);
  const phone = await browser.newContext({
    baseURL: workplace.origin,
    viewport: { width: 360, height: 740 },
  });
  const page = await phone.newPage();
  await workplace.signIn(page, person, '/cashier/drawer');
  await live(page);
  await expectNoSeriousAxe(page);
  await page.getByLabel('Cash in the drawer').fill('a lot');
  await page.getByRole('button', { name: 'Open the drawer' }).click();
  await expect(page.getByText(/Type an amount such as 150.00/)).toBeVisible();
  await page.getByLabel('Cash in the drawer').fill('150,00');
  await page.getByRole('button', { name: 'Open the drawer' }).click();
  const panel = page.getByRole('region', { name: 'Now' });
  await expect(panel.getByText(/^Open at /)).toBeVisible();
  const drawer = (state: 'Open' | 'Closed') =>
    admin.getByRole('region', { name: `${state} drawers` }).locator('li', { hasText: 'Carla Cash' });
  await expect(drawer('Open').locator('summary')).toContainText('€150.00');

  const row = admin.getByRole('row', { name: /Rollator of the sales test/ });
  const sold = await till.sell(rollator, 2, 'card');
  await expect.poll(() => revenueOn(admin)).toBe(before + 1_300_000);
  await expect(row).toContainText('2');
  await till.sell(rollator, 1);
  await expect.poll(() => revenueOn(admin)).toBe(before + 1_950_000);
  await expect(admin.getByRole('region', { name: 'Low stock' })).toContainText('Rollator of the sales test');
  await expect(panel).toContainText('€6,650.00');
  await expect(drawer('Open')).toContainText('€19,650.00');

  network.cut();
  const { move: _move, ...refund } = allOf(sold.sale, false, 'Does not fold');
  await till.move(sold, 'refunds', refund);
  await till.sell(rollator, 1, 'card');
  network.restore();
  for (const screen of [admin, page]) await look(screen);
  await expect.poll(() => revenueOn(admin), { timeout: 30_000 }).toBe(before + 1_300_000);

  await expect(drawer('Open')).toContainText('€13,150.00');
  await page.getByRole('button', { name: 'Count and close' }).click();
  await expect(panel).not.toContainText('€6,650.00'); // the expected amount is hidden
  await page.getByLabel('Cash counted').fill('6649.50');
  await page.getByRole('button', { name: 'Close the drawer' }).click();
  await expect(page.getByText('Enter what you counted, or 0.')).toHaveCount(1); // of the card
  await page.getByLabel('Card counted').fill('6500');
  await page.getByLabel('Note').fill('A coin fell under the counter.');
  await expectNoSeriousAxe(page);
  await page.getByRole('button', { name: 'Close the drawer' }).dblclick();
  await expect(panel.getByText('€0.50 missing')).toBeVisible();
  await expectNoSeriousAxe(page);
  await expect(drawer('Closed')).toContainText('€0.50 missing');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByLabel('Cash in the drawer')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Today' })).toContainText('€0.50 missing');
  await phone.close();

  await admin.reload();
  await awake(admin);
  expect(await revenueOn(admin)).toBe(before + 1_300_000);
  await expectNoSeriousAxe(admin);
});
