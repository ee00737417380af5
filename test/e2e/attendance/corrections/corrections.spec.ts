/** Somebody asks, somebody else answers, in two browsers; and what both are told on the way. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake, type Employee, type Workplace } from '../../Workplace.ts';

const HOUR = 3_600_000;
const phone = { viewport: { width: 360, height: 740 } };

const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
const request = (page: Page, name: string) => page.locator('[data-request]').filter({ hasText: name });
const dialog = (page: Page) => page.getByRole('dialog');
const yesterday = (page: Page) => page.getByRole('region', { name: 'Yesterday' });
const bell = (page: Page) =>
  page
    .getByRole('banner')
    .getByLabel(/^Notifications/)
    .filter({ visible: true });

/** A closed record of yesterday, from nine to noon. */
async function worked({ db, zone }: Workplace, { id }: Employee): Promise<string> {
  const recordId = uuidv7();
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(Date.now() - 24 * HOUR);
  // It is early afternoon in the tests' zone, so that a day ago less three hours is the same date.
  const out = Math.floor((Date.now() - 24 * HOUR) / 60_000) * 60_000;
  await db
    .prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .bind(recordId, id, date, zone, out - 3 * HOUR, out)
    .run();
  return recordId;
}

/** A request for an hour more, as a phone sends it. */
async function wishFor(workplace: Workplace, person: Employee) {
  const recordId = await worked(workplace, person);
  const { date, inAt, out } = (await workplace.db
    .prepare('SELECT work_date AS date, in_at AS inAt, out_at AS out FROM attendance WHERE id = ?')
    .bind(recordId)
    .first<{ date: string; inAt: number; out: number }>())!;
  const records = [{ id: recordId, inAt, outAt: out + HOUR, breaks: [] }];
  return { id: uuidv7(), days: { from: date, to: date, records }, reason: 'Stayed for the handover' };
}

/** Asks, on the person's own page, for half an hour more at the end. */
async function ask(page: Page, reason: string): Promise<void> {
  await yesterday(page).getByRole('button', { name: 'Correct the times of yesterday' }).click();
  const out = dialog(page).getByLabel('Check-out');
  const recorded = await out.inputValue();
  await expect(dialog(page).getByRole('button', { name: 'Send request' })).toBeDisabled();
  await out.fill(later(recorded, 30));
  await dialog(page).getByLabel('Reason').fill('no');
  await expect(dialog(page).getByText('The reason must be at least 5 characters.')).toBeVisible();
  await dialog(page).getByLabel('Reason').fill(reason);
  await expect(dialog(page).getByText('3 h 30 min after breaks')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Send request' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(yesterday(page).getByText('Waiting for an answer')).toBeVisible();
}

const later = (wall: string, minutes: number) =>
  new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);

test('a request appears in the queue of another browser, and its answer on the day it is about', async ({
  browser,
  page: queue,
  workplace,
}) => {
  const name = `Ben Okafor ${uuidv7().slice(-4)}`;
  const ben = await workplace.hire(name);
  const ana = await workplace.hire('Ana Lopez', ['supervisor']);
  await worked(workplace, ben);
  await workplace.signIn(queue, ana, '/admin/corrections');
  await live(queue);
  const own = await (await browser.newContext(phone)).newPage();
  await workplace.signIn(own, ben);
  await live(own);

  await ask(own, 'The ward round took longer');
  await expect(request(queue, name)).toContainText('The ward round took longer');
  await expect(request(queue, name)).toContainText('30 min more than recorded');
  await expect(bell(queue)).toHaveAccessibleName('Notifications, 1 unread');

  await request(queue, name).getByRole('button', { name: 'Reject' }).click();
  const why = request(queue, name).getByLabel('Reason for rejecting');
  await why.fill('The door log');
  const chi = await Colleague.join(workplace, `Chi Adeyemi ${uuidv7().slice(-4)}`);
  await chi.write('post', 'corrections', await wishFor(workplace, chi.person));
  await expect(request(queue, chi.person.name)).toBeVisible(); // it disturbs nothing that is typed
  await why.pressSequentially(' says noon');
  await expect(why).toBeFocused();
  await request(queue, name).getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(request(queue, name)).toContainText(/Rejected by Ana Lopez at \d\d:\d\d/);

  await expect(yesterday(own).getByText(/Rejected by Ana Lopez at \d\d:\d\d/)).toBeVisible();
  await expect(yesterday(own)).toContainText('“The door log says noon”');
  await expect(bell(own)).toHaveAccessibleName('Notifications, 1 unread');
  await expect(own.getByText('Ana Lopez rejected your correction')).toBeVisible();

  await ask(own, 'The door log was wrong that day');
  await expect(request(queue, name)).toHaveCount(2);
  const again = request(queue, name).filter({ hasText: 'The door log was wrong' });
  await again.getByRole('button', { name: 'Approve' }).click();
  await expect(yesterday(own).getByText(/Approved by Ana Lopez at \d\d:\d\d/)).toBeVisible();
  await expect(yesterday(own)).toContainText('3 h 30 min');
  await expect(yesterday(own)).toContainText('Recorded before:');
  await expectNoSeriousAxe(own);
  await expectNoSeriousAxe(queue);
  await own.context().close();
});

