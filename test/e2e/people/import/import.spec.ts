/** Import of people from a file: preview, import and report. */
import { readFile } from 'node:fs/promises';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import type { Workplace } from '../../Workplace.ts';

/** Other tests count the people here. */
async function forget(workplace: Workplace, email: string): Promise<void> {
  const found = 'SELECT id FROM people WHERE email LIKE ?1';
  await workplace.db.batch([
    workplace.db.prepare(`DELETE FROM terms WHERE person_id IN (${found})`).bind(email),
    workplace.db.prepare('DELETE FROM people WHERE email LIKE ?1').bind(email),
  ]);
}

test('an import previews the file, adds new people, changes others as shown, and reports the rest', async ({
  page: admin,
  workplace,
}) => {
  const [ben, cleo, dan] = [
    await workplace.hire('Ben Updated'),
    await workplace.hire('Cleo Left Out'),
    await workplace.hire('Dan Unchanged'),
  ];
  const good = Array.from(
    { length: 230 },
    (_, n) => `Imported Person ${n},import${n}@harbour.example,Ward ${n % 3},Nurse,`,
  );
  const csv = [
    'Full name,E-mail,Dept,Title,Roles',
    ...good,
    'Nobody,not-an-email,Ward,Nurse,',
    `"=HYPERLINK(""x"")",IMPORT0@Harbour.example,Ward,Nurse,`,
    ',empty@harbour.example,Ward,Nurse,',
    `Ben Updated,${ben.email},Kitchen,,admin`,
    `Cleo Left Out,${cleo.email},Kitchen,Cook,`,
    `Dan Unchanged,${dan.email.toUpperCase()},Nursing,Nurse,employee`,
  ].join('\n');
  await admin.setViewportSize({ width: 360, height: 740 });
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people/import');
  const download = admin.waitForEvent('download');
  await admin.getByRole('button', { name: 'Download a template' }).click();
  const template = await readFile(await (await download).path(), 'utf8');
  expect(template.split('\r\n')).toHaveLength(4);
  expect(template.startsWith('\uFEFF"Name","Email"')).toBe(true);
  const file = admin.getByLabel('File', { exact: true });
  await file.setInputFiles({
    name: 'staff.xlsx',
    mimeType: 'text/csv',
    buffer: Buffer.from('PK\u0003\u0004'),
  });
  await expect(admin.getByRole('alert')).toContainText('This is a workbook');
  await expect(admin.getByRole('button', { name: 'Check file' })).toHaveCount(0);

  await file.setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await admin.getByRole('button', { name: 'Check file' }).click();
  await expect(admin.getByText('230 ready, 2 to update, 1 unchanged, 3 errors.')).toBeVisible();
  await expect(admin.getByRole('row', { name: /^232 Nobody/ })).toContainText('must be an email address');
  await expect(admin.getByRole('row', { name: /^233 / })).toContainText('Email is the same as in line 2');
  const [first, second] = [admin.locator('[data-update="235"]'), admin.locator('[data-update="236"]')];
  await expect(first.locator('del')).toHaveText(['from Nursing']);
  await expect(first.locator('ins')).toHaveText(['to Kitchen']);
  await expect(first).toContainText('Roles stay employee.');
  await expect(second.locator('del')).toHaveText(['from Nursing', 'from Nurse']);
  await expectNoSeriousAxe(admin);
  await admin.emulateMedia({ colorScheme: 'dark' });
  await expectNoSeriousAxe(admin);
  expect(await admin.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  const count = () =>
    workplace.db
      .prepare(`SELECT count(*) AS count FROM people WHERE email LIKE 'import%'`)
      .first<number>('count');
  expect(await count()).toBe(0);
  await second.getByRole('checkbox').focus();
  await admin.keyboard.press('Space');
  await expect(admin.getByText('230 ready, 1 to update, 1 skipped, 1 unchanged')).toBeVisible();
  await admin.getByRole('button', { name: 'Import 230' }).click();
  await expect(admin.getByText('230 imported, 1 updated, 1 skipped, 1 unchanged, 3 errors.')).toBeVisible();
  expect(await count()).toBe(230);
  const { results } = await workplace.db
    .prepare(
      `SELECT people.name, people.department, count(*) AS terms FROM people JOIN terms ON person_id = people.id
       WHERE people.id IN (?1, ?2, ?3) GROUP BY people.id ORDER BY people.name`,
    )
    .bind(ben.id, cleo.id, dan.id)
    .all();
  expect(results).toEqual([
    { name: 'Ben Updated', department: 'Kitchen', terms: 2 },
    { name: 'Cleo Left Out', department: 'Nursing', terms: 1 },
    { name: 'Dan Unchanged', department: 'Nursing', terms: 1 },
  ]);

  const reported = admin.waitForEvent('download');
  await admin.getByRole('button', { name: 'Download the report' }).click();
  const report = await readFile(await (await reported).path(), 'utf8');
  expect(report.split('\r\n')).toHaveLength(238);
  expect(report).toContain(`"'=HYPERLINK(""x"")"`);
  await forget(workplace, 'import%');
});
