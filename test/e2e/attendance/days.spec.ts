/** Days that are mended while they go on, and a day entered for many. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake } from '../Workplace.ts';

const HOUR = 3_600_000;
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();

test('the start of today is corrected while in, and the check-out afterwards makes the hours right', async ({
  browser,
  page: queue,
  workplace,
}) => {
  const name = `Lena Late ${uuidv7().slice(-4)}`;
  const lena = await workplace.hire(name);
  await workplace.signIn(queue, await workplace.hire('Ana Lopez', ['supervisor']), '/admin/corrections');
  await live(queue);
  const own = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(own, lena);
  await live(own);
  await own.getByRole('button', { name: /Check in/ }).click();
  await expect(own.getByRole('button', { name: /Check out/ })).toBeVisible();

  const today = own.getByRole('region', { name: 'Today' });
  await today.getByRole('button', { name: 'Correct the times of today' }).click();
  const dialog = own.getByRole('dialog');
  await expect(dialog.getByText('Still in: the check-out stays open.')).toBeVisible();
  const tapped = await dialog.getByLabel('Check-in').inputValue();
  const start = new Date(Date.parse(`${tapped}Z`) - 2 * HOUR).toISOString().slice(0, 16);
  await dialog.getByLabel('Check-in').fill(start);
  await dialog.getByLabel('Reason').fill('I forgot to check in');
  await dialog.getByRole('button', { name: 'Send request' }).click();
  await expect(today.getByText('Waiting for an answer')).toBeVisible();

  const request = queue.locator('[data-request]').filter({ hasText: name });
  await expect(request.getByRole('deletion')).toHaveText(`since ${tapped.slice(-5)}`);
  await expect(request.getByRole('insertion')).toHaveText(`since ${start.slice(-5)}`);
  await request.getByRole('button', { name: 'Approve' }).click();
  await expect(today.getByText(/Approved by Ana Lopez/)).toBeVisible();
  await expect(own.getByRole('button', { name: /Check out/ })).toBeVisible();

  await own.getByRole('button', { name: /Check out/ }).click();
  await expect(own.getByRole('button', { name: /Check in/ })).toBeVisible();
  await expect(today).toContainText(new RegExp(`${start.slice(-5)} – \\d\\d:\\d\\d`));
  await expect(today).toContainText(/2 h 0\d min/);
  await expect
    .poll(() =>
      workplace.db
        .prepare('SELECT (out_at - in_at) / 3600000 AS hours FROM attendance WHERE person_id = ?')
        .bind(lena.id)
        .all(),
    )
    .toMatchObject({ results: [{ hours: 2 }] });
  await own.context().close();
});

test('a day is entered for twenty people at once, each with an outcome, and the board shows it', async ({
  browser,
  page,
  workplace,
}) => {
  const ward = `Crowd ${uuidv7().slice(-4)}`;
  const crowd = await Promise.all(Array.from({ length: 20 }, (_, n) => workplace.hire(`${ward} ${n}`)));
  const dates = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone });
  const date = dates.format(Date.now() - 48 * HOUR);
  // Somebody was here all night: their day cannot be entered over it.
  const [busy] = crowd;
  const night = dates.format(Date.now() - 72 * HOUR);
  const noon = Math.floor((Date.now() - 48 * HOUR) / 60_000) * 60_000;
  await workplace.db
    .prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .bind(uuidv7(), busy?.id, night, workplace.zone, noon - 20 * HOUR, noon)
    .run();
  const board = await (await browser.newContext()).newPage();
  await workplace.signIn(board, workplace.get('admin'), `/admin?date=${date}&q=${ward.replace(' ', '+')}`);
  await live(board);
  await expect(board.locator('[data-person]')).toHaveCount(20);

  await workplace.signIn(page, await workplace.hire('Ana Lopez', ['supervisor']), '/admin/corrections');
  await page.getByRole('link', { name: 'Enter a day' }).click();
  await awake(page);
  await page.getByLabel('Day', { exact: true }).fill(date);
  await page.getByLabel('Search people').fill(ward);
  await expect(page.getByRole('checkbox', { name: new RegExp(ward) })).toHaveCount(20);
  await page.getByRole('button', { name: 'Choose all found' }).click();
  await page.getByLabel('Check-in').fill('07:00');
  await page.getByLabel('Check-out').fill('06:00');
  await expect(page.getByText('Next day')).toBeVisible();
  await page.getByLabel('Check-out').fill('15:00');
  await page.getByRole('button', { name: 'Add a break' }).click();
  const kinds = page.getByRole('combobox', { name: 'Kind of break' });
  const kind = await kinds.locator('option').last().getAttribute('value');
  await kinds.selectOption(kind);
  await page.getByLabel('Reason').fill('The terminal was broken');
  await expectNoSeriousAxe(page);
  await page.getByRole('button', { name: 'Enter for 20 people' }).click();

  const outcomes = page.locator('[data-outcomes] li');
  await expect(outcomes.filter({ hasText: 'entered' })).toHaveCount(19);
  await expect(outcomes.filter({ hasText: busy?.name ?? '' }).filter({ hasText: 'overlap' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Enter for 1 person' })).toBeVisible();
  await expect(board.locator('[data-person]').filter({ hasText: '15:00' })).toHaveCount(19);
  const ids = JSON.stringify(crowd.map(({ id }) => id));
  const { results } = await workplace.db
    .prepare(
      `SELECT DISTINCT work_date, kind FROM attendance JOIN breaks ON record_id = attendance.id
       WHERE attendance.person_id IN (SELECT value FROM json_each(?))`,
    )
    .bind(ids)
    .all();
  expect(results).toEqual([{ work_date: date, kind }]);
  await board.context().close();
});
