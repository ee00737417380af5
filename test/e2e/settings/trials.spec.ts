/** A rule is tried on the last month before it is saved. */
import { uuidv7 } from 'uuidv7';
import { expect, test } from '../fixtures.ts';

/** Monday to Friday of a week that lies in the last month. */
function daysOfLastMonth(): string[] {
  const now = new Date();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 8));
  const monday = +first - ((first.getUTCDay() + 6) % 7) * 86_400_000;
  return [0, 1, 2, 3, 4].map((day) => new Date(monday + day * 86_400_000).toISOString().slice(0, 10));
}

test('settings are tried on the last month, told day by day, then saved', async ({ page, workplace }) => {
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
  await workplace.signIn(page, workplace.get('admin'), '/admin/settings');
  const trial = page.getByRole('button', { name: /^Try it on / });
  await trial.click();
  await expect(page.getByText('this would have changed nothing.')).toBeVisible();

  await page.getByLabel('Weekly limit').fill('20');
  await expect(page.getByText('this would have changed nothing.')).toBeHidden();
  await trial.click();
  await expect(page.getByText(/would have changed \d+ days? of .*overtime \+/)).toBeVisible();
  const his = page.getByRole('group').filter({ hasText: 'Aaron Trial' });
  await expect(his).toContainText('1 day, worked no change, overtime +5 h 00 min');
  await his.getByText('Aaron Trial').click();
  await expect(his).toContainText('weekly overtime 0 min → 5 h 00 min');

  // From a date that no test gets to see.
  await page.getByText('From a date').click();
  await page.getByLabel('First day').fill('2099-01-01');
  await page.getByRole('button', { name: 'Save' }).click();
  const coming = page.getByRole('region', { name: 'Scheduled changes' });
  await expect(coming.getByText('20 h')).toBeVisible();
  await coming.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText('Nothing is planned.')).toBeVisible();
});
