/** An admin plans in one browser; what others show in theirs follows, and what they are typing stays. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, test } from '../fixtures.ts';

const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
/** Goes when the page is loaded again. */
const mark = (page: Page) =>
  page.evaluate(() => document.documentElement.setAttribute('data-mark', 'same page'));
const isMarked = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-mark', 'same page');
const card = (page: Page, name: string) => page.getByRole('region', { name });

test('a night schedule is made and followed, and another browser shows it while its person goes on typing', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const [ben, eve] = [await workplace.hire('Ben Nightingale'), await workplace.hire('Eve Nightingale')];
  await workplace.signIn(admin, workplace.get('admin'), '/admin/schedules');
  const other = await browser.newPage({ baseURL: workplace.origin });
  await workplace.signIn(other, workplace.get('supervisor'), '/admin/schedules');
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
  await dialog.getByLabel('Saturday is worked').check();
  await dialog.getByLabel('Sunday is worked').check();
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
  other.on('dialog', (asked) => void asked.accept());
  await other.getByRole('button', { name: 'Close' }).click();
  await expect(card(other, 'Harbour nights').getByRole('button', { name: '2 people' })).toBeVisible();
  await isMarked(other);
  const board = await other.request.get(`${workplace.origin}/api/v1/attendance/board`);
  const { expected } = (await board.json()) as { expected: Record<string, number> };
  expect(expected[ben.id]).toBeDefined();
  expect(expected[ben.id]).toBe(expected[eve.id]);
  await other.close();
});

test('a holiday is added and removed, and appears in another browser by itself', async ({
  browser,
  page: admin,
  workplace,
}) => {
  await workplace.signIn(admin, workplace.get('admin'), '/admin/schedules');
  const other = await browser.newPage({ baseURL: workplace.origin });
  await workplace.signIn(other, workplace.get('supervisor'), '/admin/schedules');
  for (const page of [admin, other]) {
    await live(page);
    await page.getByText('Holidays', { exact: true }).click();
  }
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format();
  await admin.getByLabel('Date').fill(`${today.slice(0, 4)}-12-31`);
  await admin.getByLabel('Name of the holiday').fill('Turn of the year');
  await admin.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(other.getByRole('listitem').filter({ hasText: 'Turn of the year' })).toBeVisible();
  await admin.getByRole('button', { name: 'Remove Turn of the year' }).click();
  await expect(other.getByRole('listitem').filter({ hasText: 'Turn of the year' })).toBeHidden();
  await other.close();
});

test('a week is tried on the last month, then saved', async ({ page, workplace }) => {
  const cora = await workplace.hire('Cora Oven');
  const id = uuidv7();
  const worked = { start: '06:00', end: '14:00', breakMinutes: 30 };
  const week = {
    days: [worked, worked, worked, worked, worked, null, null],
    ...{ graceMinutes: null, earlyMinutes: 10, halfDayMinutes: 240 },
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
  await workplace.signIn(page, workplace.get('supervisor'), '/admin/schedules');
  await page.getByRole('button', { name: 'Change the week of Bakery' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Try it on / }).click();
  await expect(dialog.getByText('this would have changed nothing.')).toBeVisible();

  await dialog.getByLabel('Monday is worked').uncheck();
  await expect(dialog.getByText('this would have changed nothing.')).toBeHidden();
  await dialog.getByRole('button', { name: /^Try it on / }).click();
  // A month has four or five Mondays; she came on none.
  await expect(dialog.getByText(/would have changed [45] days of 1 person: worked no change/)).toBeVisible();
  await dialog.getByText('Cora Oven').click();
  await expect(dialog.getByText(/Absent → /).first()).toBeVisible();

  await dialog.getByRole('button', { name: 'Plan this week' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('The week is planned.')).toBeVisible();
});

test('settings: what is typed is guarded, survives somebody else’s change, and is planned for a date', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const boss = await workplace.hire('Bea Boss', ['admin']);
  await workplace.signIn(admin, workplace.get('admin'), '/admin/settings');
  const other = await browser.newPage({ baseURL: workplace.origin });
  await workplace.signIn(other, boss, '/admin/settings');
  await live(other);
  await other.getByLabel('Grace').fill('150');

  await admin.getByLabel('Wait for a check-out').fill('240');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByRole('button', { name: 'Nothing to save' })).toBeVisible();
  await expect(other.getByText('Someone else has changed the settings.')).toBeVisible();
  await expect(other.getByLabel('Grace')).toHaveValue('150');

  let asked = '';
  other.once('dialog', (dialog) => {
    asked = dialog.message();
    void dialog.dismiss();
  });
  await other.getByRole('link', { name: 'Board' }).first().click();
  await expect.poll(() => asked).toContain('Leave without saving?');
  await expect(other).toHaveURL(/\/admin\/settings$/);

  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('This must be at most 120 minutes.')).toBeVisible();
  await other.getByRole('button', { name: 'Use their settings' }).click();
  await expect(other.getByLabel('Wait for a check-out')).toHaveValue('240');

  await other.getByLabel('Grace').fill('9');
  await other.getByLabel('Tax', { exact: true }).fill('7.125');
  await other.getByText('From a date').click();
  await other.getByLabel('First day').fill('2099-01-01');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('This must have at most two digits after the point.')).toBeVisible();
  await other.getByLabel('Tax', { exact: true }).fill('7.12');
  await other.getByLabel('Currency').selectOption('JPY');
  await other.getByRole('button', { name: 'Save' }).click();
  const coming = admin.getByRole('region', { name: 'Scheduled changes' });
  await expect(coming.getByText('9 min')).toBeVisible();
  await expect(coming.getByText('7.12 %')).toBeVisible();
  await expect(coming.getByText('Japanese Yen (JPY)')).toBeVisible();
  await coming.getByRole('button', { name: 'Take back' }).click();
  await expect(other.getByText('Nothing is planned.')).toBeVisible();
  await other.close();
});
