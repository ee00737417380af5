/** The releasing desk: what is paid appears, one of two hands it over, and what is new rings until somebody has seen it. */
import type { Locator, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { type Taken, Till } from './Till.ts';
import { awake, type Employee, type Workplace } from '../Workplace.ts';

/** A day and some minutes: two clocks may be apart by less. */
const LONG = 86_400_000 + 5 * 60_000;

const card = (page: Page, { number }: Pick<Taken, 'number'>): Locator =>
  page.getByRole('article', { name: `Order ${number}` });
const list = (page: Page): Locator => page.getByRole('list', { name: 'Orders for release' });
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** As when somebody comes back to the tab: the page looks now. */
const look = (page: Page) => page.evaluate(() => dispatchEvent(new Event('focus')));

/** Somebody at the desk, whose device remembers the till's place. */
async function atDesk(page: Page, workplace: Workplace, till: Till, who: Employee): Promise<void> {
  const place = { name: 'muster-desk-place', value: till.place.id, url: `${workplace.origin}/releasing` };
  await page.context().addCookies([place]);
  await workplace.signIn(page, who, '/releasing/orders');
  await live(page);
}

const releaser = (workplace: Workplace, name: string, more: string[] = []) =>
  workplace.hire(name, ['releasing', ...more]);
const moveOf = (who: Colleague, { id, version }: Taken, what: object) =>
  who.api.post(`orders/${id}/moves`, {
    data: { version, ...what },
    headers: { 'Idempotency-Key': uuidv7() },
  });
const versionOf = (workplace: Workplace, { id }: Taken) =>
  workplace.db.prepare('SELECT version FROM sales WHERE id = ?1').bind(id).first<number>('version');

async function release(page: Page, { number }: Taken, receivedBy: string): Promise<void> {
  await page.getByRole('button', { name: `Release ${number}` }).click();
  await page.getByRole('dialog').getByLabel('Received by').fill(receivedBy);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
}

test('what a till sells appears at the desk without a reload, oldest first, and one hands it over', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Desk'));
  await expect(list(page)).toContainText('Nothing waits to be handed over.');
  const first = await till.take(2);
  await expect(page.locator('[data-counts]')).toHaveText('0 to hand over · 1 coming, for payment');
  const paid = await till.pay(first);
  await till.sell();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('article').first()).toContainText(paid.number);
  await expect(card(page, paid)).toContainText(/2 ×\s*Cappuccino/);
  await expect(card(page, paid)).toContainText(/just now.*Fresh/);
  await expect(page).toHaveTitle('(2) Releasing · Muster');
  await expect(page.getByText('2 new orders to hand over')).toBeVisible();

  await page.getByRole('button', { name: `Release ${paid.number}` }).click();
  const typed = page.getByRole('dialog').getByLabel('Received by');
  await expect(typed).toBeFocused();
  await typed.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('This must say who received it.');
  await typed.fill('Tim Guest');
  await typed.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(card(page, paid)).toHaveCount(0);
  // The keyboard goes on with what stands next.
  await expect(page.getByRole('article').locator(':focus')).toHaveCount(1);
  const done = page.getByRole('region', { name: 'Released orders' });
  await expect(done).toContainText('to Tim Guest, by you at');
  await page.getByLabel('Search released orders by number').fill('999');
  await expect(done).toContainText('No released order has that number.');
});

test('whoever claims by keyboard stays on the card', async ({ page, workplace }) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  await atDesk(page, workplace, till, await releaser(workplace, 'Kira Keys'));
  await page.getByRole('button', { name: `Claim ${order.number}` }).press('Enter');
  await expect(card(page, order)).toContainText(`You are releasing ${order.number}`);
  await expect(card(page, order).getByRole('button').and(page.locator(':focus'))).toBeVisible();
  // The socket may tell of the claim before its answer comes; until then the card takes no other move.
  await expect(card(page, order).locator('[aria-busy="true"]')).toHaveCount(0);
  await page.getByRole('button', { name: `Put back ${order.number}` }).press('Enter');
  await expect(page.getByRole('button', { name: `Claim ${order.number}` })).toBeVisible();
  await expect(card(page, order).getByRole('button').and(page.locator(':focus'))).toBeVisible();
});

