/** Reports: filtered, summed and downloaded. */
import type { Download, Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { awake, type Workplace } from '../Workplace.ts';

async function textOf(download: Promise<Download>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream())
    chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** A new person with 4:59 hours on each date: too short for a deducted break. */
async function worked(workplace: Workplace, name: string, dates: readonly string[]): Promise<{ id: string }> {
  const person = await workplace.hire(name);
  await workplace.db.batch(
    dates.map((date) => {
      const start = Date.parse(`${date}T08:00Z`);
      return workplace.db
        .prepare(
          `INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, corrected)
           VALUES (?, ?, ?, 'Europe/Berlin', ?, ?, 0, 0)`,
        )
        .bind(uuidv7(), person.id, date, start, start + 299 * 60_000);
    }),
  );
  return person;
}

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Each row's name and "Worked", as files write it. */
async function shownHours(page: Page): Promise<string[]> {
  const headings = await page.getByRole('table').getByRole('columnheader').allInnerTexts();
  const rows = await page.getByRole('table').getByRole('row').all();
  const found = rows.slice(1).map(async (row) => {
    const [name = ''] = (await row.getByRole('rowheader').innerText()).split('\n');
    const words = await row
      .getByRole('cell')
      .nth(headings.indexOf('Worked') - 1)
      .innerText();
    const [, hours = '0', minutes = '0'] = /^(?:(\d+) h )?(\d+) min$/.exec(words) ?? [];
    return `${name} ${hours}:${minutes.padStart(2, '0')}`;
  });
  return Promise.all(found);
}

test('a supervisor filters a report, downloads all of it, and refreshes it when it has changed', async ({
  page,
  workplace,
}) => {
  const leo = await worked(workplace, 'Leo Leaver', [daysAgo(9)]);
  await workplace.db.batch([
    workplace.db.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(leo.id),
    workplace.db
      .prepare('INSERT INTO terms (person_id, valid_from, employed) VALUES (?, ?, 0)')
      .bind(leo.id, daysAgo(8)),
  ]);
  await worked(workplace, 'Nora Five', [6, 5, 4, 3, 2].map(daysAgo));
  const ben = await workplace.hire('Ben Later');
  await workplace.signIn(page, workplace.get('supervisor'), '/admin/reports');

  await test.step('the report says how much has changed, and waits for the reader', async () => {
    await awake(page);
    await expect(page.getByRole('rowheader', { name: ben.name })).toHaveCount(0);
    const phone = await Colleague.of(workplace, ben);
    await phone.checkIn();
    await expect(page.getByRole('button', { name: 'refresh' })).toBeVisible();
    await expect(page.getByRole('rowheader', { name: ben.name })).toHaveCount(0);
    await page.getByRole('button', { name: 'refresh' }).click();
    await expect(page.getByRole('rowheader', { name: ben.name })).toBeVisible();
  });

  await test.step('a month of one department, by day and in totals, as a file', async () => {
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
    const lines = (await textOf(download)).split(/\r?\n/).filter((line) => /^\d{4}-/.test(line));
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
    await page.getByRole('button', { name: 'Last month' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Totals by department'); // the kind is kept
    const totals = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    expect((await totals).suggestedFilename()).toMatch(/^totals-/);
  });

  await test.step('presets keep kind and filters, the address restores them, and the file equals the page', async () => {
    await page.getByLabel('Report', { exact: true }).selectOption('Totals by person');
    await page.getByLabel('Department').selectOption('Nursing');
    for (const preset of ['Last week', 'This week', 'This month']) {
      await page.getByRole('button', { name: preset }).click();
      await expect(page.getByRole('button', { name: preset, pressed: true })).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Totals by person');
      await expect(page).toHaveURL(/kind=person.*department=[0-9a-f-]{36}/);
    }

    const span = daysAgo(7);
    await page.getByLabel('From').fill(span);
    await expect(page).toHaveURL(new RegExp(`from=${span}`));
    await expect(page.getByRole('row').filter({ hasText: 'Nora Five' })).toContainText('24 h 55 min');
    await page.reload();
    await awake(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Totals by person');
    await expect(page.getByLabel('Department').locator('option:checked')).toHaveText('Nursing');
    await expect(page.getByLabel('From')).toHaveValue(span);

    const shown = await shownHours(page);
    expect(shown).toContain('Nora Five 24:55');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const [head = '', ...lines] = (await textOf(download)).replace('\u{feff}', '').split(/\r?\n/);
    const column = head.split(',').indexOf('Worked');
    const rows = lines.slice(0, lines.indexOf('')).map((line) => line.split(','));
    expect(rows.map((row) => `${row[0]} ${row[column]}`)).toEqual(shown);
  });

  await test.step('dates out of order or too far apart move the other date, and a leaver can be chosen', async () => {
    await page.goto('/admin/reports');
    await awake(page);
    await page.getByLabel('Person').selectOption('Leo Leaver, left');
    await expect(page).toHaveURL(new RegExp(`person=${leo.id}`));
    await page.getByLabel('From').fill(daysAgo(10));
    await expect(page.getByRole('rowheader', { name: 'Leo Leaver' })).toBeVisible();

    await page.getByLabel('to', { exact: true }).fill(daysAgo(20));
    await expect(page.getByLabel('From')).toHaveValue(daysAgo(20));
    await page.getByLabel('to', { exact: true }).fill(daysAgo(0));
    await page.getByLabel('From').fill('2020-02-03');
    await expect(page).toHaveURL(/from=2020-02-03&to=2021-02-02/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Day by day');

    await page.getByLabel('From').fill('0020-02-03'); // a year, half typed
    await page.getByLabel('Status').selectOption('Late');
    await expect(page).toHaveURL(/from=2020-02-03/);
    await page.getByLabel('From').fill('2020-03-03');
    await expect(page).toHaveURL(/from=2020-03-03.*status=late/);
  });
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
