/** Pages of a person without network: as of their last moment, and never for another person. */
import type { Page } from '@playwright/test';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake, COOKIE } from '../Workplace.ts';
import { keep, keptIn, traces, visit, workerOf } from './Device.ts';

test.use({ serviceWorkers: 'allow' });

const own = ['/', '/hours', '/sessions'];
const notice = (page: Page) =>
  page.getByText(/The server does not answer\. You see this page as of \d\d:\d\d\./);
const nothing = (page: Page) => page.getByRole('heading', { name: 'No connection' });
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();

test('without network a person opens their day, hours, sessions and scanner as of then, and they go on when it is back', async ({
  page,
  network,
  workplace,
}) => {
  const ana = await workplace.hire('Ana Keeper');
  await (await Colleague.of(workplace, ana)).checkIn();
  await visit(page, { workplace, person: ana, paths: [...own, '/scan'] });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (it) => {
    if (it.text().includes('Content Security Policy')) errors.push(it.text());
  });
  network.block({ everything: true });

  const opened = await page.goto(`${workplace.origin}/`);
  expect(opened?.fromServiceWorker()).toBe(true);
  const { 'content-security-policy': policy, 'x-content-type-options': sniffing } = opened?.headers() ?? {};
  expect([policy, sniffing]).toEqual(["frame-ancestors 'none'", 'nosniff']);
  await awake(page);
  await expect(page.getByRole('heading', { name: /Ana/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /Check out/ })).toBeVisible();
  await expect(notice(page)).toBeVisible();
  await expect(page.locator('[data-status="offline"]')).toBeVisible();
  await expectNoSeriousAxe(page);

  await page.reload();
  await expect(page.getByRole('button', { name: /Check out/ })).toBeVisible();
  await page.getByRole('link', { name: 'Hours' }).first().click();
  await expect(page.getByRole('heading', { name: 'My hours' })).toBeVisible();
  await expect(notice(page)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'My hours' })).toBeVisible();
  await expect(notice(page)).toBeVisible();
  await page.goto(`${workplace.origin}/sessions`);
  await expect(page.getByRole('heading', { name: 'Sessions' })).toBeVisible();
  await expect(notice(page)).toBeVisible();
  await page.goto(`${workplace.origin}/scan`);
  await expect(page.getByRole('heading', { name: 'Scan', exact: true })).toBeVisible();
  await expect(notice(page)).toBeVisible();
  await page.goto(`${workplace.origin}/docs`);
  await expect(nothing(page)).toBeVisible();

  await page.goto(`${workplace.origin}/hours`);
  await expect(notice(page)).toBeVisible();
  network.restore();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(notice(page)).toBeHidden();
  expect(errors).toEqual([]);
});

test('a board without network shows its last moment, and then what happened meanwhile', async ({
  page,
  network,
  workplace,
}) => {
  const [ben, cleo] = [
    await Colleague.join(workplace, 'Ben Lastmoment'),
    await Colleague.join(workplace, 'Cleo Lastmoment'),
  ];
  const rows = (colleague: Colleague) => page.locator(`[data-person="${colleague.person.id}"]`);
  await workplace.signIn(page, workplace.get('admin'), '/admin?q=lastmoment');
  await live(page);
  await ben.checkIn();
  await expect(rows(ben)).toContainText('At work');
  await keep(page);
  network.block({ everything: true });
  await page.reload();
  await expect(rows(ben)).toContainText('At work');
  await expect(rows(cleo)).not.toContainText('At work');
  await expect(notice(page)).toBeVisible();
  await expect(page.locator('[data-status="offline"]')).toBeVisible();
  await cleo.checkIn();
  network.restore();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await live(page);
  await expect(rows(cleo)).toContainText('At work');
  await expect(rows(ben)).toContainText('At work');
  await expect(notice(page)).toBeHidden();
});