test('two supervisors at the same moment: one decides, the other sees who it was', async ({
  browser,
  page: anas,
  workplace,
}) => {
  const name = `Dora Falk ${uuidv7().slice(-4)}`;
  const dora = await workplace.hire(name);
  const asking = await Colleague.of(workplace, dora);
  await asking.write('post', 'corrections', await wishFor(workplace, dora));

  const [ana, cara] = [
    await workplace.hire('Ana Lopez', ['supervisor']),
    await workplace.hire('Cara Chief', ['admin']),
  ];
  const caras = await (await browser.newContext()).newPage();
  await workplace.signIn(anas, ana, '/admin/corrections');
  await workplace.signIn(caras, cara, '/admin/corrections');
  for (const page of [anas, caras]) {
    await live(page);
    await expect(request(page, name)).toBeVisible();
  }
  await caras.route('**/approve', async (route) => {
    // Hers is on its way when the other one is decided.
    await request(anas, name).getByRole('button', { name: 'Approve' }).click();
    await expect(request(anas, name)).toContainText('Approved by Ana Lopez');
    await route.continue();
  });
  await request(caras, name).getByRole('button', { name: 'Approve' }).click();
  await expect(request(caras, name)).toContainText('Already decided.');
  await expect(request(caras, name)).toContainText(/Approved by Ana Lopez at \d\d:\d\d/);
  await caras.context().close();
});

test('one’s own request waits in the queue without a decision to make, and can be withdrawn', async ({
  page,
  workplace,
}) => {
  const name = `Eve Supervisor ${uuidv7().slice(-4)}`;
  const eve = await workplace.hire(name, ['supervisor']);
  const recordId = await worked(workplace, eve);
  const state = () =>
    workplace.db.prepare('SELECT state FROM corrections WHERE person_id = ?').bind(eve.id).first('state');
  await workplace.signIn(page, eve);
  await live(page);
  await page.goto(`/?correct=${recordId}`);
  await awake(page);
  await expect(dialog(page).getByLabel('Check-in')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/$/);
  await ask(page, 'The shift ended later');
  await page.goto('/admin/corrections');
  await awake(page);
  await expect(request(page, name)).toContainText('This is your own request');
  await expect(request(page, name).getByRole('button')).toHaveCount(0);
  await page.goto('/');
  await awake(page);
  await yesterday(page).getByRole('button', { name: 'Withdraw' }).click();
  await expect(yesterday(page).getByText(/Withdrawn at/)).toBeVisible();
  await expect.poll(state).toBe('withdrawn');
});

test('the bell is the same in all tabs, and several at once are one toast', async ({
  context,
  page,
  workplace,
}) => {
  const ana = await workplace.hire('Ana Lopez', ['supervisor']);
  await workplace.signIn(page, ana, '/admin');
  const tab = await context.newPage();
  await tab.goto('/notifications');
  await awake(tab);
  for (const each of [page, tab]) await live(each);
  await page.bringToFront();

  const people = await Promise.all(['Ben', 'Chi', 'Dora'].map((name) => Colleague.join(workplace, name)));
  const wishes = await Promise.all(people.map(({ person }) => wishFor(workplace, person)));
  await Promise.all(people.map((one, index) => one.write('post', 'corrections', wishes[index]!)));
  for (const each of [page, tab]) await expect(bell(each)).toHaveAccessibleName('Notifications, 3 unread');
  await expect(page.getByText('3 new notifications')).toBeVisible();
  await expect(page.locator('[data-sonner-toast]')).toHaveCount(1);
  await expect(tab.locator('[data-sonner-toast]')).toHaveCount(0);

  await bell(page).click();
  await expect(page.getByText('Ben asks for a correction').first()).toBeVisible();
  await page.getByRole('button', { name: 'Mark as read: Ben asks' }).click();
  await expect(bell(tab)).toHaveAccessibleName('Notifications, 2 unread');
  await tab.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(bell(page)).toHaveAccessibleName('Notifications');
  await tab.reload(); // what is only told again makes no toast
  await live(tab);
  await expect(tab.getByText('Everything has been read')).toBeVisible();
  await expect(tab.locator('[data-sonner-toast]')).toHaveCount(0);

  await tab.getByRole('switch', { name: 'Somebody asks me to correct their times' }).click();
  await expect
    .poll(() =>
      workplace.db.prepare('SELECT kind FROM muted_kinds WHERE person_id = ?').bind(ana.id).first('kind'),
    )
    .toBe('correction.requested');
});

