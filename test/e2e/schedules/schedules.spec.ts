/** An admin plans in one browser; others follow live and keep their typed text. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, test } from '../fixtures.ts';
import type { Employee, Workplace } from '../Workplace.ts';

const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** A mark that a reload removes. */
const mark = (page: Page) =>
  page.evaluate(() => document.documentElement.setAttribute('data-mark', 'same page'));
const isMarked = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-mark', 'same page');
const card = (page: Page, name: string) => page.getByRole('region', { name });

/** Monday to Friday from 6 to 14, since long ago. */
async function followBakery(workplace: Workplace, cora: Employee): Promise<void> {
  const id = uuidv7();
  const worked = { start: '06:00', end: '14:00', breakMinutes: 30 };
  const week = {
    days: [worked, worked, worked, worked, worked, null, null],
    graceMinutes: null,
    earlyMinutes: 10,
    halfDayMinutes: 240,
  };
  await workplace.db.batch([
    workplace.db.prepare('INSERT INTO schedules (id, name) VALUES (?, ?)').bind(id, 'Bakery'),
    workplace.db
      .prepare("INSERT INTO schedule_weeks (schedule_id, valid_from, week) VALUES (?, '2020-01-01', ?)")
      .bind(id, JSON.stringify(week)),
    workplace.db
      .prepare("INSERT INTO assignments (person_id, schedule_id, valid_from) VALUES (?, ?, '2020-01-01')")
      .bind(cora.id, id),
  ]);
}

test('an admin plans a week, its people and a holiday; another browser shows it while a person types, and tries a rule', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const [ben, eve] = [await workplace.hire('Ben Nightingale'), await workplace.hire('Eve Nightingale')];
  const cora = await workplace.hire('Cora Oven');
  await followBakery(workplace, cora);
  const other = await browser.newPage({ baseURL: workplace.origin });
  await Promise.all([
    workplace.signIn(admin, workplace.get('admin'), '/admin/schedules'),
    workplace.signIn(other, workplace.get('supervisor'), '/admin/schedules'),
  ]);
  await live(other);
  await mark(other);
  await other.getByRole('button', { name: 'New schedule' }).click();
  await other.getByLabel('Name').fill('Half a na');

  await admin.getByRole('button', { name: 'New schedule' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Harbour nights');
  await dialog.getByLabel('Monday begins').fill('22:00');
  await dialog.getByLabel('Monday ends').fill('08:00');
  await dialog.getByLabel('Tuesday begins').fill('06:00');
  await dialog.getByRole('button', { name: 'Create schedule' }).click();
  await expect(dialog.getByText('Monday’s runs to 08:00, Tuesday’s begins at 06:00')).toBeVisible();
  await dialog.getByLabel('Monday ends').fill('06:00');
  await expect(dialog.getByText(/^Workplace: \d+ min$/)).toBeVisible();
  const ownGrace = dialog.getByLabel('Set for this schedule', { exact: true });
  await ownGrace.check();
  await expect(dialog.getByText(/^Workplace: /)).toBeHidden();
  await ownGrace.uncheck();
  await dialog.getByLabel('Saturday is a working day').check();
  await dialog.getByLabel('Sunday is a working day').check();
  await dialog.getByRole('button', { name: 'Monday’s times for all' }).click();
  await dialog.getByRole('button', { name: 'Create schedule' }).click();
  await expect(dialog).toBeHidden();
  await expect(card(admin, 'Harbour nights').getByText('22:00 to 06:00 next day')).toHaveCount(7);

  await admin.locator('#content').getByText('People', { exact: true }).click();
  await admin.getByLabel('Search people').fill('Nightingale');
  await admin.getByLabel('All 2 people shown').check();
  await admin.getByLabel('Schedule to follow').selectOption({ label: 'Harbour nights' });
  await admin.getByRole('button', { name: 'From today' }).click();
  const theirs = admin.getByRole('listitem').filter({ hasText: 'Nightingale' });
  await expect(theirs.filter({ hasText: 'Harbour nights' })).toHaveCount(2);

  await expect(other.getByLabel('Name')).toHaveValue('Half a na');
  other.on('dialog', (dialog) => void dialog.accept());
  await other.getByRole('button', { name: 'Close' }).click();
  await expect(card(other, 'Harbour nights').getByRole('button', { name: '2 people' })).toBeVisible();
  await isMarked(other);
  const board = await other.request.get(`${workplace.origin}/api/v1/attendance/board`);
  const { expected } = (await board.json()) as { expected: Record<string, number> };
  expect(expected[ben.id]).toBeDefined();
  expect(expected[ben.id]).toBe(expected[eve.id]);

  await test.step('a week is tried on the last month, then saved', async () => {
    await other.getByRole('button', { name: 'Change the week of Bakery' }).click();
    const trial = other.getByRole('dialog');
    await trial.getByRole('button', { name: /^Preview / }).click();
    await expect(trial.getByText('nothing would have changed.')).toBeVisible();

    await trial.getByLabel('Monday is a working day').uncheck();
    await expect(trial.getByText('nothing would have changed.')).toBeHidden();
    await trial.getByRole('button', { name: /^Preview / }).click();
    // A month has four or five Mondays; she came on none.
    await expect(trial.getByText(/would have changed [45] days of 1 person: worked no change/)).toBeVisible();
    await trial.getByText('Cora Oven').click();
    await expect(trial.getByText(/Absent → /).first()).toBeVisible();

    await trial.getByRole('button', { name: 'Plan this week' }).click();
    await expect(trial).toBeHidden();
    await expect(other.getByText('Week saved.')).toBeVisible();
  });

  await test.step('a holiday is added and removed', async () => {
    for (const page of [admin, other]) await page.getByText('Holidays', { exact: true }).click();
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format();
    await admin.getByLabel('Date').fill(`${today.slice(0, 4)}-12-31`);
    await admin.getByLabel('Name of the holiday').fill('Turn of the year');
    await admin.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(other.getByRole('listitem').filter({ hasText: 'Turn of the year' })).toBeVisible();
    await admin.getByRole('button', { name: 'Remove Turn of the year' }).click();
    await expect(other.getByRole('listitem').filter({ hasText: 'Turn of the year' })).toBeHidden();
    await isMarked(other);
  });
  await other.close();
});