test('of two who claim at once one wins, and the other is told who; what is claimed can be taken over and put back', async ({
  page,
  workplace,
  network,
}) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  const ana = await Colleague.of(workplace, await releaser(workplace, 'Ana Quick'));
  // A button that has the focus goes when its move is done.
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await atDesk(page, workplace, till, await releaser(workplace, 'Ben Slow'));
  // Ben's screen does not hear of it in time.
  network.block({ sockets: true });
  await expect(page.locator('[data-status="polling"]')).toBeVisible();
  expect((await moveOf(ana, order, { move: 'claim' })).status()).toBe(200);
  await page.getByRole('button', { name: `Claim ${order.number}` }).click();
  const it = card(page, order);
  await expect(it.getByRole('alert')).toContainText(
    new RegExp(`Ana Quick has been releasing ${order.number} since \\d\\d:\\d\\d`),
  );
  await expect(it).toContainText(`Ana is releasing ${order.number}`);
  await expect(it.getByRole('button', { name: 'Release', exact: false })).toHaveCount(0);
  // Polling goes on without sockets.
  const next = await till.sell();
  await look(page);
  await expect(card(page, next)).toBeVisible();
  network.restore();
  await look(page);
  await live(page);
  await it.getByRole('button', { name: 'Take over' }).click();
  await expect(it).toContainText(`You are releasing ${order.number}`);
  expect((await moveOf(ana, { ...order, version: 5 }, { move: 'release', receivedBy: 'Kim' })).status()).toBe(
    409,
  );
  await it.getByRole('button', { name: 'Put back' }).click();
  await expect(it.getByRole('button', { name: `Claim ${order.number}` })).toBeVisible();
  expect(errors).toEqual([]);
});

test('a hand-over can be taken back for eight seconds, and not after', async ({ page, workplace }) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  const rita = await releaser(workplace, 'Rita Undo');
  await atDesk(page, workplace, till, rita);
  await release(page, order, 'Tim Guest');
  const undo = page.locator('[data-undo]');
  await expect(undo).toContainText(`${order.number} released to Tim Guest`);
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, order)).toBeVisible();
  await expect(undo).toHaveCount(0);
  await release(page, order, 'Tom Guest');
  await expect(undo).toBeVisible();
  await expect(undo).toHaveCount(0);
  await expect(card(page, order)).toHaveCount(0);
  await workplace.db
    .prepare('UPDATE sales SET released_at = released_at - 10001 WHERE id = ?1')
    .bind(order.id)
    .run();
  const version = (await versionOf(workplace, order)) ?? 0;
  const late = await moveOf(await Colleague.of(workplace, rita), { ...order, version }, { move: 'undo' });
  expect(((await late.json()) as { code: string }).code).toBe('undo_too_late');
});

test('many are handed over at once, and what could not be says why', async ({ page, workplace }) => {
  const till = await Till.open(workplace);
  const orders = [await till.sell(), await till.sell(), await till.sell()];
  const [first, second] = orders;
  if (!first || !second) throw new Error('three orders');
  const ben = await Colleague.of(workplace, await releaser(workplace, 'Ben Busy'));
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Many'));
  for (const { number } of orders) await page.getByRole('checkbox', { name: `Choose ${number}` }).check();
  const bar = page.getByRole('region', { name: 'Release several at once' });
  await bar.getByLabel(/Received by/).fill('Ward 3');
  await moveOf(ben, second, { move: 'claim' });
  await expect(card(page, second)).toContainText(`Ben is releasing ${second.number}`);
  await expect(bar.getByLabel(/Received by/)).toHaveValue('Ward 3');
  await expect(page.getByRole('checkbox', { name: `Choose ${second.number}` })).toBeChecked();
  await bar.getByLabel(/Received by/).press('Enter');
  await expect(bar).toContainText('2 orders released. 1 order not:');
  await expect(bar).toContainText(`Ben Busy has been releasing ${second.number} since`);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.locator('[data-undo]').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('article')).toHaveCount(3);
});

