/** The release desk: paid orders appear, one of two people releases each, and new ones ring until acknowledged. */
import type { Locator, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { expectAccessible, type Look } from '../looks.ts';
import { rings, spyOnSound } from './sound.ts';
import { type Taken, Till } from './Till.ts';
import { awake, type Employee, type Workplace } from '../Workplace.ts';

/** A day and some minutes: the clocks may differ by less. */
const LONG = 86_400_000 + 5 * 60_000;

const card = (page: Page, { number }: Pick<Taken, 'number'>): Locator =>
  page.getByRole('article', { name: `Order ${number}` });
const list = (page: Page): Locator => page.getByRole('list', { name: 'Orders for release' });
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** As when a person returns to the tab: the page checks for events now. */
const look = (page: Page) => page.evaluate(() => dispatchEvent(new Event('focus')));

/** Opens the desk on a device that remembers the till's place. */
async function atDesk(page: Page, workplace: Workplace, till: Till, who: Employee): Promise<void> {
  const place = { name: 'muster-desk-place', value: till.place.id, url: `${workplace.origin}/releasing` };
  await page.context().addCookies([place]);
  await workplace.signIn(page, who, '/releasing/orders');
  await live(page);
}

const releaser = (workplace: Workplace, name: string, more: string[] = []) =>
  workplace.hire(name, ['releasing', ...more]);
const moveOf = (who: Colleague, { id, version }: Taken, path: string, what = {}) =>
  who.api.post(`orders/${id}/${path}`, {
    data: { version, ...what },
    headers: { 'Idempotency-Key': uuidv7() },
  });

const looks: readonly Look[] = [
  [360, 'dark'],
  [768, 'light'],
  [1440, 'dark'],
];

async function release(page: Page, { number }: Taken, receivedBy: string): Promise<void> {
  await page.getByRole('button', { name: `Release ${number}` }).click();
  await page.getByRole('dialog').getByLabel('Received by').fill(receivedBy);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
}

test('a paid order appears at the desk without a reload, oldest first, and is started by keyboard, commented and released', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Desk'));
  await expect(list(page)).toContainText('Nothing to release.');
  const first = await till.take(2);
  await expect(page.locator('[data-counts]')).toHaveText('0 to release · 1 not paid yet');
  const paid = await till.pay(first);
  const second = await till.sell();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('article').first()).toContainText(paid.number);
  await expect(card(page, paid)).toContainText(/2 ×\s*Cappuccino/);
  await expect(card(page, paid)).toContainText(/just now.*New/);
  await expect(page).toHaveTitle('(2) Order desk · Muster');
  await expect(page.getByText('2 new orders to release')).toBeVisible();

  // The keyboard's focus remains on the card.
  await page.getByRole('button', { name: `Start ${second.number}` }).press('Enter');
  await expect(card(page, second)).toContainText(`You are releasing ${second.number}`);
  await expect(card(page, second).getByRole('button').and(page.locator(':focus'))).toBeVisible();
  // The claim's event may come before its answer; until then the card takes no other move.
  await expect(card(page, second).locator('[aria-busy="true"]')).toHaveCount(0);
  await page.getByRole('button', { name: `Put back ${second.number}` }).press('Enter');
  await expect(page.getByRole('button', { name: `Start ${second.number}` })).toBeVisible();
  await expect(card(page, second).getByRole('button').and(page.locator(':focus'))).toBeVisible();

  const text = 'Guest waits at the window <b>outside</b>.';
  await till.colleague.write('post', `orders/${paid.id}/comments`, { id: uuidv7(), text });
  await page.getByRole('button', { name: `1 comment on ${paid.number}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(text);
  await dialog.getByLabel('Write a comment').fill('On my way.');
  await dialog.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(dialog.getByRole('list', { name: 'Comments' })).toContainText('On my way.');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: `2 comments on ${paid.number}` })).toBeVisible();

  await page.getByRole('button', { name: `Release ${paid.number}` }).click();
  const typed = dialog.getByLabel('Received by');
  await expect(typed).toBeFocused();
  await typed.press('Enter');
  await expect(dialog).toContainText('This must say who received it.');
  await typed.fill('Tim Guest');
  await typed.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(card(page, paid)).toHaveCount(0);
  // The focus moves to the next card.
  await expect(page.getByRole('article').locator(':focus')).toHaveCount(1);
  const done = page.getByRole('region', { name: 'Released orders' });
  await expect(done).toContainText('to Tim Guest, by you at');
  await page.getByLabel('Search released orders by number').fill('999');
  await expect(done).toContainText('No released order with that number.');
});

test('of two claims one wins and the other sees who; a claim is taken over and put back; a release can be undone for eight seconds', async ({
  page,
  workplace,
  network,
}) => {
  const till = await Till.open(workplace);
  const order = await till.sell();
  const ana = await Colleague.of(workplace, await releaser(workplace, 'Ana Quick'));
  // A focused button disappears when its move is done.
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  // An undo lasts eight seconds by the page's own clock.
  await page.clock.install();
  await atDesk(page, workplace, till, await releaser(workplace, 'Ben Slow'));
  const it = card(page, order);

  await release(page, order, 'Tim Guest');
  const undo = page.locator('[data-undo]');
  await expect(undo).toContainText(`${order.number} released to Tim Guest`);
  await undo.getByRole('button', { name: 'Undo' }).click();
  await expect(it).toBeVisible();
  await expect(undo).toHaveCount(0);

  // Ben's page gets no event.
  network.block({ sockets: true });
  await expect(page.locator('[data-status="polling"]')).toBeVisible();
  const taken = { ...order, version: order.version + 2 };
  expect((await moveOf(ana, taken, 'claim')).status()).toBe(200);
  await page.getByRole('button', { name: `Start ${order.number}` }).click();
  await expect(it.getByRole('alert')).toContainText(
    new RegExp(`Ana Quick has been releasing ${order.number} since \\d\\d:\\d\\d`),
  );
  await expect(it).toContainText(`Ana is releasing ${order.number}`);
  await expect(it.getByRole('button', { name: 'Release', exact: false })).toHaveCount(0);
  // Polling works without sockets.
  const next = await till.sell();
  await look(page);
  await expect(card(page, next)).toBeVisible();
  network.restore();
  await look(page);
  await live(page);
  await it.getByRole('button', { name: 'Take over' }).click();
  await expect(it).toContainText(`You are releasing ${order.number}`);
  const late = { ...order, version: order.version + 4 };
  expect((await moveOf(ana, late, 'release', { receivedBy: 'Kim' })).status()).toBe(409);
  await it.getByRole('button', { name: 'Put back' }).click();
  await expect(it.getByRole('button', { name: `Start ${order.number}` })).toBeVisible();

  await release(page, order, 'Tom Guest');
  await expect(undo).toBeVisible();
  await page.clock.fastForward(8_000);
  await expect(undo).toHaveCount(0);
  await expect(it).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('no card moves under a pointer, and a release of many says why one failed', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const [old, first, second] = [await till.sell(), await till.sell(), await till.sell()];
  await workplace.db
    .prepare(
      `UPDATE sales SET date = date(date, '-1 day'), created_at = created_at - ${LONG}, paid_at = paid_at - ${LONG} WHERE id = ?1`,
    )
    .bind(old.id)
    .run();
  const ben = await Colleague.of(workplace, await releaser(workplace, 'Ben Busy'));
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Many'));
  await expect(page.getByRole('article').first()).toContainText(old.number);
  await expect(card(page, old)).toContainText('from yesterday');
  await expect(card(page, old)).toContainText(/1 day.*Late/);
  await expect(card(page, first)).not.toContainText('from');

  await card(page, second).hover();
  const before = await card(page, second).boundingBox();
  await moveOf(ben, first, 'release', { receivedBy: 'Kim' });
  await expect(card(page, first)).toContainText(/Released by Ben Busy at \d\d:\d\d/);
  const third = await till.sell();
  await expect(card(page, third)).toBeVisible();
  expect(await card(page, second).boundingBox()).toEqual(before);
  await page.getByRole('heading', { name: 'Order desk' }).hover();
  await expect(card(page, first)).toHaveCount(0);

  for (const { number } of [old, second, third])
    await page.getByRole('checkbox', { name: `Choose ${number}` }).check();
  const bar = page.getByRole('region', { name: 'Release several at once' });
  await bar.getByLabel(/Received by/).fill('Ward 3');
  await moveOf(ben, second, 'claim');
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

test('the desk is accessible in every look, and typed text survives fifty events', async ({
  page,
  workplace,
}) => {
  const till = await Till.open(workplace);
  const [first, second, , last] = [
    await till.sell(),
    await till.sell(3),
    await till.sell(),
    await till.sell(),
  ];
  await atDesk(page, workplace, till, await releaser(workplace, 'Rita Typing'));
  await page.getByRole('button', { name: `Start ${first.number}` }).click();
  await page.getByRole('checkbox', { name: `Choose ${second.number}` }).check();
  await expectAccessible(page, looks);
  await page.getByRole('button', { name: 'Clear selection' }).click();

  await page.setViewportSize({ width: 400, height: 700 });
  await card(page, last).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: `Release ${last.number}` }).click();
  const dialog = page.getByRole('dialog');
  const typed = dialog.getByLabel('Received by');
  await expect(typed).toBeFocused();
  const scrolled = await page.evaluate(() => scrollY);
  const text = 'Doctor Okafor, ward 3, second floor';
  const events = (async () => {
    for (let n = 0; n < 17; n += 1) await till.sell(); // three events each
  })();
  await typed.pressSequentially(text, { delay: 40 });
  await events;
  await expect(page.locator('[data-counts]')).toHaveText(/^21 to release/);
  await expect(typed).toHaveValue(text);
  await expect(typed).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await expectAccessible(page, looks);
  await typed.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Released orders' })).toContainText(`to ${text}`);
});

test('new work at the remembered place rings after a touch until acknowledged, but not on first load, for the person’s own orders, or when muted', async ({
  page,
  workplace,
}) => {
  const [here, there] = [await Till.open(workplace), await Till.open(workplace, 'Cem Till')];
  await here.sell();
  await spyOnSound(page);
  const rita = await releaser(workplace, 'Rita Hears', ['cashier']);
  await workplace.signIn(page, rita, '/releasing/orders');
  await live(page);
  const place = page.getByLabel('Place', { exact: true });
  await place.selectOption(here.place.name);
  await expect(page.getByRole('article')).toHaveCount(1);
  const seen = page.getByRole('button', { name: /I’ve seen it:/ });
  await expect(seen).toHaveCount(0);
  await there.sell();
  const waiting = await here.sell();
  await expect(card(page, waiting)).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(seen).toHaveAccessibleName('I’ve seen it: 1 new order');
  expect(await rings(page)).toBe(0);
  await page.getByRole('switch', { name: 'Tap to turn sound on' }).click();
  await expect.poll(() => rings(page)).toBe(1);
  await expect(page.getByRole('switch', { name: 'Sound on' })).toBeChecked();
  await seen.click();
  await expect(seen).toHaveCount(0);

  const claimed = await here.sell();
  await expect.poll(() => rings(page)).toBe(2);
  await page.getByRole('button', { name: `Start ${claimed.number}` }).click();
  await expect(seen).toHaveCount(0);

  const own = await Till.of(workplace, here, rita);
  const mine = await own.sell();
  await expect(card(page, mine)).toBeVisible();
  await expect(seen).toHaveCount(0);
  expect(await rings(page)).toBe(2);

  await page.getByRole('switch', { name: 'Sound on' }).click();
  await page.reload();
  await awake(page);
  await live(page);
  await expect(place).toHaveValue(here.place.id);
  await page.getByRole('heading', { name: 'Order desk' }).click();
  await expect(page.getByRole('switch', { name: 'Sound off' })).not.toBeChecked();
  await here.sell();
  await expect(seen).toBeVisible();
  expect(await rings(page)).toBe(0);
});
