/** Supervisors mend one person's times; a sole admin their own. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake } from '../../Workplace.ts';

const phone = { viewport: { width: 360, height: 740 } };
const nameOf = (first: string) => `${first} ${uuidv7().slice(-4)}`;
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** An hour before the time that stands there. */
const earlier = (wall: string) => new Date(Date.parse(`${wall}Z`) - 3_600_000).toISOString().slice(0, 16);

test('a supervisor changes somebody’s times from the board, and their own page follows', async ({
  browser,
  page: board,
  workplace,
}) => {
  const ben = await Colleague.join(workplace, nameOf('Ben Okafor'));
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
  await expect(board.getByText(/^1 h 00 min after breaks/)).toBeVisible();
  await expect(own.getByText(/Entered by Ana Lopez at/)).toBeVisible();
  await expect(own.getByRole('main')).toContainText('1 h 00 min');
  await own.context().close();
});

test('times that changed after the page was opened are not overwritten', async ({ page, workplace }) => {
  await page.setViewportSize(phone.viewport);
  const cara = await Colleague.join(workplace, nameOf('Cara Diaz'));
  await cara.checkOut(await cara.checkIn());
  const ana = await workplace.hire('Ana Lopez', ['supervisor']);
  await workplace.signIn(page, ana, `/admin/corrections/people/${cara.person.id}`);
  const came = page.getByLabel('Check-in');
  await came.fill(earlier(await came.inputValue()));
  await page.getByLabel('Reason').fill('The terminal was broken');
  await cara.checkIn();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('These times have changed since you opened this page.')).toBeVisible();
  await expectNoSeriousAxe(page);
  await page.getByRole('button', { name: 'Show them as they are now' }).click();
  await expect(page.getByText('Still in: the check-out stays open.')).toBeVisible();
  const { results } = await workplace.db
    .prepare('SELECT corrected FROM attendance WHERE person_id = ?')
    .bind(cara.person.id)
    .all();
  expect(results).toEqual([{ corrected: 0 }, { corrected: 0 }]);
});

test('a sole admin approves their own request, and the journal says so', async ({ page, workplace }) => {
  const mia = await Colleague.of(workplace, await workplace.hire(nameOf('Mia Alone'), ['admin']));
  const id = await mia.checkIn();
  await mia.checkOut(id);
  const row = await workplace.db
    .prepare('SELECT work_date AS date, in_at AS inAt, out_at AS outAt FROM attendance WHERE id = ?')
    .bind(id)
    .first<{ date: string; inAt: number; outAt: number }>();
  const { date, inAt, outAt } = row ?? { date: '', inAt: 0, outAt: 0 };
  const records = [{ id, inAt: inAt - 3_600_000, outAt, breaks: [] }];
  const days = { from: date, to: date, records };
  await mia.write('post', 'corrections', { id: uuidv7(), days, reason: 'The terminal was broken' });
  const others = `active AND id <> '${mia.person.id}'`;
  const { results } = await workplace.db
    .prepare(`SELECT id FROM people WHERE ${others}`)
    .all<{ id: string }>();
  await workplace.db.prepare(`UPDATE people SET active = 0 WHERE ${others}`).run();
  try {
    await workplace.signIn(page, mia.person, '/admin/corrections');
    const request = page.locator('[data-request]').filter({ hasText: mia.person.name });
    await expect(request).toContainText('Nobody else here can decide on it, so you can.');
    await expectNoSeriousAxe(page);
    await request.getByRole('button', { name: 'Approve my own request' }).click();
    await expect(request).toContainText(/Approved by Mia Alone .* at \d\d:\d\d/);
    await page.goto('/admin/journal');
    await awake(page);
    await expect(page.getByText(/Mia Alone .* approved a correction of their own/).first()).toBeVisible();
  } finally {
    await workplace.db
      .prepare('UPDATE people SET active = 1 WHERE id IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(results.map((person) => person.id)))
      .run();
  }
});