test('what was paid yesterday is still there, first, and says so', async ({ page, workplace }) => {
  const till = await Till.open(workplace);
  const [fresh, old] = [await till.sell(), await till.sell()];
  await workplace.db
    .prepare(
      `UPDATE sales SET date = date(date, '-1 day'), created_at = created_at - ${LONG}, paid_at = paid_at - ${LONG} WHERE id = ?1`,
    )
    .bind(old.id)
    .run();
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Early'));
  await expect(page.getByRole('article').first()).toContainText(old.number);
  await expect(card(page, old)).toContainText('from yesterday');
  await expect(card(page, old)).toContainText(/1 day.*Late/);
  await expect(card(page, fresh)).not.toContainText('from');
});

test('the place is remembered on the device, and what is sold elsewhere neither shows nor rings', async ({
  page,
  workplace,
}) => {
  const [here, there] = [await Till.open(workplace), await Till.open(workplace, 'Cem Till')];
  await workplace.signIn(page, await releaser(workplace, 'Rita Place'), '/releasing/orders');
  await live(page);
  await page.getByLabel('Place', { exact: true }).selectOption(here.place.name);
  await page.reload();
  await awake(page);
  await live(page);
  await expect(page.getByLabel('Place', { exact: true })).toHaveValue(here.place.id);
  await there.sell();
  const mine = await here.sell();
  await expect(card(page, mine)).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'I’ve seen it: 1 new order' })).toBeVisible();
});

test('no card moves under a hand: what others hand over stays, says so, and leaves when the hand has gone', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const [first, second] = [await till.sell(), await till.sell()];
  const ben = await Colleague.of(workplace, await releaser(workplace, 'Ben Other'));
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Still'));
  await card(page, second).hover();
  const before = await card(page, second).boundingBox();
  await moveOf(ben, first, { move: 'release', receivedBy: 'Kim' });
  await expect(card(page, first)).toContainText(/Released by Ben Other at \d\d:\d\d/);
  const third = await till.sell();
  await expect(card(page, third)).toBeVisible();
  expect(await card(page, second).boundingBox()).toEqual(before);
  await page.getByRole('heading', { name: 'For release' }).hover();
  await expect(card(page, first)).toHaveCount(0);
});

test('what is typed stays, and so do focus and scroll, while fifty events arrive', async ({
  page,
  workplace,
}) => {
  await page.setViewportSize({ width: 400, height: 700 });
  const till = await Till.open(workplace);
  const orders = [await till.sell(), await till.sell(), await till.sell(), await till.sell()];
  const last = orders[3];
  if (!last) throw new Error('four orders');
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Typing'));
  await card(page, last).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: `Release ${last.number}` }).click();
  const typed = page.getByRole('dialog').getByLabel('Received by');
  await expect(typed).toBeFocused();
  const scrolled = await page.evaluate(() => scrollY);
  const text = 'Doctor Okafor, ward 3, second floor';
  const events = (async () => {
    for (let n = 0; n < 17; n += 1) await till.sell(); // three events each
  })();
  await typed.pressSequentially(text, { delay: 40 });
  await events;
  await expect(page.locator('[data-counts]')).toHaveText(/^21 to hand over/);
  await expect(typed).toHaveValue(text);
  await expect(typed).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await typed.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('region', { name: 'Released orders' })).toContainText(`to ${text}`);
});