test('a board that stays open over midnight shows the next day, and is kept with it', async ({
  page,
  workplace,
}) => {
  const day = 86_400_000;
  const tomorrow = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format(Date.now() + day);
  // The server's clock cannot be moved: its board is dated for it.
  await page.context().route('**/api/v1/attendance/board', async (route) => {
    const answer = await route.fetch();
    const board = (await answer.json()) as { now: number };
    await route.fulfill({ json: { ...board, now: board.now + day, date: tomorrow, today: tomorrow } });
  });
  await page.clock.install();
  await workplace.signIn(page, workplace.get('admin'), '/admin');
  await live(page);
  await keep(page);
  const kept = async () => (await keptIn(page)).find(({ address }) => address === '/admin')?.data;
  expect(await kept()).not.toMatchObject({ board: { date: tomorrow } });
  await page.clock.fastForward(day);
  await expect
    .poll(async () => {
      await page.clock.runFor(7_000);
      return await kept();
    })
    .toMatchObject({ board: { date: tomorrow } });
});

test('after a sign-out nothing of the person is on the device, and their pages do not open', async ({
  page,
  network,
  workplace,
}) => {
  const dina = await workplace.hire('Dina Wiped');
  await visit(page, { workplace, person: dina, paths: own });
  expect(await traces(page, dina)).toEqual(['muster-pages owner', 'muster-pages pages']);
  await page.getByRole('button', { name: /account and appearance/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/login/);
  expect(await traces(page, dina)).toEqual([]);
  network.block({ everything: true });
  for (const path of own) {
    await page.goto(`${workplace.origin}${path}`);
    await expect(nothing(page)).toBeVisible();
  }
});

test('who signs out without network leaves nothing on the device', async ({ page, network, workplace }) => {
  const emil = await workplace.hire('Emil Wiped');
  await visit(page, { workplace, person: emil, paths: ['/'] });
  network.block({ everything: true });
  await page.reload();
  await expect(page.getByRole('heading', { name: /Emil/ })).toBeVisible();
  await page.getByRole('button', { name: /account and appearance/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out on this device' })).toBeVisible();
  expect(await traces(page, emil)).toEqual([]);
  await page.goto(`${workplace.origin}/`);
  await expect(nothing(page)).toBeVisible();
});

test('a person who signs in on another’s device sees and leaves nothing of theirs', async ({
  page,
  network,
  workplace,
}) => {
  const [fay, gus] = [await workplace.hire('Fay First'), await workplace.hire('Gus Second')];
  await visit(page, { workplace, person: fay, paths: own });
  // Fay’s session is gone and nothing has told the device.
  await workplace.signIn(page, gus);
  await keep(page);
  expect(await traces(page, fay)).toEqual([]);
  network.block({ everything: true });
  await page.reload();
  await expect(page.getByRole('heading', { name: /Gus/ })).toBeVisible();
  await page.goto(`${workplace.origin}/hours`);
  await expect(nothing(page)).toBeVisible();
});

test('an answer that nobody is signed in deletes what is kept', async ({ page, workplace }) => {
  const hal = await workplace.hire('Hal Ended');
  await visit(page, { workplace, person: hal, paths: ['/'] });
  await page.context().clearCookies({ name: COOKIE });
  expect(await page.evaluate(async () => (await fetch('/api/v1/me')).status)).toBe(401);
  await expect.poll(() => traces(page, hal)).toEqual([]);
});

test('a day after the server’s last answer nothing is shown, and it is deleted', async ({
  page,
  network,
  workplace,
}) => {
  const ida = await workplace.hire('Ida Late');
  await visit(page, { workplace, person: ida, paths: ['/'] });
  network.block({ everything: true });
  const later = (hours: number) =>
    workerOf(page).evaluate((ms) => {
      const real = performance.timeOrigin + performance.now();
      Date.now = () => real + ms;
    }, hours * 3_600_000);
  await later(23);
  await page.reload();
  await expect(page.getByRole('heading', { name: /Ida/ })).toBeVisible();
  await later(24.1);
  await page.reload();
  await expect(nothing(page)).toBeVisible();
  network.restore();
  await page.goto(`${workplace.origin}/mark.svg`);
  await expect.poll(() => traces(page, ida)).toEqual([]);
});
