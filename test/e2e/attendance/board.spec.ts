/** The supervisor's dashboard: statuses, notes, breaks and who is online, live, with nothing moved under the hand. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';

const row = (page: Page, id: string) => page.locator(`[data-person="${id}"]`);
const live = (page: Page) => expect(page.locator('[data-status="live"]')).toBeVisible();
const statusOf = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`^Status and note of ${name}`) });

const editor = (page: Page) => page.getByRole('dialog', { name: /^Status and note/ });
const choose = (page: Page, status: string) => editor(page).getByText(status, { exact: true }).click();

test('a status and a note set on one board show on the other, and never on the person’s page', async ({
  browser,
  page: daniel,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(daniel, workplace.get('supervisor'), '/admin?q=okafor');
  await live(daniel);
  const ana = await (await browser.newContext()).newPage();
  await workplace.signIn(ana, workplace.get('admin'), '/admin?q=okafor');
  await live(ana);
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(phone, ben);
  await live(phone);

  await statusOf(daniel, 'Ben Okafor').click();
  await choose(daniel, 'Excused');
  await daniel.getByRole('textbox', { name: 'Note' }).fill('At the dentist until noon');
  await daniel.getByRole('button', { name: 'Save' }).click();
  await expect(row(daniel, ben.id)).toContainText('Excused');
  await expect(row(ana, ben.id)).toContainText('Excused');
  await expect(statusOf(ana, 'Ben Okafor')).toHaveAccessibleName(/At the dentist until noon/);
  await expect(phone.getByText('dentist')).toHaveCount(0);
});

test('what is being typed, the open menu and the focus outlast whatever happens to the row', async ({
  page: board,
  workplace,
}) => {
  const ben = await Colleague.join(workplace, 'Eve Writer');
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=writer');
  await live(board);
  await statusOf(board, 'Eve Writer').click();
  await board.getByRole('textbox', { name: 'Note' }).pressSequentially('Half a sent');
  await ben.checkIn();
  await expect(row(board, ben.person.id)).toContainText('At work');
  await expect(board.getByRole('textbox', { name: 'Note' })).toHaveValue('Half a sent');
  await expect(board.getByRole('textbox', { name: 'Note' })).toBeFocused();
  await board.keyboard.press('Escape');
  await expect(statusOf(board, 'Eve Writer')).toBeFocused();
});

test('of two supervisors who mark the same day, the second is told and overwrites nothing', async ({
  browser,
  page: first,
  workplace,
}) => {
  const ben = await workplace.hire('Chi Nguyen');
  await workplace.signIn(first, workplace.get('admin'), '/admin?q=nguyen');
  const second = await (await browser.newContext()).newPage();
  await workplace.signIn(second, workplace.get('supervisor'), '/admin?q=nguyen');
  await Promise.all([live(first), live(second)]);
  await statusOf(second, 'Chi Nguyen').click();
  await choose(second, 'Absent');
  await statusOf(first, 'Chi Nguyen').click();
  await choose(first, 'On leave');
  await first.getByRole('button', { name: 'Save' }).click();
  await expect(row(second, ben.id)).toContainText('On leave');
  await expect(second.getByText(/Someone else has just changed this day/)).toBeVisible();
  await second.getByRole('button', { name: 'Save' }).click();
  await expect(second.getByText(/at the same moment/)).toBeVisible();
  await expect(row(second, ben.id)).toContainText('On leave');
  await expect(second.getByRole('radio', { name: 'Absent' })).toBeChecked();
});

test('a break is in the monitor with what is left of it, and leaves at its allowance by itself', async ({
  page: board,
  workplace,
}) => {
  const ben = await Colleague.join(workplace, 'Paul Pause');
  const record = await ben.checkIn();
  await board.clock.install();
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=pause');
  await live(board);
  const id = uuidv7();
  await ben.write('post', 'attendance/break-start', { id, recordId: record, kind: 'meal' });
  const monitor = board.locator(`[data-on-break="${ben.person.id}"]`);
  await expect(monitor).toContainText(/Meal since .* 4[45]:\d\d left/);
  await expect(row(board, ben.person.id)).toContainText('On a break');
  await board.clock.fastForward(45 * 60_000 + 1_000);
  await expect(monitor).toHaveCount(0);
  await expect(row(board, ben.person.id)).toContainText('At work');
});

test('filters by status and category hold for rows that arrive live', async ({ page: board, workplace }) => {
  const ben = await Colleague.join(workplace, 'Ben Okafor');
  await workplace.signIn(board, workplace.get('admin'), '/admin?status=present');
  await live(board);
  await expect(row(board, ben.person.id)).toHaveCount(0);
  const record = await ben.checkIn();
  await expect(row(board, ben.person.id)).toContainText('At work');
  await board.getByLabel('Category').selectOption('Staff');
  await expect(row(board, ben.person.id)).toHaveCount(0);
  await ben.checkOut(record);
});

test('whoever has a page open is shown online, a person and not a tab', async ({
  browser,
  page: board,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Online');
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=online');
  await live(board);
  await expect(row(board, ben.id)).toBeVisible();
  await expect(row(board, ben.id).getByTitle('Online')).toHaveCount(0);
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(phone, ben);
  await expect(row(board, ben.id).getByTitle('Online')).toBeVisible();
});

test('who is past their shift’s end shows by the clock, and who has not confirmed; both can be filtered', async ({
  page: board,
  workplace,
}) => {
  const [late, gone] = [await workplace.hire('Otto Overtime'), await workplace.hire('Ursel Overtime')];
  const now = Date.now();
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: workplace.zone }).format(now);
  const put = (person: string, out: number, due: number) =>
    workplace.db
      .prepare(
        'INSERT INTO attendance (id, person_id, work_date, zone, in_at, due_out, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .bind(uuidv7(), person, date, workplace.zone, now - 5 * 3_600_000, out, due)
      .run();
  await put(late.id, now + 5 * 60_000, now + 5 * 3_600_000);
  await put(gone.id, now - 2 * 3_600_000, now - 3_600_000);
  await workplace.runJobs();
  await board.clock.install();
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=overtime');
  await live(board);
  await expect(row(board, late.id)).not.toContainText('Past shift’s end');
  await expect(row(board, gone.id)).toContainText('Unconfirmed');
  await board.clock.fastForward(7 * 60_000);
  await expect(row(board, late.id)).toContainText(/Past shift’s end since \d\d:\d\d/);
  const states = board.getByRole('group', { name: 'State' });
  await states.getByText('Past shift’s end').click();
  await expect(row(board, late.id)).toBeVisible();
  await expect(row(board, gone.id)).toHaveCount(0);
  await states.getByText('Unconfirmed').click();
  await expect(row(board, gone.id)).toBeVisible();
  await expect(row(board, late.id)).toHaveCount(0);
});

test('a supervisor lets the whole day count, also before the shift', async ({ page: board, workplace }) => {
  const ben = await workplace.hire('Erna Early');
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=early');
  await live(board);
  await statusOf(board, 'Erna Early').click();
  const early = editor(board).getByRole('switch', { name: 'Count the whole day, also before the shift' });
  await early.check();
  await board.getByRole('button', { name: 'Save' }).click();
  await expect(editor(board)).toHaveCount(0);
  const mark = await workplace.db
    .prepare('SELECT counts_early, status FROM marks WHERE person_id = ?')
    .bind(ben.id)
    .first();
  expect(mark).toEqual({ counts_early: 1, status: null });
  await statusOf(board, 'Erna Early').click();
  await expect(early).toBeChecked();
});
