/** Settings: edited by two, tried before they are saved, and planned. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, test } from '../fixtures.ts';

const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();

/** Monday to Friday of a week in the last month. */
function daysOfLastMonth(): string[] {
  const now = new Date();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 8));
  const monday = +first - ((first.getUTCDay() + 6) % 7) * 86_400_000;
  return [0, 1, 2, 3, 4].map((day) => new Date(monday + day * 86_400_000).toISOString().slice(0, 10));
}

test('settings warn before unsaved text is lost, are tried on the last month, and are planned for a date', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const aaron = await workplace.hire('Aaron Trial');
  await workplace.db.batch(
    daysOfLastMonth().map((date) => {
      // Too short for any break to be deducted.
      const start = Date.parse(`${date}T08:00Z`);
      return workplace.db
        .prepare(
          `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, corrected)
           VALUES (?, ?, ?, 'Europe/Berlin', ?, ?, 0, 0)`,
        )
        .bind(uuidv7(), aaron.id, date, start, start + 5 * 3_600_000);
    }),
  );
  const boss = await workplace.hire('Bea Boss', ['admin']);
  const other = await browser.newPage({ baseURL: workplace.origin });
  await Promise.all([
    workplace.signIn(admin, workplace.get('admin'), '/admin/settings'),
    workplace.signIn(other, boss, '/admin/settings'),
  ]);
  await live(other);

  await test.step('a trial of a rule shows each day', async () => {
    const trial = admin.getByRole('button', { name: /^Preview / });
    await trial.click();
    await expect(admin.getByText('nothing would have changed.')).toBeVisible();

    await admin.getByLabel('Weekly limit').fill('20');
    await expect(admin.getByText('nothing would have changed.')).toBeHidden();
    await trial.click();
    await expect(admin.getByText(/would have changed \d+ days? of .*overtime \+/)).toBeVisible();
    const his = admin.getByRole('group').filter({ hasText: 'Aaron Trial' });
    await expect(his).toContainText('1 day, worked no change, overtime +5 h 00 min');
    await his.getByText('Aaron Trial').click();
    await expect(his).toContainText('weekly overtime 0 min → 5 h 00 min');
    await admin.getByLabel('Weekly limit').fill('');
  });

  await other.getByLabel('Grace').fill('150');

  await admin.getByLabel('Wait for a check-out').fill('240');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByRole('button', { name: 'Nothing to save' })).toBeVisible();
  await expect(other.getByText('Someone else has changed the settings.')).toBeVisible();
  await expect(other.getByLabel('Grace')).toHaveValue('150');

  let question = '';
  other.once('dialog', (dialog) => {
    question = dialog.message();
    void dialog.dismiss();
  });
  await other.getByRole('link', { name: 'Board' }).first().click();
  await expect.poll(() => question).toContain('Leave without saving?');
  await expect(other).toHaveURL(/\/admin\/settings$/);

  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('This must be at most 120 minutes.')).toBeVisible();
  await other.getByRole('button', { name: 'Use their settings' }).click();
  await expect(other.getByLabel('Wait for a check-out')).toHaveValue('240');

  // From a date that no test reaches.
  await other.getByLabel('Grace').fill('9');
  await other.getByLabel('Weekly limit').fill('20');
  await other.getByLabel('Tax', { exact: true }).fill('7.125');
  await other.getByText('From a date').click();
  await other.getByLabel('First day').fill('2099-01-01');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('This must have at most two digits after the point.')).toBeVisible();
  await other.getByLabel('Tax', { exact: true }).fill('7.12');
  // Payments were taken: the currency is fixed.
  await other.getByLabel('Currency').selectOption('JPY');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('The currency cannot change any more')).toBeVisible();
  await other.getByLabel('Currency').selectOption('EUR');
  await other.getByRole('button', { name: 'Save' }).click();
  const coming = admin.getByRole('region', { name: 'Scheduled changes' });
  await expect(coming.getByText('9 min')).toBeVisible();
  await expect(coming.getByText('20 h')).toBeVisible();
  await expect(coming.getByText('7.12 %')).toBeVisible();
  await coming.getByRole('button', { name: 'Cancel' }).click();
  await expect(other.getByText('No scheduled changes.')).toBeVisible();
  await other.close();
});
