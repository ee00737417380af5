/** One's own day on a phone: one tap, one record, whatever happens to the answer. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { Colleague } from '../Colleague.ts';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake, type Employee, type Workplace } from '../Workplace.ts';

test.use({ viewport: { width: 360, height: 740 } });

const checkIn = (page: Page) => page.getByRole('button', { name: /Check in/ });
const checkOut = (page: Page) => page.getByRole('button', { name: /Check out/ });

const recordsOf = async ({ db }: Workplace, { id }: Employee) =>
  (
    await db
      .prepare('SELECT out_at FROM attendance WHERE person_id = ?')
      .bind(id)
      .all<{ out_at: number | null }>()
  ).results;

let ben: Employee;
test.beforeEach(async ({ page, workplace }) => {
  ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(page, ben);
});

test('a double tap is one record', async ({ page, workplace }) => {
  await checkIn(page).dblclick();
  await expect(page.getByText(/Checked in at/)).toBeVisible();
  await expect(checkOut(page)).toBeVisible();
  expect(await recordsOf(workplace, ben)).toEqual([{ out_at: null }]);
});

test('the button answers before the server does', async ({ page }) => {
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  await page.route('**/check-in', async (route) => {
    await asked;
    await route.continue();
  });
  await checkIn(page).click();
  await expect(checkOut(page)).toBeVisible();
  await expect(page.getByText('Sending …')).toBeVisible();
  ask();
  await expect(page.getByText(/Checked in at .* log no\. \d+/)).toBeVisible();
});

test('an answer that was lost is asked for again with the same key: one record, its receipt', async ({
  page,
  workplace,
}) => {
  const keys: (string | undefined)[] = [];
  await page.route('**/check-in', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it arrives and takes effect
    await route.abort('connectionreset'); // but nobody hears of it
  });
  await checkIn(page).click();
  await expect(page.getByText(/Checked in at .* log no\. \d+/)).toBeVisible();
  await expect.poll(() => keys.length).toBeLessThanOrEqual(2);
  expect(new Set(keys).size).toBe(1);
  expect(await recordsOf(workplace, ben)).toEqual([{ out_at: null }]);
});

test('without a server the guess is taken back, in words', async ({ page, network, workplace }) => {
  await page.clock.install();
  await page.reload();
  await awake(page);
  network.block({ everything: true });
  await page.clock.pauseAt(Date.now() + 1_000);
  await checkIn(page).click();
  await expect(checkOut(page)).toBeVisible();
  await page.clock.resume(); // only now may it be tried again, and given up
  await expect(checkIn(page)).toBeVisible();
  await expect(page.getByText(/no answer|not reached|connection/i).first()).toBeVisible();
  expect(await recordsOf(workplace, ben)).toEqual([]);
});

test('a second tab and a second device follow', async ({ page, context, browser, workplace }) => {
  const tab = await context.newPage();
  await tab.goto('/');
  await awake(tab);
  const other = await (await browser.newContext()).newPage();
  await workplace.signIn(other, ben);
  for (const each of [page, tab, other]) await expect(each.locator('[data-status="live"]')).toBeVisible();
  await checkIn(page).click();
  for (const each of [page, tab, other]) await expect(checkOut(each)).toBeVisible();
  expect(await recordsOf(workplace, ben)).toEqual([{ out_at: null }]);
  await checkOut(tab).click();
  for (const each of [page, tab, other]) await expect(checkIn(each)).toBeVisible();
  expect(await recordsOf(workplace, ben)).toHaveLength(1);
  await other.context().close();
});

test('a button whose meaning another device has just changed hears nothing for a moment', async ({
  page,
  workplace,
}) => {
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  const phone = await Colleague.of(workplace, ben);
  // The thumb is on its way, and lands when the label has just changed.
  await checkIn(page).evaluate((button: HTMLButtonElement) => {
    new MutationObserver((_changes, watcher) => {
      if (!button.textContent?.includes('Check out')) return;
      watcher.disconnect();
      button.click();
      document.documentElement.setAttribute('data-landed', '');
    }).observe(button, { subtree: true, childList: true, characterData: true });
  });
  await phone.checkIn();
  await expect(page.locator('html[data-landed]')).toBeVisible();
  await expect(checkOut(page)).not.toHaveAttribute('aria-disabled', 'true');
  expect(await recordsOf(workplace, ben)).toEqual([{ out_at: null }]);
  await checkOut(page).click();
  await expect(checkIn(page)).toBeVisible();
});

test('a stale page that checks in again is given the open record', async ({ page, workplace, network }) => {
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  network.block({ sockets: true });
  const phone = await Colleague.of(workplace, ben);
  await phone.checkIn();
  await checkIn(page).click();
  await expect(checkOut(page)).toBeVisible();
  await expect(page.getByText(/Checked in at .* log no\. \d+/)).toBeVisible();
  expect(await recordsOf(workplace, ben)).toEqual([{ out_at: null }]);
});

test('today, yesterday and the days before are told with their times', async ({ page, workplace }) => {
  const { db, zone } = workplace;
  const noon = Date.now() - 24 * 3_600_000;
  const yesterday = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(noon);
  await db
    .prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .bind(ben.id.replace(/^.{8}/, '01900000'), ben.id, yesterday, zone, noon, noon + 90 * 60_000)
    .run();
  await page.reload();
  const card = page
    .getByRole('region', { name: 'Yesterday' })
    .or(page.locator('section', { hasText: 'Yesterday' }))
    .first();
  await expect(card).toContainText('1 h 30 min');
  await checkIn(page).click();
  await expect(page.getByText(/Checked in at/)).toBeVisible();
});

