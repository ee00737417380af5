/** Supervisors change one person's times. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';

const phone = { viewport: { width: 360, height: 740 } };
const nameOf = (first: string) => `${first} ${uuidv7().slice(-4)}`;
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** An hour before the field's time. */
const earlier = (wall: string) => new Date(Date.parse(`${wall}Z`) - 3_600_000).toISOString().slice(0, 16);

test('a supervisor changes a person’s times from the board and their page follows; times changed meanwhile are not overwritten', async ({
  browser,
  page: board,
  workplace,
}) => {
  const ben = await Colleague.join(workplace, nameOf('Ben Okafor'));
  // Taps are cut to the minute, and a minute may end between the two.
  await ben.checkOut(await ben.checkIn());
  const own = await (await browser.newContext(phone)).newPage();
  await workplace.signIn(own, ben.person);
  await live(own);
  await workplace.signIn(board, await workplace.hire('Ana Lopez', ['supervisor']), '/admin');
  await live(board);
  await board.getByLabel('Search people').fill(ben.person.name);
  await board
    .locator(`[data-person="${ben.person.id}"]`)
    .getByRole('button', { name: ben.person.name, exact: true })
    .click();
  await board.getByRole('link', { name: 'Change times' }).click();
  await expect(board.getByRole('heading', { level: 1 })).toHaveText(`Times of ${ben.person.name}`);
  const save = board.getByRole('button', { name: 'Save' });
  await expect(save).toBeDisabled();
  const came = board.getByLabel('Check-in');
  await came.fill(earlier(await came.inputValue()));
  await board.getByLabel('Reason').fill('The terminal was broken');
  await expectNoSeriousAxe(board);
  await save.click();
  await expect(board.getByText(/Saved\. Ben has been notified/)).toBeVisible();
  await expect(board.getByText(/^1 h 0[01] min after breaks/)).toBeVisible();
  await expect(own.getByText(/Entered by Ana Lopez at/)).toBeVisible();
  await expect(own.getByRole('main')).toContainText(/1 h 0[01] min/);

  await board.setViewportSize(phone.viewport);
  await came.fill(earlier(await came.inputValue()));
  await board.getByLabel('Reason').fill('The terminal was broken for longer');
  await ben.checkIn();
  await save.click();
  await expect(board.getByText('These times have changed since you opened this page.')).toBeVisible();
  await expectNoSeriousAxe(board);
  await board.getByRole('button', { name: 'Show the current times' }).click();
  await expect(board.getByText('Still in: the check-out stays open.')).toBeVisible();
  const { results } = await workplace.db
    .prepare(
      'SELECT corrected, (out_at - in_at) / 3600000 AS hours FROM attendance WHERE person_id = ? ORDER BY in_at',
    )
    .bind(ben.person.id)
    .all();
  expect(results).toEqual([
    { corrected: 1, hours: 1 },
    { corrected: 0, hours: null },
  ]);
});
