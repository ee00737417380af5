/** Breaks on a phone: one tap, a countdown that ends on the second, the same on every device. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import type { Employee, Workplace } from '../Workplace.ts';

test.use({ viewport: { width: 360, height: 740 } });

const button = (page: Page, name: RegExp) => page.getByRole('button', { name });
const left = (page: Page) => page.getByRole('timer');

const breaksOf = async ({ db }: Workplace, { id }: Employee) =>
  (
    await db
      .prepare('SELECT kind, start_at, end_at FROM breaks WHERE person_id = ? ORDER BY start_at')
      .bind(id)
      .all<{ kind: string; start_at: number; end_at: number | null }>()
  ).results;

interface Recorded {
  ago: number;
  length?: number;
  /** When it closes by itself, and its assumed end. */
  due?: number | null;
  out?: number | null;
}

/** A record that began so long ago, as the database has it. */
async function recorded(
  { db, zone }: Workplace,
  { id: personId }: Employee,
  { ago, length, due = null, out = due }: Recorded,
): Promise<string> {
  const [id, inAt] = [uuidv7(), Date.now() - ago];
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(inAt);
  const outAt = length === undefined ? null : inAt + length;
  await db
    .prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto, due_at, due_out) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)',
    )
    .bind(id, personId, date, zone, inAt, outAt, outAt === null ? 0 : 1, due, out)
    .run();
  return id;
}

let ben: Employee;
test.beforeEach(async ({ workplace }) => {
  ben = await workplace.hire('Ben Okafor');
});

