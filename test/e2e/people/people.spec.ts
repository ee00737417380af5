/** People: taken on, invited, imported from a file with bad rows, and deactivated while they are signed in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake, type Workplace } from '../Workplace.ts';

/** Other tests count who is here. */
async function forget(workplace: Workplace, email: string): Promise<void> {
  const found = 'SELECT id FROM people WHERE email LIKE ?1';
  await workplace.db.batch([
    workplace.db.prepare(`DELETE FROM terms WHERE person_id IN (${found})`).bind(email),
    workplace.db.prepare('DELETE FROM people WHERE email LIKE ?1').bind(email),
  ]);
}

test('somebody new is added, invited, chooses a password and finds their day', async ({
  browser,
  page: admin,
  workplace,
}) => {
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people');
  await admin.getByRole('link', { name: 'Add a person' }).click();
  await admin.getByLabel('Name').fill('Noor Haddad');
  await admin.getByLabel('Email').fill('not an email');
  await admin.getByLabel('Department').fill('Nursing');
  await admin.getByRole('button', { name: 'Add' }).click();
  await expect(admin.getByText(/must be an email address/)).toBeVisible();
  await admin.getByLabel('Email').fill('noor.haddad@harbour.example');
  await admin.getByRole('button', { name: 'Add' }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Noor Haddad');
  await admin.getByRole('button', { name: 'Make an invitation link' }).click();
  const link = await admin.getByLabel('Invitation link').inputValue();
  expect(new URL(link).pathname).toBe('/invite');

  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await phone.goto(link);
  await awake(phone);
  await phone.getByLabel('Password', { exact: true }).fill('short');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByText(/at least 12 characters/).last()).toBeVisible();
  await phone.getByLabel('Password', { exact: true }).fill('a harbour at dawn');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByRole('button', { name: /Check in/ })).toBeVisible();
  await phone.goto(link);
  await awake(phone);
  await phone.getByLabel('Password', { exact: true }).fill('another harbour');
  await phone.getByRole('button', { name: 'Begin' }).click();
  await expect(phone.getByText(/invitation was used or has expired/)).toBeVisible();
});

