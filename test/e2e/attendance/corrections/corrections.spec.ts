/** One person requests a correction, another decides, in two browsers. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../../fixtures.ts';
import { awake, type Employee, type Workplace } from '../../Workplace.ts';

const HOUR = 3_600_000;
const phone = { viewport: { width: 360, height: 740 } };
// A card that slides in while a button of it is pressed moves away under the pointer.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

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
  // Early afternoon in the tests' zone, so that 27 hours ago is yesterday.
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

/** Requests half an hour more at the end, on the person's own page. */
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
  await expect(yesterday(page).getByText('Waiting for a decision')).toBeVisible();
}

const later = (wall: string, minutes: number) =>
  new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);

test('an employee requests other times, a supervisor decides in another browser, and the day shows the result', async ({
  browser,
  page: queue,
  workplace,
}) => {
  const name = `Ben Okafor ${uuidv7().slice(-4)}`;
  const ben = await workplace.hire(name);
  const ana = await workplace.hire('Ana Lopez', ['supervisor']);
  await worked(workplace, ben);
  const own = await (await browser.newContext(phone)).newPage();
  await Promise.all([workplace.signIn(queue, ana, '/admin/corrections'), workplace.signIn(own, ben)]);
  await Promise.all([live(queue), live(own)]);

  await test.step('a request is rejected with a reason that live updates do not clear', async () => {
    await ask(own, 'The ward round took longer');
    const entry = request(queue, 'The ward round took longer');
    await expect(entry).toContainText(name);
    await expect(entry).toContainText('30 min more than recorded');
    await expect(bell(queue)).toHaveAccessibleName('Notifications, 1 unread');
    await entry.getByRole('button', { name: 'Reject' }).click();
    const why = entry.getByLabel('Reason for rejecting');
    await why.fill('The door log');
    const chi = await Colleague.join(workplace, `Chi Adeyemi ${uuidv7().slice(-4)}`);
    await chi.write('post', 'corrections', await wishFor(workplace, chi.person));
    await expect(request(queue, chi.person.name)).toBeVisible();
    await why.pressSequentially(' says noon');
    await expect(why).toBeFocused();
    await entry.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(entry).toContainText(/Rejected by Ana Lopez at \d\d:\d\d/);
    await expect(yesterday(own).getByText(/Rejected by Ana Lopez at \d\d:\d\d/)).toBeVisible();
    await expect(yesterday(own)).toContainText('“The door log says noon”');
    await expect(bell(own)).toHaveAccessibleName('Notifications, 1 unread');
    await expect(own.getByText('Ana Lopez rejected your correction')).toBeVisible();
  });

  await test.step('a request for the whole day with a break is approved', async () => {
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
    await expect(yesterday(own).getByText('Waiting for a decision')).toBeVisible();

    const entry = request(queue, 'I went home sick');
    await expect(entry.getByRole('insertion')).toHaveText([
      /\d\d:\d\d – \d\d:\d\d/,
      /(Meal|Rest) \d\d:\d\d – \d\d:\d\d/,
    ]);
    await expect(entry.getByRole('deletion')).toHaveText(/\d\d:\d\d – \d\d:\d\d/);
    await expect(entry).toContainText('2 h 00 min less than recorded');
    await entry.getByRole('button', { name: 'Approve' }).click();
    await expect(yesterday(own).getByText(/Approved by Ana Lopez at \d\d:\d\d/)).toBeVisible();
    await expect(yesterday(own)).toContainText('1 h 00 min');
    await expect(yesterday(own)).toContainText('Recorded before:');
    await expectNoSeriousAxe(own);
    await expectNoSeriousAxe(queue);
  });

  await test.step('the start of today is corrected while in, and the check-out makes the hours right', async () => {
    await own.getByRole('button', { name: /Check in/ }).click();
    await expect(own.getByText(/Checked in at .* receipt \d+/)).toBeVisible();
    const today = own.getByRole('region', { name: 'Today' });
    await today.getByRole('button', { name: 'Correct the times of today' }).click();
    await expect(dialog(own).getByText('Still in: the check-out stays open.')).toBeVisible();
    const tapped = await dialog(own).getByLabel('Check-in').inputValue();
    const start = later(tapped, -120);
    await dialog(own).getByLabel('Check-in').fill(start);
    await dialog(own).getByLabel('Reason').fill('I forgot to check in');
    await dialog(own).getByRole('button', { name: 'Send request' }).click();
    await expect(today.getByText('Waiting for a decision')).toBeVisible();

    const entry = request(queue, 'I forgot to check in');
    await expect(entry.getByRole('deletion')).toHaveText(`since ${tapped.slice(-5)}`);
    await expect(entry.getByRole('insertion')).toHaveText(`since ${start.slice(-5)}`);
    await entry.getByRole('button', { name: 'Approve' }).click();
    await expect(today.getByText(/Approved by Ana Lopez/)).toBeVisible();
    await own.getByRole('button', { name: /Check out/ }).click();
    await expect(own.getByRole('button', { name: /Check in/ })).toBeVisible();
    await expect(today).toContainText(new RegExp(`${start.slice(-5)} – \\d\\d:\\d\\d`));
    await expect(today).toContainText(/2 h 0\d min/);
    const hours = workplace.db
      .prepare(
        'SELECT (out_at - in_at) / 3600000 AS hours FROM attendance WHERE person_id = ? ORDER BY in_at DESC LIMIT 1',
      )
      .bind(ben.id);
    // The page shows the check-out before the server has it.
    await expect.poll(() => hours.first('hours')).toBe(2);
  });
});

