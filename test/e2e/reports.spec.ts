/** Reports: filtered, summed, and taken along whole as a file. */
import { Colleague } from './Colleague.ts';
import { expect, test } from './fixtures.ts';
import { awake } from './Workplace.ts';

test('a supervisor filters a month, reads its totals and takes the whole of it along', async ({
  page,
  workplace,
}) => {
  await workplace.signIn(page, workplace.get('supervisor'), '/admin/reports');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Day by day');
  const from = await page.getByLabel('From').inputValue();
  const first = new Date(Date.parse(from) - 20 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('From').fill(first);
  await expect(page).toHaveURL(new RegExp(`from=${first}`));
  await page.getByLabel('Department').selectOption('Nursing');
  await expect(page).toHaveURL(/department=[0-9a-f-]{36}/);
  await expect(page.getByRole('rowheader', { name: 'Daniel Mensah' }).first()).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'Ana Kovač' })).toHaveCount(0);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream())
    chunks.push(Buffer.from(chunk as Uint8Array));
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => /^\d{4}-/.test(line));
  const { results } = await workplace.db
    .prepare(
      `SELECT DISTINCT person_id, work_date FROM attendance JOIN people ON people.id = person_id
       WHERE department = 'Nursing' AND work_date >= ?`,
    )
    .bind(first)
    .all();
  expect(lines.length).toBeGreaterThanOrEqual(results.length);
  expect(lines.every((line) => line.includes('Nursing'))).toBe(true);

  await page.getByLabel('Department').selectOption('All departments');
  await expect(page).not.toHaveURL(/department=[0-9a-f-]{36}/);
  await page.getByLabel('Report', { exact: true }).selectOption('Totals by department');
  await expect(page.getByRole('rowheader', { name: 'Medicine' })).toBeVisible();
  await page.getByRole('link', { name: 'Last month' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Totals by department'); // the kind is kept
  const totals = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  expect((await totals).suggestedFilename()).toMatch(/^totals-/);
});

test('an employee reads their own month, and no report of others', async ({ page, workplace }) => {
  await workplace.signIn(page, workplace.get('employee'), '/hours');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My hours');
  await page.getByRole('link', { name: 'Month before' }).click();
  await expect(page.getByRole('table')).toContainText('Present');
  await page.goto('/admin/reports');
  await awake(page);
  await expect(page.getByText(/for supervisors and admins/)).toBeVisible();
});

test('a report says how much has changed since, and waits for the reader to refresh it', async ({
  page,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Later');
  await workplace.signIn(page, workplace.get('supervisor'), '/admin/reports');
  await awake(page);
  await expect(page.getByRole('rowheader', { name: ben.name })).toHaveCount(0);
  const phone = await Colleague.of(workplace, ben);
  await phone.checkIn();
  await expect(page.getByRole('button', { name: 'refresh' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: ben.name })).toHaveCount(0);
  await page.getByRole('button', { name: 'refresh' }).click();
  await expect(page.getByRole('rowheader', { name: ben.name })).toBeVisible();
});