test('whoever is deactivated loses their open page within seconds, and the list shows it', async ({
  browser,
  page: admin,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Okafor');
  const phone = await (await browser.newContext()).newPage();
  await workplace.signIn(phone, ben);
  await expect(phone.locator('[data-status="live"]')).toBeVisible();
  await workplace.signIn(admin, workplace.get('admin'), `/admin/people/${ben.id}`);
  await admin.getByRole('button', { name: 'Deactivate …' }).click();
  await admin.getByRole('button', { name: 'Deactivate Ben Okafor' }).click();
  await expect(admin.getByText('Deactivated', { exact: true })).toBeVisible();
  await expect(phone).toHaveURL(/\/login/);
  await admin.getByRole('button', { name: 'Reactivate' }).click();
  await expect(admin.getByRole('button', { name: 'Deactivate …' })).toBeVisible();
});

test('the list follows what another admin does, and keeps what is looked for', async ({
  page: admin,
  workplace,
}) => {
  const chief = await Colleague.of(workplace, await workplace.hire('Cara Chief', ['admin']));
  const dora = await workplace.hire('Theodora Quist');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people');
  await expect(admin.locator('[data-status="live"]')).toBeVisible();
  await admin.getByLabel('Search people').fill('Theodora');
  const row = admin.locator(`[data-person="${dora.id}"]`);
  await expect(admin.locator('[data-person]')).toHaveCount(1);
  await expect(row).toContainText('Employee');
  await chief.write('put', `people/${dora.id}/roles`, { roles: ['host'] });
  await expect(row).toContainText('Host');
  await expect(admin.getByLabel('Search people')).toHaveValue('Theodora');
  await expect(admin).toHaveURL(/q=Theodora/);
});

test('a file with bad rows is looked through, taken in without them, and reported line by line', async ({
  page: admin,
  workplace,
}) => {
  const good = Array.from(
    { length: 230 },
    (_, n) => `Imported Person ${n},import${n}@harbour.example,Ward ${n % 3},Nurse`,
  );
  const csv = [
    'Full name,E-mail,Dept,Title',
    ...good,
    'Nobody,not-an-email,Ward,Nurse',
    `"=HYPERLINK(""x"")",import0@harbour.example,Ward,Nurse`,
    ',empty@harbour.example,Ward,Nurse',
  ].join('\n');
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people/import');
  await admin
    .getByLabel('File')
    .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await admin.getByRole('button', { name: 'Check file' }).click();
  await expect(admin.getByText('230 ready, 3 errors.')).toBeVisible();
  await expect(admin.getByRole('row', { name: /^232 Nobody/ })).toContainText('must be an email address');
  const count = () =>
    workplace.db
      .prepare(`SELECT count(*) AS count FROM people WHERE email LIKE 'import%'`)
      .first<number>('count');
  expect(await count()).toBe(0);
  await admin.getByRole('button', { name: 'Import 230' }).click();
  await expect(admin.getByText('230 imported, 3 errors.')).toBeVisible();
  expect(await count()).toBe(230);
  const download = admin.waitForEvent('download');
  await admin.getByRole('button', { name: 'Download the report' }).click();
  const stream = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  const report = Buffer.concat(chunks).toString('utf8');
  expect(report.split('\r\n')).toHaveLength(235);
  expect(report).toContain(`"'=HYPERLINK(""x"")"`);
  await forget(workplace, 'import%');
});

test('files as people have them are read to the letter, or refused line by line in words', async ({
  page: admin,
  workplace,
}) => {
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people/import');
  const download = admin.waitForEvent('download');
  await admin.getByRole('button', { name: 'Download a template' }).click();
  const template = await readFile(await (await download).path(), 'utf8');
  expect(template.split('\r\n')).toHaveLength(4);
  expect(template.startsWith('\uFEFF"Name","Email"')).toBe(true);
  await admin
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'staff.xlsx', mimeType: 'text/csv', buffer: Buffer.from('PK\u0003\u0004') });
  await expect(admin.getByRole('alert')).toContainText('This is a workbook');
  await expect(admin.getByRole('button', { name: 'Check file' })).toHaveCount(0);

  const umlauts = ['Jürgen Müßig', 'Küche'];
  const files: [name: string, counts: string, lines: [line: string, ...words: (string | RegExp)[]][]][] = [
    ['a_cp1252.csv', '1 ready, 0 errors.', [['2', ...umlauts]]],
    ['e_sep.csv', '1 ready, 0 errors.', [['3', ...umlauts]]],
    ['f_title.csv', '1 ready, 0 errors.', [['4', ...umlauts]]],
    [
      'i_quotednl.csv',
      '1 ready, 1 error.',
      [
        ['2', 'Ada Okafor'],
        ['5', 'Bad Row', /not “not-an-email”/],
      ],
    ],
    ['n_firstlast.csv', '1 ready, 0 errors.', [['2', 'Jane Doe', 'jane.n@example.com']]],
    ['o_emails.csv', '5 ready, 1 error.', [['5', 'Up Per Two', 'Email is also that of line 4']]],
    [
      's_roles.csv',
      '3 ready, 1 error.',
      [
        [
          '3',
          'Ben Cole',
          'Roles must be employee, supervisor, host, cashier, releasing or admin, not “manager”',
        ],
      ],
    ],
  ];
  for (const [name, counts, lines] of files) {
    await admin
      .getByLabel('File', { exact: true })
      .setInputFiles(join(import.meta.dirname, '..', 'files', name));
    await admin.getByRole('button', { name: 'Check file' }).click();
    await expect(admin.getByText(counts)).toBeVisible();
    for (const [line, ...words] of lines) {
      const row = admin.getByRole('row', { name: new RegExp(`^${line} `) });
      for (const word of words) await expect(row.filter({ hasText: word }).first()).toBeVisible();
    }
    await admin.getByRole('button', { name: /^Import/ }).click();
    await expect(admin.getByRole('heading', { name: 'Done' })).toBeVisible();
    await admin.getByRole('button', { name: 'Choose another file' }).click();
  }
  const { results } = await workplace.db
    .prepare(
      `SELECT name, email, department, roles FROM people WHERE email LIKE '%@example.com' ORDER BY email`,
    )
    .all();
  expect(results).toEqual(
    expect.arrayContaining([
      { name: 'Jürgen Müßig', email: 'juergen.a@example.com', department: 'Küche', roles: '["employee"]' },
      { name: 'Ada Okafor', email: 'ada.i@example.com', department: 'Ward', roles: '["employee"]' },
      { name: "Sean O'Brien", email: "o'brien@example.com", department: 'W', roles: '["employee"]' },
      { name: 'Cy Dunn', email: 'cy.s@example.com', department: null, roles: '["employee","host"]' },
      { name: 'Di Eze', email: 'di.s@example.com', department: null, roles: '["releasing","host"]' },
    ]),
  );
  await forget(workplace, '%@example.com');
  await forget(workplace, '%@case.com');
  await forget(workplace, '%@xn--mnchen-3ya.de');
});

