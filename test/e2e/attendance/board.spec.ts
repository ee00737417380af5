/** The supervisor's dashboard: statuses, notes, breaks and presence, live, with no row moving under the pointer. */
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

test('two supervisors see each other’s marks and neither overwrites them', async ({
  browser,
  page: daniel,
  workplace,
}) => {
  const [ben, erna] = [await workplace.hire('Ben Marked'), await workplace.hire('Erna Marked')];
  const ana = await (await browser.newContext()).newPage();
  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await Promise.all([
    workplace.signIn(daniel, workplace.get('supervisor'), '/admin?q=marked'),
    workplace.signIn(ana, workplace.get('admin'), '/admin?q=marked'),
  ]);
  await Promise.all([live(daniel), live(ana)]);
  await expect(row(ana, ben.id)).toBeVisible();
  await expect(row(ana, ben.id).getByTitle('Online')).toHaveCount(0);

  await test.step('a person with an open page is shown online', async () => {
    await workplace.signIn(phone, ben);
    await live(phone);
    await expect(row(ana, ben.id).getByTitle('Online')).toBeVisible();
  });

  await test.step('the open menu, what is being typed and the focus outlast what happens to the row', async () => {
    await statusOf(daniel, 'Ben Marked').click();
    await expect(editor(daniel)).toBeVisible();
    await daniel.keyboard.press('Escape');
    await expect(statusOf(daniel, 'Ben Marked')).toBeFocused();
    await statusOf(daniel, 'Ben Marked').click();
    await choose(daniel, 'Excused');
    const note = daniel.getByRole('textbox', { name: 'Note' });
    await note.pressSequentially('At the den');
    await phone.getByRole('button', { name: /Check in/ }).click();
    await expect(row(daniel, ben.id)).toContainText('At work');
    await expect(note).toHaveValue('At the den');
    await expect(note).toBeFocused();
    await note.pressSequentially('tist until noon');
  });

  await test.step('a status and a note show on the other board, and the note never on the person’s page', async () => {
    await daniel.getByRole('button', { name: 'Save' }).click();
    for (const board of [daniel, ana]) await expect(row(board, ben.id)).toContainText('Excused');
    await expect(statusOf(ana, 'Ben Marked')).toHaveAccessibleName(/At the dentist until noon/);
    await expect(phone.getByText('Excused').first()).toBeVisible();
    await expect(phone.getByText('dentist')).toHaveCount(0);
  });

  await test.step('of two who mark the same day, the second gets a notice and overwrites nothing', async () => {
    await statusOf(daniel, 'Ben Marked').click();
    await choose(daniel, 'Absent');
    await statusOf(ana, 'Ben Marked').click();
    await choose(ana, 'On leave');
    await ana.getByRole('button', { name: 'Save' }).click();
    await expect(row(daniel, ben.id)).toContainText('On leave');
    await expect(daniel.getByText(/Someone else has just changed this day/)).toBeVisible();
    await daniel.getByRole('button', { name: 'Save' }).click();
    await expect(daniel.getByText(/Someone else changed this/)).toBeVisible();
    await expect(row(daniel, ben.id)).toContainText('On leave');
    await expect(daniel.getByRole('radio', { name: 'Absent' })).toBeChecked();
  });

  await test.step('a supervisor’s mark covers the whole day, also before the shift', async () => {
    await statusOf(ana, 'Erna Marked').click();
    const early = editor(ana).getByRole('switch', { name: 'Count the whole day, also before the shift' });
    await early.check();
    await ana.getByRole('button', { name: 'Save' }).click();
    await expect(editor(ana)).toHaveCount(0);
    const mark = await workplace.db
      .prepare('SELECT counts_early, status FROM marks WHERE person_id = ?')
      .bind(erna.id)
      .first();
    expect(mark).toEqual({ counts_early: 1, status: null });
    await statusOf(ana, 'Erna Marked').click();
    await expect(early).toBeChecked();
  });
});

test('the board’s filters apply to live rows, and breaks and shifts end by the clock', async ({
  page: board,
  workplace,
}) => {
  const [late, gone] = [await workplace.hire('Otto Overtime'), await workplace.hire('Ursel Overtime')];
  const ben = await Colleague.join(workplace, 'Paul Overtime');
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
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=overtime&status=present');
  await live(board);
  await expect(row(board, late.id)).toBeVisible();
  await expect(row(board, ben.person.id)).toHaveCount(0);
  const recordId = await ben.checkIn();
  await expect(row(board, ben.person.id)).toContainText('At work');
  await board.getByLabel('Category').selectOption('Staff');
  await expect(row(board, ben.person.id)).toHaveCount(0);
  await board.getByLabel('Category').selectOption({ index: 0 });

  await ben.write('post', 'attendance/break-start', { id: uuidv7(), recordId, kind: 'meal' });
  const monitor = board.locator(`[data-on-break="${ben.person.id}"]`);
  await expect(monitor).toContainText(/Meal since .* 4[45]:\d\d left/);
  await expect(row(board, ben.person.id)).toContainText('On a break');
  await expect(row(board, late.id)).not.toContainText('Past shift’s end');
  await expect(row(board, gone.id)).toContainText('Unconfirmed');
  await board.clock.fastForward(45 * 60_000 + 1_000);
  await expect(monitor).toHaveCount(0);
  await expect(row(board, ben.person.id)).toContainText('At work');
  await expect(row(board, late.id)).toContainText(/Past shift’s end since \d\d:\d\d/);

  const states = board.getByRole('group', { name: 'State' });
  await states.getByText('Past shift’s end').click();
  await expect(row(board, late.id)).toBeVisible();
  await expect(row(board, gone.id)).toHaveCount(0);
  await states.getByText('Unconfirmed').click();
  await expect(row(board, gone.id)).toBeVisible();
  await expect(row(board, late.id)).toHaveCount(0);
});
