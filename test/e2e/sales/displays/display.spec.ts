/** Customers' screens: opened by a link without an account, live, honest, and dark at once when they are turned off. */
import type { Browser, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake, type Workplace } from '../../Workplace.ts';

/** A place of a test's own, with a till, a desk and something to sell: its queue numbers begin with 001. */
class Counter {
  private constructor(
    readonly placeId: string,
    readonly name: string,
    private readonly cashier: Colleague,
    private readonly desk: Colleague,
    private readonly productId: string,
  ) {}

  static async open(workplace: Workplace, name: string): Promise<Counter> {
    const hire = async (role: string) =>
      Colleague.of(workplace, await workplace.hire(`${role} of ${name}`, [role]));
    const [chief, cashier, desk] = [await hire('admin'), await hire('cashier'), await hire('releasing')];
    const [placeId, productId] = [uuidv7(), uuidv7()];
    await chief.write('put', `places/${placeId}`, { name, active: true });
    const about = {
      sku: `T-${productId.slice(-8)}`,
      barcode: null,
      name: `Soup of ${name}`,
      category: 'Tests',
    };
    await chief.write('post', 'products', { id: productId, ...about, price: 450, lowAt: 1, stock: 50 });
    await cashier.write('post', 'drawers', { id: uuidv7(), placeId, float: 0 });
    return new Counter(placeId, name, cashier, desk, productId);
  }

  /** @returns an order that has been paid, to be moved on at the desk */
  async sell(): Promise<{ claim(): Promise<void>; release(): Promise<void> }> {
    const lines = [{ productId: this.productId, quantity: 1 }];
    const asked = { id: uuidv7(), placeId: this.placeId, lines };
    const taken = await this.#post(this.cashier, 'orders', asked);
    let version = taken.order.version;
    const move = async (as: Colleague, more: object) =>
      ({ version } = (await this.#post(as, `orders/${asked.id}/moves`, { version, ...more })).order);
    await move(this.cashier, { move: 'request_payment' });
    await move(this.cashier, { move: 'pay', payment: { method: 'card', received: taken.sale.total } });
    return {
      claim: async () => void (await move(this.desk, { move: 'claim' })),
      release: async () => void (await move(this.desk, { move: 'release', receivedBy: 'Mr Berg' })),
    };
  }

  async #post(as: Colleague, path: string, data: object) {
    const answer = await as.api.post(path, { data, headers: { 'Idempotency-Key': uuidv7() } });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as { order: { version: number }; sale: { total: number } };
  }
}

/** A link that an admin makes on their page, for that place. */
async function makeLink(admin: Page, name: string, place: string): Promise<string> {
  await admin.getByLabel('Name').fill(name);
  await admin.getByLabel('Shows the numbers of').selectOption({ label: place });
  await admin.getByRole('button', { name: 'Make the link' }).click();
  return admin.getByLabel('The screen’s link', { exact: true }).inputValue();
}

/** A browser that nobody has ever signed in with. */
async function wallAt(browser: Browser, link: string): Promise<Page> {
  const wall = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
  await wall.goto(link);
  await awake(wall);
  return wall;
}

const column = (wall: Page, title: string) => wall.getByRole('region', { name: title, exact: true });
const status = (wall: Page) => wall.locator('footer[data-status]');

test('a wall without an account shows numbers as they move, from the payment to the hand-over', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const pier = await Counter.open(workplace, 'Pier kiosk');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/displays');
  const link = await makeLink(admin, 'Pier wall', pier.name);
  expect(link).toMatch(/\/display#[0-9a-f]{64}$/);
  await expect(admin.locator('[data-qr]')).toBeVisible();
  await expectNoSeriousAxe(admin);

  const wall = await wallAt(browser, link);
  await expect(wall).toHaveURL(`${workplace.origin}/display`);
  await expect(wall.getByRole('heading', { level: 1 })).toHaveText('Pier kiosk');
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.getByRole('navigation')).toHaveCount(0);
  await expect(admin.locator('[data-display]', { hasText: 'Pier wall' })).toContainText('Pier kiosk');

  const first = await pier.sell();
  await expect(column(wall, 'Preparing').getByRole('listitem')).toHaveText(['001']);
  const second = await pier.sell();
  await expect(column(wall, 'Preparing').getByRole('listitem')).toHaveText(['001', '002']);
  await first.claim();
  await expect(column(wall, 'Ready').getByRole('listitem')).toHaveText(['001']);
  await expect(column(wall, 'Ready').locator('.called')).toHaveCount(1);
  await expect(column(wall, 'Preparing').getByRole('listitem')).toHaveText(['002']);
  const digits = column(wall, 'Ready').locator('.figures').first();
  const pixels = await digits.evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
  expect(pixels).toBeGreaterThanOrEqual(0.12 * 1080);
  await expectNoSeriousAxe(wall);

  // Loaded again, it shows the same by itself, and nothing pulses that was called before.
  await wall.reload();
  await expect(column(wall, 'Ready').getByRole('listitem')).toHaveText(['001']);
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.locator('.called')).toHaveCount(0);
  await second.claim();
  await first.release();
  await expect(column(wall, 'Ready').getByRole('listitem')).toHaveText(['002']);
});