test('every tab of a supervisor shows a request, and of two decisions the second names the first', async ({
  browser,
  context,
  page,
  workplace,
}) => {
  const [ana, cara] = [
    await workplace.hire('Ana Lopez', ['supervisor']),
    await workplace.hire('Cara Chief', ['admin']),
  ];
  const [tab, caras] = [await context.newPage(), await (await browser.newContext()).newPage()];
  await workplace.signIn(page, ana, '/admin/corrections');
  await tab.goto('/notifications');
  await awake(tab);
  await workplace.signIn(caras, cara, '/admin/corrections');
  for (const each of [page, tab, caras]) await live(each);
  await page.bringToFront();

  const mark = uuidv7().slice(-4);
  const people = await Promise.all(
    ['Ben', 'Chi', 'Dora'].map((name) => Colleague.join(workplace, `${name} ${mark}`)),
  );
  const wishes = await Promise.all(people.map(({ person }) => wishFor(workplace, person)));
  await Promise.all(people.map((one, index) => one.write('post', 'corrections', wishes[index]!)));

  await test.step('the bell is the same in all tabs, and several at once are one toast', async () => {
    for (const each of [page, tab]) await expect(bell(each)).toHaveAccessibleName('Notifications, 3 unread');
    await expect(page.getByText('3 new notifications')).toBeVisible();
    await expect(page.locator('[data-sonner-toast]')).toHaveCount(1);
    await expect(tab.locator('[data-sonner-toast]')).toHaveCount(0);
    await bell(page).click();
    await page.getByRole('button', { name: `Mark as read: Ben ${mark} requested` }).click();
    await expect(bell(tab)).toHaveAccessibleName('Notifications, 2 unread');
    await tab.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(bell(page)).toHaveAccessibleName('Notifications');
    await tab.reload(); // a replay makes no toast
    await live(tab);
    await expect(tab.getByText('All read')).toBeVisible();
    await expect(tab.locator('[data-sonner-toast]')).toHaveCount(0);
    await tab.getByRole('switch', { name: 'Someone requests a correction' }).click();
    await expect
      .poll(() =>
        workplace.db.prepare('SELECT kind FROM muted_kinds WHERE person_id = ?').bind(ana.id).first('kind'),
      )
      .toBe('correction.requested');
    await page.keyboard.press('Escape');
  });

  await test.step('of two decisions the second names the first', async () => {
    const name = `Dora ${mark}`;
    await caras.route('**/approve', async (route) => {
      // Hers is on its way when the other one is decided.
      await request(page, name).getByRole('button', { name: 'Approve' }).click();
      await expect(request(page, name)).toContainText('Approved by Ana Lopez');
      await route.continue();
    });
    await request(caras, name).getByRole('button', { name: 'Approve' }).click();
    await expect(request(caras, name)).toContainText('Already decided.');
    await expect(request(caras, name)).toContainText(/Approved by Ana Lopez at \d\d:\d\d/);
  });
});

test('a person’s own request waits for another decider and can be withdrawn; a sole admin decides on it, and the journal says so', async ({
  page,
  workplace,
}) => {
  const name = `Mia Alone ${uuidv7().slice(-4)}`;
  const mia = await workplace.hire(name, ['admin']);
  const recordId = await worked(workplace, mia);
  await workplace.signIn(page, mia, `/?correct=${recordId}`);
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
  const states = () =>
    workplace.db.prepare('SELECT state FROM corrections WHERE person_id = ?').bind(mia.id).first('state');
  await expect.poll(states).toBe('withdrawn');

  // The record was an accident: its day is to be without one.
  await yesterday(page).getByRole('button', { name: 'Correct the times of yesterday' }).click();
  await dialog(page).getByRole('button', { name: 'Remove these times' }).click();
  await expect(dialog(page).getByText('Nothing was recorded on this day.')).toBeVisible();
  await dialog(page).getByLabel('Reason').fill('I tapped by accident');
  await dialog(page).getByRole('button', { name: 'Send request' }).click();
  await expect(yesterday(page).getByText('Waiting for a decision')).toBeVisible();

  const others = `active AND id <> '${mia.id}'`;
  const { results } = await workplace.db
    .prepare(`SELECT id FROM people WHERE ${others}`)
    .all<{ id: string }>();
  await workplace.db.prepare(`UPDATE people SET active = 0 WHERE ${others}`).run();
  try {
    await page.goto('/admin/corrections');
    await awake(page);
    const removal = request(page, 'I tapped by accident');
    await expect(removal).toContainText('You can approve it because no one else here can.');
    await expectNoSeriousAxe(page);
    await removal.getByRole('button', { name: 'Approve my own request' }).click();
    await expect(removal).toContainText(/Approved by Mia Alone .* at \d\d:\d\d/);
    // The card shows the outcome before the server has answered.
    const latest = 'SELECT state FROM corrections WHERE person_id = ? ORDER BY requested_at DESC LIMIT 1';
    await expect.poll(() => workplace.db.prepare(latest).bind(mia.id).first('state')).toBe('approved');
  } finally {
    await workplace.db
      .prepare('UPDATE people SET active = 1 WHERE id IN (SELECT value FROM json_each(?))')
      .bind(JSON.stringify(results.map((person) => person.id)))
      .run();
  }
  await page.goto('/admin/journal');
  await expect(page.getByText(/Mia Alone .* approved their own correction/).first()).toBeVisible();
  await page.goto('/');
  await expect(yesterday(page)).toContainText('No times were recorded yesterday');
  expect(
    await workplace.db.prepare('SELECT id FROM attendance WHERE id = ?').bind(recordId).first('id'),
  ).toBeNull();
});