const HOUR = 3_600_000;
const question = (page: Page) => page.getByRole('region', { name: 'When did you leave?' });
const answer = (page: Page, name: RegExp) => question(page).getByRole('button', { name });

/** A record that is still open: when it began, its assumed end, and when it closes by itself. */
async function stillIn(
  { db, zone }: Workplace,
  { id: personId }: Employee,
  [inAt, out, due]: [number, number, number],
): Promise<string> {
  const id = uuidv7();
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(inAt);
  await db
    .prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, due_out, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .bind(id, personId, date, zone, inAt, out, due)
    .run();
  return id;
}

const endsOf = async ({ db }: Workplace, { id }: Employee) =>
  (
    await db
      .prepare('SELECT id, out_at, auto, unconfirmed FROM attendance WHERE person_id = ? ORDER BY in_at')
      .bind(id)
      .all<{ id: string; out_at: number | null; auto: number; unconfirmed: number }>()
  ).results;

test('the shift’s end passes while the page is open: it says so, and the button goes on to mean check-out', async ({
  page,
  workplace,
}) => {
  const now = Date.now();
  await stillIn(workplace, ben, [now - 4 * HOUR, now + 5 * 60_000, now + 5 * HOUR]);
  await page.clock.install();
  await page.reload();
  await awake(page);
  await expect(checkOut(page)).toBeVisible();
  await expect(page.getByText(/Your shift ended/)).toHaveCount(0);
  await page.clock.fastForward(7 * 60_000);
  await expect(page.getByText(/Your shift ended at \d\d:\d\d · you are still checked in/)).toBeVisible();
  await expect(page.getByText(/the record closes and \d\d:\d\d is assumed/)).toBeVisible();
  await expectNoSeriousAxe(page);
  await checkOut(page).click();
  await expect(page.getByText(/Checked out at .* log no\. \d+/)).toBeVisible();
  await expect(page.getByText(/Your shift ended/)).toHaveCount(0);
  expect(await endsOf(workplace, ben)).toMatchObject([{ auto: 0, unconfirmed: 0 }]);
});

test('the morning after an automatic check-out the page asks when one left, and the button checks in', async ({
  page,
  workplace,
}) => {
  const now = Date.now();
  const id = await stillIn(workplace, ben, [now - 24 * HOUR, now - 16 * HOUR, now - 11 * HOUR]);
  await workplace.runJobs();
  await page.goto(`/?left=${id}`);
  await awake(page);
  await expect(question(page).getByRole('heading')).toBeFocused();
  await expect(question(page)).toContainText('is assumed, not confirmed');
  await expect(answer(page, /Just now/)).toHaveCount(0);
  await expect(page.getByText(/\d\d:\d\d is assumed, not confirmed.*log no\. \d+/)).toBeVisible();
  await expectNoSeriousAxe(page);
  await checkIn(page).click();
  await expect(checkOut(page)).toBeVisible();
  await answer(page, /^At \d\d:\d\d/).click();
  await expect(question(page)).toHaveCount(0);
  await expect(checkOut(page)).toBeVisible();
  expect(await endsOf(workplace, ben)).toMatchObject([
    { id, out_at: now - 16 * HOUR, auto: 0, unconfirmed: 0 },
    { out_at: null },
  ]);
});

test('“just now” ends a record that closed by itself an hour ago at the time of the tap', async ({
  page,
  workplace,
}) => {
  const now = Date.now();
  const id = await stillIn(workplace, ben, [now - 10 * HOUR, now - 2 * HOUR, now - HOUR]);
  await workplace.runJobs();
  await page.reload();
  await awake(page);
  await answer(page, /Just now/).click();
  await expect(page.getByText(/Checked out at .* log no\. \d+/)).toBeVisible();
  await expect(question(page)).toHaveCount(0);
  const ends = await endsOf(workplace, ben);
  expect(ends).toMatchObject([{ id, auto: 0, unconfirmed: 0 }]);
  expect(ends[0]?.out_at).toBeGreaterThanOrEqual(now);
});

test('an earlier time counts at once; a later one becomes a request that says so before it is sent', async ({
  page,
  workplace,
}) => {
  const now = Date.now();
  const clock = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: workplace.zone, dateStyle: 'short', timeStyle: 'short' },
  });
  const wall = (at: number) => clock.format(at).replace(' ', 'T');
  const id = await stillIn(workplace, ben, [now - 9 * HOUR, now - 3 * HOUR, now - HOUR]);
  await workplace.runJobs();
  await page.reload();
  await awake(page);
  await answer(page, /Another time/).click();
  const field = question(page).getByLabel('Left at');
  await field.fill(wall(now - 2 * HOUR));
  await expect(question(page)).toContainText('a supervisor decides');
  await expect(answer(page, /Request this time/)).toBeDisabled();
  await question(page).getByLabel('Reason').fill('Stock count');
  await answer(page, /Request this time/).click();
  await expect(question(page)).toHaveCount(0);
  await expect(page.locator('[data-correction="pending"]')).toBeVisible();
  expect(await endsOf(workplace, ben)).toMatchObject([{ id, out_at: now - 3 * HOUR, unconfirmed: 1 }]);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await answer(page, /Another time/).click();
  await question(page)
    .getByLabel('Left at')
    .fill(wall(now - 4 * HOUR));
  await answer(page, /Save/).click();
  await expect(question(page)).toHaveCount(0);
  const [end] = await endsOf(workplace, ben);
  expect(end).toMatchObject({ id, auto: 0, unconfirmed: 0 });
  expect(wall(end?.out_at ?? 0)).toBe(wall(now - 4 * HOUR));
});