test('people who are here already are shown with what changes, and only those who are wanted change', async ({
  page: admin,
  workplace,
}) => {
  const [ben, cleo, dan] = [
    await workplace.hire('Ben Updated'),
    await workplace.hire('Cleo Left Out'),
    await workplace.hire('Dan Unchanged'),
  ];
  const csv = [
    'Name,Email,Department,Position,Roles',
    `Ben Updated,${ben.email},Kitchen,,admin`,
    `Cleo Left Out,${cleo.email},Kitchen,Cook,`,
    `Dan Unchanged,${dan.email.toUpperCase()},Nursing,Nurse,employee`,
  ].join('\n');
  await admin.setViewportSize({ width: 360, height: 740 });
  await workplace.signIn(admin, workplace.get('admin'), '/admin/people/import');
  await admin
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await admin.getByRole('button', { name: 'Check file' }).click();
  await expect(admin.getByText('0 ready, 2 to update, 1 unchanged, 0 errors.')).toBeVisible();
  const [first, second] = [admin.locator('[data-update="2"]'), admin.locator('[data-update="3"]')];
  await expect(first.locator('del')).toHaveText(['from Nursing']);
  await expect(first.locator('ins')).toHaveText(['to Kitchen']);
  await expect(first).toContainText('Roles stay employee.');
  await expect(second.locator('del')).toHaveText(['from Nursing', 'from Nurse']);
  await expectNoSeriousAxe(admin);
  await admin.emulateMedia({ colorScheme: 'dark' });
  await expectNoSeriousAxe(admin);
  expect(await admin.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  await second.getByRole('checkbox').focus();
  await admin.keyboard.press('Space');
  await expect(admin.getByText('1 to update, 1 skipped, 1 unchanged')).toBeVisible();
  await admin.getByRole('button', { name: 'Update 1' }).click();
  await expect(admin.getByText('0 imported, 1 updated, 1 skipped, 1 unchanged, 0 errors.')).toBeVisible();
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
});

test('a wrong first day is put right, and the days between are expected or not', async ({
  page,
  workplace,
}) => {
  const ben = await workplace.hire(`Ben Late ${uuidv7().slice(-4)}`);
  const date = (days: number) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format(Date.now() - days * 86_400_000);
  await workplace.db
    .prepare('UPDATE terms SET valid_from = ? WHERE person_id = ?')
    .bind(date(10), ben.id)
    .run();
  await workplace.signIn(page, workplace.get('admin'), `/admin/people/${ben.id}`);
  const employment = page.getByRole('region', { name: 'Employment' });
  await expect(employment.locator(`[data-term="${date(10)}"]`)).toBeVisible();
  await employment.getByRole('button', { name: 'Change the first day' }).click();
  await employment.getByLabel('First day').fill(date(3));
  await expectNoSeriousAxe(page);
  await employment.getByRole('button', { name: 'Save' }).click();
  await expect(employment.locator('[data-term]')).toHaveCount(1);
  await expect(employment.locator(`[data-term="${date(3)}"]`)).toBeVisible();
  await expect(employment.getByLabel('First day')).toHaveCount(0);
});