test('a break starts at once, counts down, is ended, and leaves what is left', async ({
  page,
  workplace,
}) => {
  await recorded(workplace, ben, { ago: 3_600_000 });
  await workplace.signIn(page, ben);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  await page.route('**/break-start', async (route) => {
    await asked;
    await route.continue();
  });
  await button(page, /Meal/).dblclick();
  await expect(left(page)).toHaveText(/Meal (45:00|44:\d\d)\sleft/); // before any answer
  ask();
  await expect(page.getByText(/ends by itself at \d\d:\d\d/)).toBeVisible();
  await expectNoSeriousAxe(page);
  await button(page, /End break/).click();
  await expect(button(page, /Meal 44 min left/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Today' })).toContainText(/Meal\s+\d\d:\d\d–\d\d:\d\d/);
  await expect
    .poll(() => breaksOf(workplace, ben))
    .toMatchObject([{ end_at: expect.any(Number) as unknown }]);
});

test('a break ends by itself on the second at its allowance, and its time is used up', async ({
  page,
  workplace,
}) => {
  const recordId = await recorded(workplace, ben, { ago: 3_600_000 });
  const due = Date.now() + 5 * 60_000;
  await workplace.db
    .prepare(
      `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at) VALUES (?, ?, ?, 'rest', ?, ?)`,
    )
    .bind(uuidv7(), recordId, ben.id, due - 20 * 60_000, due)
    .run();
  await page.clock.install();
  await workplace.signIn(page, ben);
  await expect(left(page)).toContainText('Rest');
  await page.clock.pauseAt(due - 60_000);
  await page.clock.runFor(1_000); // the page knows the time as it was told, and so a little late: what it says counts
  const [, minutes, seconds] = /(\d+):(\d\d)/.exec((await left(page).textContent()) ?? '') ?? [];
  await page.clock.runFor((Number(minutes) * 60 + Number(seconds) - 2) * 1_000);
  await expect(left(page)).toHaveText(/Rest 0:0[1-3]\sleft/);
  await page.clock.runFor(4_000);
  await expect(button(page, /Rest used up today/)).toBeDisabled();
  await expect(left(page)).toBeHidden();
  await expect(page.getByText(/Your 20 minutes are used up since \d\d:\d\d/)).toBeVisible();
  await expect(button(page, /^Back$/)).toBeVisible();
});

test('Back after the allowance sets the true end, and says how much it was over', async ({
  page,
  browser,
  workplace,
}) => {
  const recordId = await recorded(workplace, ben, { ago: 2 * 3_600_000 });
  const due = Date.now() - 20.5 * 60_000;
  await workplace.db
    .prepare(
      `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at) VALUES (?, ?, ?, 'rest', ?, ?)`,
    )
    .bind(uuidv7(), recordId, ben.id, due - 20 * 60_000, due)
    .run();
  await workplace.runJobs(); // it has been ended at its allowance, as assumed
  expect(await breaksOf(workplace, ben)).toMatchObject([{ end_at: due }]);
  const board = await (await browser.newContext()).newPage();
  await workplace.signIn(board, workplace.get('admin'), '/admin?q=okafor');
  const over = board.locator(`[data-overdue="${ben.id}"]`);
  await expect(over).toContainText(/Rest used up since \d\d:\d\d, not back/);
  await expect(over).toContainText(/2\d min over/);
  await workplace.signIn(page, ben);
  await expectNoSeriousAxe(page);
  await button(page, /^Back$/).click();
  await expect(button(page, /^Back$/)).toBeHidden();
  await expect(page.getByRole('region', { name: 'Today' })).toContainText(/2\d min over/);
  await expect(over).toHaveCount(0);
  const [ended] = await breaksOf(workplace, ben);
  expect(ended?.end_at).toBeGreaterThan(due + 20 * 60_000);
  await board.context().close();
});

test('a second device follows, and either may end it', async ({ page, browser, workplace }) => {
  await recorded(workplace, ben, { ago: 3_600_000 });
  await workplace.signIn(page, ben);
  const other = await (await browser.newContext()).newPage();
  await workplace.signIn(other, ben);
  for (const each of [page, other]) await expect(each.locator('[data-status="live"]')).toBeVisible();
  await button(page, /Meal/).click();
  await expect(left(other)).toContainText('Meal');
  await expect(button(other, /End break/)).not.toHaveAttribute('aria-disabled', 'true');
  await button(other, /End break/).click();
  for (const each of [page, other]) await expect(button(each, /Meal 44 min left/)).toBeVisible();
  expect(await breaksOf(workplace, ben)).toHaveLength(1);
  await other.context().close();
});

test('an answer that was lost is asked for again with the same key: one break', async ({
  page,
  workplace,
}) => {
  await recorded(workplace, ben, { ago: 3_600_000 });
  await workplace.signIn(page, ben);
  const keys: (string | undefined)[] = [];
  await page.route('**/break-start', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it arrives and takes effect
    await route.abort('connectionreset'); // but nobody hears of it
  });
  await button(page, /Rest/).click();
  await expect.poll(() => keys.length).toBe(2);
  await expect(left(page)).toContainText('Rest');
  expect(new Set(keys).size).toBe(1);
  expect(await breaksOf(workplace, ben)).toHaveLength(1);
});

test('a stale page is told that another break is on, and shows that one', async ({
  page,
  workplace,
  network,
}) => {
  const recordId = await recorded(workplace, ben, { ago: 3_600_000 });
  await workplace.signIn(page, ben);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await page.route(/\/channels\//, (route) => route.abort()); // nor does it poll
  network.block({ sockets: true });
  const phone = await Colleague.of(workplace, ben);
  await phone.write('post', 'attendance/break-start', { id: uuidv7(), recordId, kind: 'meal' });
  await page.unroute(/\/channels\//);
  await button(page, /Rest/).click();
  await expect(page.getByText('You are on a break already.')).toBeVisible();
  await expect(left(page)).toContainText('Meal');
  expect(await breaksOf(workplace, ben)).toMatchObject([{ kind: 'meal', end_at: null }]);
});

test('a check-out while on a break ends both', async ({ page, workplace }) => {
  await recorded(workplace, ben, { ago: 3_600_000 });
  await workplace.signIn(page, ben);
  await button(page, /Meal/).click();
  await expect(left(page)).toBeVisible();
  await button(page, /Check out/).click();
  await expect(left(page)).toBeHidden();
  await expect(page.getByText(/Checked out at .* log no\. \d+/)).toBeVisible();
  await expect(button(page, /Meal/)).toBeDisabled();
  expect(await breaksOf(workplace, ben)).toMatchObject([{ end_at: expect.any(Number) as unknown }]);
});