test('a wall that is turned off goes dark at once, stays so, and opens nothing else before', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const quay = await Counter.open(workplace, 'Quay kiosk');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/displays');
  const link = await makeLink(admin, 'Quay wall', quay.name);
  const wall = await wallAt(browser, link);
  await expect(status(wall)).toHaveText('Live');
  expect((await wall.request.get(`${workplace.origin}/api/v1/orders`)).status()).toBe(401);

  await admin.getByRole('button', { name: 'Turn off Quay wall' }).click();
  await admin.getByRole('button', { name: 'Turn it off' }).click();
  await expect(wall.getByRole('heading', { name: 'This screen is off' })).toBeVisible();
  await expect(admin.locator('[data-display]', { hasText: 'Quay wall' })).toContainText('Turned off');
  await wall.reload();
  await expect(wall.getByRole('heading', { name: 'This screen is off' })).toBeVisible();
  await wall.goto(link);
  await expect(wall.getByText('This screen’s link was revoked or never existed.')).toBeVisible();
  await expect(wall).toHaveURL(`${workplace.origin}/display`);
  await expectNoSeriousAxe(wall);
});

test('a wall that has lost its connection says since when, and shows what it missed once it is back', async ({
  browser,
  page: admin,
  network,
  workplace,
}) => {
  const mole = await Counter.open(workplace, 'Mole kiosk');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/displays');
  const wall = await wallAt(browser, await makeLink(admin, 'Mole wall', mole.name));
  await expect(status(wall)).toHaveText('Live');
  const order = await mole.sell();
  await expect(column(wall, 'Preparing').getByRole('listitem')).toHaveText(['001']);
  network.block({ everything: true });
  await expect(status(wall)).toHaveText(/^\s*Not up to date since \d\d:\d\d$/);
  await order.claim();
  await expect(column(wall, 'Preparing').getByRole('listitem')).toHaveText(['001']);
  network.restore();
  await wall.evaluate(() => dispatchEvent(new Event('online')));
  await expect(column(wall, 'Ready').getByRole('listitem')).toHaveText(['001']);
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.locator('.called')).toHaveCount(0);
});

test('a screen that nobody has opened says what to do, and one that is switched on before its network tries again', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const cape = await Counter.open(workplace, 'Cape kiosk');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/displays');
  const link = await makeLink(admin, 'Cape wall', cape.name);
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await phone.goto(`${workplace.origin}/display`);
  await awake(phone);
  await expect(phone.getByRole('heading', { name: 'This screen has not been opened' })).toBeVisible();
  await expectNoSeriousAxe(phone);
  await phone.route('**/api/v1/display/open', (it) => it.abort(), { times: 1 });
  await phone.goto(link);
  await expect(phone.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
  await expect(phone.getByRole('heading', { name: 'Cape kiosk' })).toBeVisible({ timeout: 15_000 });
  await expect(status(phone)).toHaveText('Live');
});