test('colleagues see who is there and who is at work on what, until the last tab is gone or the browser is killed', async ({
  page,
  browser,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  const ana = await releaser(workplace, 'Ana Tabs');
  await atDesk(page, workplace, till, await releaser(workplace, 'Ben Looks'));
  const online = page.getByRole('list', { name: 'Online now' });
  const context = await browser.newContext({ baseURL: workplace.origin });
  const [one, two] = [await context.newPage(), await context.newPage()];
  await atDesk(one, workplace, till, ana);
  await atDesk(two, workplace, till, ana);
  await expect(online).toContainText('Ana Tabs');
  await one.getByRole('button', { name: `Release ${order.number}` }).click();
  await expect(card(page, order)).toContainText('Ana is editing');
  await one.close();
  await expect(card(page, order)).not.toContainText('Ana is editing');
  await expect(online).toContainText('Ana Tabs');
  await context.close();
  await expect(online).not.toContainText('Ana Tabs');
});

test('what a till says of an order is read at the desk at once, and answered there', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Reads'));
  const text = 'Guest waits at the window <b>outside</b>.';
  await till.colleague.write('post', `orders/${order.id}/comments`, { id: uuidv7(), text });
  await page.getByRole('button', { name: `1 comment on ${order.number}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(text);
  await dialog.getByLabel('Write a comment').fill('On my way.');
  await dialog.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(dialog.getByRole('list', { name: 'Comments' })).toContainText('On my way.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: `2 comments on ${order.number}` })).toBeVisible();
});

/** Counts what the page plays; like a browser, the fake lets nothing be heard before it is asked to. */
const spyOnSound = (page: Page) =>
  page.addInitScript(() => {
    const spy = { rings: 0 };
    const node = () => ({
      frequency: { value: 0 },
      gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined },
      connect: (to: object) => to,
      start: () => (spy.rings += 1 / 2), // two tones
      stop: () => undefined,
    });
    class Silent {
      state = 'suspended';
      currentTime = 0;
      destination = {};
      createOscillator = node;
      createGain = node;
      close = () => Promise.resolve();
      resume = () => {
        this.state = 'running';
        return Promise.resolve();
      };
    }
    Object.assign(window, { AudioContext: Silent, spy });
  });
const rings = (page: Page) =>
  page.evaluate(() => (window as unknown as { spy: { rings: number } }).spy.rings);

test('new work rings, once there was a touch, until it was seen; not on first load, nor for one’s own, nor for what is caught up', async ({
  page,
  workplace,
  network,
}) => {
  const till = await Till.open(workplace);
  await till.sell();
  await spyOnSound(page);
  const rita = await releaser(workplace, 'Rita Hears', ['cashier']);
  await atDesk(page, workplace, till, rita);
  const seen = page.getByRole('button', { name: /I’ve seen it/ });
  await expect(seen).toHaveCount(0);
  const waiting = await till.sell();
  await expect(card(page, waiting)).toBeVisible();
  await expect(seen).toBeVisible();
  expect(await rings(page)).toBe(0);
  await page.getByRole('switch', { name: 'Tap to turn sound on' }).click();
  await expect.poll(() => rings(page)).toBe(1);
  await expect(page.getByRole('switch', { name: 'Sound on' })).toBeChecked();
  await seen.click();
  await expect(seen).toHaveCount(0);

  const claimed = await till.sell();
  await expect.poll(() => rings(page)).toBe(2);
  await page.getByRole('button', { name: `Claim ${claimed.number}` }).click();
  await expect(seen).toHaveCount(0);

  const own = await Till.of(workplace, till, rita);
  const mine = await own.sell();
  await expect(card(page, mine)).toBeVisible();
  await expect(seen).toHaveCount(0);

  network.block({ everything: true });
  await expect(page.locator('[data-status="offline"]')).toBeVisible();
  const missed = await till.sell();
  network.restore();
  await look(page);
  await expect(card(page, missed)).toBeVisible({ timeout: 45_000 });
  await live(page);
  expect(await rings(page)).toBe(2);
  await expect(seen).toHaveCount(0);

  await page.getByRole('switch', { name: 'Sound on' }).click();
  await page.reload();
  await awake(page);
  await live(page);
  await page.getByRole('heading', { name: 'For release' }).click();
  await expect(page.getByRole('switch', { name: 'Sound off' })).not.toBeChecked();
  await till.sell();
  await expect(seen).toBeVisible();
  expect(await rings(page)).toBe(0);
});

for (const [width, colorScheme] of [
  [360, 'dark'],
  [768, 'light'],
  [1440, 'dark'],
] as const)
  test(`the desk is accessible in ${colorScheme} at ${width} px, and not too wide`, async ({
    browser,
    workplace,
  }) => {
    const till = await Till.open(workplace);
    const [first, second] = [await till.sell(), await till.sell(3)];
    const context = await browser.newContext({
      ...{
        colorScheme,
        viewport: { width, height: 800 },
        baseURL: workplace.origin,
        reducedMotion: 'reduce',
      },
    });
    const page = await context.newPage();
    await atDesk(page, workplace, till, await releaser(workplace, 'Rita Wide'));
    await page.getByRole('button', { name: `Claim ${first.number}` }).click();
    await page.getByRole('checkbox', { name: `Choose ${second.number}` }).check();
    await expectNoSeriousAxe(page);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.getByRole('button', { name: `Release ${first.number}` }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoSeriousAxe(page);
    await context.close();
  });
