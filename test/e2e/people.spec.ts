/** People: taken on, invited, imported from a file with bad rows, and deactivated while they are signed in. */
import { Colleague } from './Colleague.ts';
import { expect, test } from './fixtures.ts';
import { awake } from './Workplace.ts';

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
  await admin.getByRole('button', { name: 'Look through it' }).click();
  await expect(admin.getByText('230 can be taken in, 3 refused.')).toBeVisible();
  await expect(admin.getByRole('row', { name: /^232 Nobody/ })).toContainText('must be an email address');
  const count = () =>
    workplace.db
      .prepare(`SELECT count(*) AS count FROM people WHERE email LIKE 'import%'`)
      .first<number>('count');
  expect(await count()).toBe(0);
  await admin.getByRole('button', { name: 'Take in 230' }).click();
  await expect(admin.getByText('230 taken in, 3 refused.')).toBeVisible();
  expect(await count()).toBe(230);
  const download = admin.waitForEvent('download');
  await admin.getByRole('button', { name: 'Download the report' }).click();
  const stream = await (await download).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  const report = Buffer.concat(chunks).toString('utf8');
  expect(report.split('\r\n')).toHaveLength(235);
  expect(report).toContain(`"'=HYPERLINK(""x"")"`);
  const gone = `email LIKE 'import%'`;
  await workplace.db
    .prepare(`DELETE FROM terms WHERE person_id IN (SELECT id FROM people WHERE ${gone})`)
    .run();
  await workplace.db.prepare(`DELETE FROM people WHERE ${gone}`).run();
});
