/** Sessions: planned for a group, edited by two at once, summed up and locked, and counted over weeks. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake, type Workplace } from '../Workplace.ts';

const MINUTE = 60_000;

/** The body of a new session. */
const content = (more: object = {}) => ({
  kind: 'class',
  title: 'Wound care',
  courseId: null,
  groups: [],
  people: [],
  hosts: [],
  room: 'Ward 2',
  startsAt: Date.now() + 60 * MINUTE,
  endsAt: Date.now() + 120 * MINUTE,
  lateAfterMinutes: 10,
  opensBeforeMinutes: 10,
  periodSeconds: 15,
  strict: false,
  geofence: null,
  ...more,
});

async function hostNamed(workplace: Workplace, name: string): Promise<Colleague> {
  return Colleague.of(workplace, await workplace.hire(name, ['host']));
}

/** Makes a session. @returns its id */
async function made(host: Colleague, more: object = {}): Promise<string> {
  const id = uuidv7();
  await host.write('post', 'sessions/live', { id, ...content(more) });
  return id;
}

const row = (page: Page, id: string) => page.locator(`[data-session="${id}"]`);

test('a host imports a group from a file with bad rows and plans a session, which its members see at once', async ({
  browser,
  page: host,
  workplace,
}) => {
  const [ida, jon] = [await workplace.hire('Ida Fields'), await workplace.hire('Jon Fields')];
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(phone, ida, '/sessions');
  await expect(phone.locator('[data-status="live"]')).toBeVisible();

  await workplace.signIn(host, workplace.get('host'), '/sessions/groups');
  await host.getByRole('button', { name: 'New group' }).click();
  await host.getByRole('button', { name: 'Save' }).click();
  await expect(host.getByText('must not be empty')).toBeVisible();
  await host.getByRole('textbox', { name: 'Name' }).fill('Field team');
  await host.getByRole('button', { name: 'Save' }).click();
  await host.getByRole('link', { name: 'Field team' }).click();
  await expect(host.getByRole('heading', { level: 1 })).toHaveText('Field team');
  await host.getByRole('button', { name: 'From a file' }).click();
  const lines = [ida.email, 'nobody@harbour.example', jon.email, ida.email.toUpperCase(), ''];
  const csv = ['E-mail,Name', ...lines.map((email, n) => `${email},Row ${n}`)].join('\n');
  await host
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'team.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await host.getByRole('button', { name: 'Check file' }).click();
  // Whose email is known, a host finds out only by adding them.
  await expect(host.getByText('3 ready, 2 errors.')).toBeVisible();
  const refused = host.getByRole('region', { name: /errors/ });
  await expect(refused.getByRole('row', { name: /^5 / })).toContainText('the same as in line 2');
  await expect(host.locator('[data-member]')).toHaveCount(0);
  await host.getByRole('button', { name: 'Import 3' }).click();
  await expect(host.getByText('2 imported, 3 errors.')).toBeVisible();
  await expect(refused.getByRole('row', { name: /^3 nobody@/ })).toContainText('belongs to no person');
  await expect(host.locator('[data-member]')).toHaveCount(2);

  await host.goto('/sessions/new');
  await awake(host);
  await host.getByRole('checkbox', { name: /Field team/ }).check();
  await host.getByLabel('Each code shows for').fill('90');
  await host.getByRole('button', { name: 'Plan it' }).click();
  await expect(host.getByText('must be at most 60 seconds')).toBeVisible();
  await expect(host.getByLabel('Title')).toHaveAttribute('aria-invalid', 'true');
  await host.getByLabel('Each code shows for').fill('20');
  await host.getByLabel('Title').fill('Night walk');
  await host.getByRole('button', { name: 'Plan it' }).click();
  await expect(host.getByRole('article', { name: 'Night walk' })).toContainText('2 expected');
  await expect(phone.getByRole('article', { name: 'Night walk' })).toContainText('On your list');

  const [planned] = (
    await workplace.db
      .prepare(`SELECT id, period_seconds AS period FROM live_sessions WHERE title = 'Night walk'`)
      .all<{
        id: string;
        period: number;
      }>()
  ).results;
  expect(planned?.period).toBe(20);
  await host.getByRole('button', { name: 'Cancel Night walk' }).click();
  await host.getByRole('button', { name: 'Cancel the session' }).click();
  await expect(host.getByText(/must be at least 3 characters/)).toBeVisible();
  await host.getByLabel('Reason').fill('It rains');
  await host.getByRole('button', { name: 'Cancel the session' }).click();
  await expect(phone.getByRole('article', { name: 'Night walk' })).toContainText('Cancelled');
});

test('an edit that another person overtook says so and keeps the typed text', async ({ page, workplace }) => {
  const other = await hostNamed(workplace, 'Otto Other');
  const mine = await workplace.hire('Mina Host', ['host']);
  const id = await made(other, { hosts: [mine.id] });
  await workplace.signIn(page, mine, `/sessions/${id}/edit`);
  await page.getByLabel('Room').fill('Garden');
  await page.getByLabel('Require location').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('must be a number of degrees').first()).toBeVisible();
  await page.getByLabel('Latitude').fill('53.5461');
  await page.getByLabel('Longitude').fill('9.9937');
  await page.getByRole('button', { name: 'Choose on a map' }).click();
  await expect(page.locator('.leaflet-marker-icon')).toBeVisible();
  await expectNoSeriousAxe(page);

  const { updatedAt } = (
    (await (await other.api.get(`sessions/${id}/attendance`)).json()) as { session: { updatedAt: number } }
  ).session;
  const changed = await other.api.patch(`sessions/${id}`, {
    data: { ...content({ title: 'Wound care II', hosts: [mine.id, other.person.id] }), seenAt: updatedAt },
    headers: { 'Idempotency-Key': uuidv7() },
  });
  expect(changed.status(), await changed.text()).toBe(200);

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Someone else changed this session/)).toContainText('Wound care II');
  await expect(page.getByLabel('Room')).toHaveValue('Garden');
  await page.getByRole('button', { name: 'Keep my version' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, id)).toContainText('Garden');
  const stored = await workplace.db
    .prepare('SELECT title, room, geofence FROM live_sessions WHERE id = ?')
    .bind(id)
    .first<{ title: string; room: string; geofence: string }>();
  expect(stored).toMatchObject({ title: 'Wound care', room: 'Garden' });
  expect(JSON.parse(stored?.geofence ?? '')).toEqual({ lat: 53.5461, lng: 9.9937, radius: 100 });
});