test('a day is corrected with a break on a phone, and decided in another browser', async ({
  browser,
  page: queue,
  workplace,
}) => {
  const name = `Hana Sick ${uuidv7().slice(-4)}`;
  const hana = await workplace.hire(name);
  await worked(workplace, hana);
  await workplace.signIn(queue, await workplace.hire('Ana Lopez', ['supervisor']), '/admin/corrections');
  await live(queue);
  const own = await (await browser.newContext(phone)).newPage();
  await workplace.signIn(own, hana);
  await live(own);

  await yesterday(own).getByRole('button', { name: 'Correct the times of yesterday' }).click();
  await dialog(own).getByRole('button', { name: 'Add a break' }).click();
  const from = await dialog(own).getByLabel('Check-in').inputValue();
  await dialog(own).getByLabel('Break starts').fill(later(from, 60));
  await dialog(own).getByLabel('Break ends').fill(later(from, 45));
  await expect(dialog(own).getByText('must not be before the start of the break')).toBeVisible();
  await dialog(own).getByLabel('Break ends').fill(later(from, 65));
  await dialog(own).getByLabel('Check-out').fill(later(from, 65));
  await expect(dialog(own).getByText('1 h 00 min after breaks')).toBeVisible();
  await expectNoSeriousAxe(own);
  await dialog(own).getByLabel('Reason').fill('I went home sick during my break');
  await dialog(own).getByRole('button', { name: 'Send request' }).click();
  await expect(yesterday(own).getByText('Waiting for an answer')).toBeVisible();

  await expect(request(queue, name).getByRole('insertion')).toHaveText([
    /\d\d:\d\d – \d\d:\d\d/,
    /(Meal|Rest) \d\d:\d\d – \d\d:\d\d/,
  ]);
  await expect(request(queue, name).getByRole('deletion')).toHaveText(/\d\d:\d\d – \d\d:\d\d/);
  await expect(request(queue, name)).toContainText('2 h 00 min less than recorded');
  await request(queue, name).getByRole('button', { name: 'Approve' }).click();
  await expect(yesterday(own).getByText(/Approved by Ana Lopez/)).toBeVisible();
  await expect(yesterday(own)).toContainText('1 h 00 min');
  await own.context().close();
});

test('an accidental record is removed by correcting its day to nothing', async ({ page, workplace }) => {
  const name = `Ivo Slip ${uuidv7().slice(-4)}`;
  const ivo = await workplace.hire(name);
  const recordId = await worked(workplace, ivo);
  await workplace.signIn(page, ivo);
  await live(page);
  await yesterday(page).getByRole('button', { name: 'Correct the times of yesterday' }).click();
  await dialog(page).getByRole('button', { name: 'Remove these times' }).click();
  await expect(dialog(page).getByText('Nothing was recorded on this day.')).toBeVisible();
  await dialog(page).getByLabel('Reason').fill('I tapped by accident');
  await dialog(page).getByRole('button', { name: 'Send request' }).click();
  await expect(yesterday(page).getByText('Waiting for an answer')).toBeVisible();
  const ana = await Colleague.of(workplace, await workplace.hire('Ana Lopez', ['supervisor']));
  const { id } = (await workplace.db
    .prepare('SELECT id FROM corrections WHERE person_id = ?')
    .bind(ivo.id)
    .first<{ id: string }>())!;
  await ana.write('post', `corrections/${id}/approve`, {});
  await expect(yesterday(page)).toContainText('No times were recorded yesterday');
  await expect
    .poll(() => workplace.db.prepare('SELECT id FROM attendance WHERE id = ?').bind(recordId).first('id'))
    .toBeNull();
});
