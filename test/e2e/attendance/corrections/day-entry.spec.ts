/** A day entered for many people. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake } from '../../Workplace.ts';

const HOUR = 3_600_000;
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();

test('an admin enters a day for twenty people, each with an outcome, and the board shows it', async ({
  browser,
  page,
  workplace,
}) => {
  const ward = `Crowd ${uuidv7().slice(-4)}`;
  const crowd = await Promise.all(Array.from({ length: 20 }, (_, n) => workplace.hire(`${ward} ${n}`)));
  const dates = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone });
  const date = dates.format(Date.now() - 48 * HOUR);
  // A night record overlaps the day: it cannot be entered.
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