test('a summary shows who came and how, and the lock previews who becomes absent', async ({
  page,
  workplace,
}) => {
  const host = await hostNamed(workplace, 'Sam Summary');
  const [ada, ben, cem] = [
    await workplace.hire('Ada Early'),
    await workplace.hire('Ben Bedside'),
    await workplace.hire('Cem Courtyard'),
  ];
  const people = [ada.id, ben.id, cem.id];
  const id = await made(host, { people, startsAt: Date.now(), start: true });
  await host.write('put', `sessions/${id}/excuses/${cem.id}`, { reason: 'At the dentist' });

  await workplace.signIn(page, host.person, '/sessions');
  await expect(row(page, id)).toContainText('0 of 3 came');
  await host.write('put', `sessions/${id}/attendance/${ada.id}`, {
    status: 'present',
    reason: 'Was at the door',
  });
  await expect(row(page, id)).toContainText('1 of 3 came');
  await page.goto(`/sessions/${id}`);
  await awake(page);
  await expect(page.getByText('1 of 3 came')).toBeVisible();
  await expect(page.locator(`[data-person="${ada.id}"]`)).toContainText('by Sam Summary');
  await page.getByRole('button', { name: 'Lock …' }).click();
  await expect(page.getByRole('dialog')).toContainText('1 become absent');
  await expect(page.getByRole('dialog')).toContainText('Ben Bedside');
  await expect(page.getByRole('dialog')).toContainText('Cem Courtyard');
  await expect(page.locator(`[data-person="${ben.id}"]`)).toContainText('Not yet');
  await page.getByLabel('Reason').fill('The class has begun');
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(page.getByText(/Locked by Sam Summary at .*: The class has begun/)).toBeVisible();
  await expect(page.locator(`[data-person="${ben.id}"]`)).toContainText('Absent');
  await expect(page.locator(`[data-person="${cem.id}"]`)).toContainText('At the dentist');
  await page.getByRole('button', { name: 'Ben Bedside' }).click();
  await expect(page.getByText('The list is locked. Unlock it to change who came.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Unlock …' }).click();
  await page.getByLabel('Reason').fill('Ben was here');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.locator(`[data-person="${ben.id}"]`)).toContainText('Not yet');

  await host.write('post', `sessions/${id}/end`, {});
  await expect(page.locator(`[data-person="${ben.id}"]`)).toContainText('Absent');
  await page.getByRole('button', { name: 'Ben Bedside' }).click();
  await page.getByRole('radio', { name: 'Present' }).check();
  await page.getByLabel('Reason').fill('He sat at the back');
  await page.getByRole('button', { name: 'Mark', exact: true }).click();
  await expect(page.getByText('2 of 3 came, 100 % of those required')).toBeVisible();
});

test('the address selects trends, which show who is below a course’s threshold', async ({
  page,
  workplace,
}) => {
  await workplace.signIn(page, workplace.get('supervisor'), '/sessions/trends');
  await page.getByLabel('Course').selectOption('Hygiene and infection control');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/course=[0-9a-f-]{36}/);
  await expect(page.getByRole('cell', { name: /Below 80 %/ }).first()).toBeVisible();
  const rows = page.getByRole('table', { name: 'Attendance' }).locator('tbody tr');
  for (const text of await rows.allInnerTexts()) {
    const [, came, counted] = /(\d+) of (\d+)/.exec(text) ?? [];
    const below = Number(counted) > 0 && Number(came) * 100 < 80 * Number(counted);
    expect(text.includes('Below 80 %'), text).toBe(below);
  }
  await page.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByRole('columnheader', { name: '80 % required' })).toBeVisible();
  const ofAll = await rows.count();
  await page.getByLabel('Group').selectOption('Laboratory and imaging');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/group=[0-9a-f-]{36}/);
  await expect(page.getByRole('rowheader', { name: 'Elena Petrova' })).toBeVisible();
  expect(await rows.count()).toBeLessThan(ofAll);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream())
    chunks.push(Buffer.from(chunk as Uint8Array));
  expect(Buffer.concat(chunks).toString('utf8')).toContain('Elena Petrova');

  await page.goto('/sessions/trends?from=2020-01-01&to=2020-02-01');
  await awake(page);
  await expect(page.getByText('No sessions ended in this period.')).toBeVisible();
  await workplace.signIn(page, workplace.get('host'), '/sessions/trends');
  await expect(page.getByText('Counts the sessions you host.')).toBeVisible();
  await workplace.signIn(page, workplace.get('employee'), '/sessions/trends');
  await expect(page.getByText('This page is for hosts, supervisors and admins.')).toBeVisible();
});
