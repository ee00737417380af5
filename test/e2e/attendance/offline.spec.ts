/** A phone without network: what is tapped there counts from then, for the person who tapped it. */
import type { Page } from '@playwright/test';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import type { Employee, Workplace } from '../Workplace.ts';

test.use({ viewport: { width: 360, height: 740 } });

const HOUR = 3_600_000;
const checkIn = (page: Page) => page.getByRole('button', { name: /Check in/ });
const checkOut = (page: Page) => page.getByRole('button', { name: /Check out/ });
const kept = (page: Page) => page.getByText(/kept on this device/);

const recordsOf = async ({ db }: Workplace, { id }: Employee) =>
  (
    await db
      .prepare('SELECT in_at, out_at, offline FROM attendance WHERE person_id = ? ORDER BY in_at')
      .bind(id)
      .all<{ in_at: number; out_at: number | null; offline: number }>()
  ).results;

test('two people share a phone without network: each one’s taps are their own, and survive a closed browser', async ({
  page,
  context,
  network,
  workplace,
}) => {
  const ana = await workplace.hire('Ana Duarte');
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(page, ana);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  network.block({ everything: true });
  const before = Date.now();
  await checkIn(page).click();
  await expect(checkOut(page)).toBeVisible();
  await expect(kept(page)).toHaveText(/One tap is kept on this device/);
  await expectNoSeriousAxe(page);
  await page.close();

  // Ben signs in on the same browser: nothing of Ana's is shown to him or booked for anyone.
  network.restore();
  const next = await context.newPage();
  await workplace.signIn(next, ben);
  await expect(checkIn(next)).toBeVisible();
  await expect(kept(next)).toBeHidden();
  await checkIn(next).click();
  await expect(next.getByText(/Checked in at .* receipt \d+/)).toBeVisible();
  expect(await recordsOf(workplace, ana)).toEqual([]);
  expect(await recordsOf(workplace, ben)).toMatchObject([{ out_at: null, offline: 0 }]);
  await next.close();

  // Ana comes back: her tap counts from when she tapped.
  const back = await context.newPage();
  await workplace.signIn(back, ana);
  await expect(back.getByText(/Checked in at .* receipt \d+/)).toBeVisible();
  await expect(kept(back)).toBeHidden();
  const [record] = await recordsOf(workplace, ana);
  expect(record?.in_at).toBeGreaterThanOrEqual(before);
  expect(record?.in_at).toBeLessThan(before + 20_000);
});

test('a morning without network arrives whole: in, break, back, out, from one tab of two', async ({
  page,
  context,
  network,
  workplace,
}) => {
  const cleo = await workplace.hire('Cleo Brandt');
  const start = Date.now() - 5 * HOUR;
  await page.clock.install({ time: start });
  await workplace.signIn(page, cleo);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  network.block({ everything: true });
  const at = async (hours: number) => page.clock.setFixedTime(start + hours * HOUR);
  const rest = async () => page.clock.runFor(1_300);
  await checkIn(page).click();
  await rest();
  await at(2);
  await page.getByRole('button', { name: /^Meal/ }).click();
  await rest();
  await at(2.5);
  await page.getByRole('button', { name: 'End break' }).click();
  await rest();
  await at(4);
  await checkOut(page).click();
  await expect(kept(page)).toHaveText(/4 taps are kept on this device/);
  await at(5);
  network.restore();
  const tab = await context.newPage();
  await tab.goto(workplace.origin);
  await expect(kept(tab)).toBeHidden();
  await expect.poll(() => recordsOf(workplace, cleo)).toHaveLength(1);
  await expect.poll(async () => (await recordsOf(workplace, cleo))[0]?.out_at).not.toBeNull();
  const [record] = await recordsOf(workplace, cleo);
  const minutes = (a = 0, b: number | null = 0) => Math.round(((b ?? 0) - a) / 60_000);
  expect(minutes(record?.in_at, record?.out_at)).toBe(240);
  expect(record?.offline).toBe(1);
});

test('who signs out without network is hidden at once, keeps what waits, and is signed out when there is network', async ({
  page,
  network,
  workplace,
}) => {
  const dina = await workplace.hire('Dina Falk');
  await workplace.signIn(page, dina);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  const menu = page.getByRole('button', { name: /account and appearance/ });
  network.block({ everything: true });
  await menu.click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out on this device' })).toBeVisible();
  await expect(page.getByText('Dina')).toHaveCount(0);
  await expectNoSeriousAxe(page);
  network.restore();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(page).toHaveURL(/\/login/);
  expect(await page.context().cookies()).toEqual([]);
});

test('who signs out with taps that wait chooses: stay, keep them, or discard them', async ({
  page,
  network,
  workplace,
}) => {
  const emil = await workplace.hire('Emil Lund');
  await workplace.signIn(page, emil);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await page.route('**/attendance/check-in', (route) => route.abort());
  await checkIn(page).click();
  await expect(kept(page)).toBeVisible();
  const leave = async (choice: string) => {
    await page.getByRole('button', { name: /account and appearance/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog').getByRole('button', { name: choice }).click();
  };
  await leave('Stay signed in');
  await expect(kept(page)).toBeVisible();
  await leave('Sign out and keep it for me');
  await expect(page).toHaveURL(/\/login/);
  await workplace.signIn(page, emil);
  await expect(kept(page)).toBeVisible();
  await leave('Sign out and discard it');
  await expect(page).toHaveURL(/\/login/);
  await page.unroute('**/attendance/check-in');
  await workplace.signIn(page, emil);
  await expect(checkIn(page)).toBeVisible();
  expect(await recordsOf(workplace, emil)).toEqual([]);
  network.restore();
});
