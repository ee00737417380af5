/** Customers' screens: opened by a link without an account, live, and dark at once when turned off. */
import { createHash, randomBytes } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { type Taken, Till } from '../Till.ts';
import { awake, type Workplace } from '../../Workplace.ts';

/** A new browser, signed out. */
const stranger = async (browser: Browser, width: number, height: number): Promise<Page> =>
  (await browser.newContext({ viewport: { width, height } })).newPage();
const column = (wall: Page, title: string) => wall.getByRole('region', { name: title, exact: true });
const numbers = (wall: Page, title: string) => column(wall, title).getByRole('listitem');
const status = (wall: Page) => wall.locator('footer[data-status]');

/** A screen's link for that place. */
async function linkTo(workplace: Workplace, placeId: string): Promise<string> {
  const admin = await Colleague.of(workplace, await workplace.hire('Ada Screens', ['admin']));
  const token = randomBytes(32).toString('hex');
  const hash = createHash('sha256').update(token).digest('hex');
  await admin.write('post', 'displays', { id: uuidv7(), name: 'Pier wall', placeId, hash });
  return `${workplace.origin}/display#${token}`;
}

/** Releases paid orders. */
async function handsAt(workplace: Workplace) {
  const hands = await Colleague.of(workplace, await workplace.hire('Hanna Hands', ['releasing']));
  const move = ({ id, version }: Taken, path: string, more = {}) =>
    hands.write('post', `orders/${id}/${path}`, { version, ...more });
  return {
    call: (order: Taken) => move(order, 'ready'),
    release: (order: Taken) =>
      move({ ...order, version: order.version + 1 }, 'release', { receivedBy: 'Mr Berg' }),
  };
}

test('a wall screen without an account shows numbers live; cut off it says since when, and catches up afterwards', async ({
  browser,
  network,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const hands = await handsAt(workplace);
  const wall = await stranger(browser, 1920, 1080);
  await wall.goto(await linkTo(workplace, till.place.id));
  await awake(wall);
  await expect(wall).toHaveURL(`${workplace.origin}/display`);
  await expect(wall.getByRole('heading', { level: 1 })).toHaveText(till.place.name);
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.getByRole('navigation')).toHaveCount(0);

  const first = await till.sell();
  await expect(numbers(wall, 'Preparing')).toHaveText(['001']);
  const second = await till.sell();
  await expect(numbers(wall, 'Preparing')).toHaveText(['001', '002']);
  await hands.call(first);
  await expect(numbers(wall, 'Ready')).toHaveText(['001']);
  await expect(column(wall, 'Ready').locator('.called')).toHaveCount(1);
  await expect(numbers(wall, 'Preparing')).toHaveText(['002']);
  const digits = column(wall, 'Ready').locator('.figures').first();
  const pixels = await digits.evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
  expect(pixels).toBeGreaterThanOrEqual(0.12 * 1080);
  await expectNoSeriousAxe(wall);

  // After a reload it shows the same, and numbers called before do not pulse.
  await wall.reload();
  await expect(numbers(wall, 'Ready')).toHaveText(['001']);
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.locator('.called')).toHaveCount(0);

  network.block({ everything: true });
  await wall.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(status(wall)).toHaveText(/^\s*Not up to date since \d\d:\d\d$/);
  await hands.call(second);
  await hands.release(first);
  await expect(numbers(wall, 'Preparing')).toHaveText(['002']);
  network.restore();
  await wall.evaluate(() => dispatchEvent(new Event('online')));
  await expect(numbers(wall, 'Ready')).toHaveText(['002']);
  await expect(status(wall)).toHaveText('Live');
  await expect(wall.locator('.called')).toHaveCount(0);
  await hands.release(second);
  await expect(numbers(wall, 'Ready')).toHaveCount(0);
  await wall.context().close();
});

test('a screen explains itself before its link is opened, opens once its network is there, and goes dark for good when turned off', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const { place } = await Till.open(workplace);
  const screen = await stranger(browser, 360, 740);
  // It retries by itself; the event saves the wait.
  await screen.clock.install();
  await screen.goto(`${workplace.origin}/display`);
  await awake(screen);
  await expect(screen.getByRole('heading', { name: 'This screen is not set up' })).toBeVisible();
  await expectNoSeriousAxe(screen);

  await workplace.signIn(admin, workplace.get('admin'), '/admin/displays');
  await admin.getByLabel('Name').fill('Quay wall');
  await admin.getByLabel('Shows the numbers of').selectOption({ label: place.name });
  await admin.getByRole('button', { name: 'Make the link' }).click();
  const link = await admin.getByLabel('The screen’s link', { exact: true }).inputValue();
  expect(link).toMatch(/\/display#[0-9a-f]{64}$/);
  await expect(admin.locator('[data-qr]')).toBeVisible();
  await expectNoSeriousAxe(admin);

  await screen.route('**/api/v1/display/open', (it) => it.abort(), { times: 1 });
  await screen.goto(link);
  await expect(screen.getByRole('heading', { name: 'Can’t reach the server' })).toBeVisible();
  await screen.clock.fastForward(5_000);
  await expect(screen.getByRole('heading', { name: place.name })).toBeVisible();
  await expect(status(screen)).toHaveText('Live');
  const row = admin.locator('[data-display]', { hasText: 'Quay wall' });
  await expect(row).toContainText(place.name);
  expect((await screen.request.get(`${workplace.origin}/api/v1/orders`)).status()).toBe(401);

  await admin.getByRole('button', { name: 'Turn off Quay wall' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
  await expect(screen.getByRole('heading', { name: 'This screen is off' })).toBeVisible();
  await expect(row).toContainText('Turned off');
  await screen.reload();
  await expect(screen.getByRole('heading', { name: 'This screen is off' })).toBeVisible();
  await screen.goto(link);
  await expect(screen.getByText('This screen’s link was revoked or never existed.')).toBeVisible();
  await expect(screen).toHaveURL(`${workplace.origin}/display`);
  await expectNoSeriousAxe(screen);
  await screen.context().close();
});
