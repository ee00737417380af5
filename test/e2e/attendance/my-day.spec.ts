/** "My day" on a phone: one tap makes one record, whatever happens to the answer. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake, type Employee, type Workplace } from '../Workplace.ts';

test.use({ viewport: { width: 360, height: 740 } });

const HOUR = 3_600_000;
const checkIn = (page: Page) => page.getByRole('button', { name: /Check in/ });
const checkOut = (page: Page) => page.getByRole('button', { name: /Check out/ });

const recordsOf = async ({ db }: Workplace, { id }: Employee) =>
  (
    await db
      .prepare('SELECT out_at FROM attendance WHERE person_id = ? ORDER BY in_at')
      .bind(id)
      .all<{ out_at: number | null }>()
  ).results;

const question = (page: Page) => page.getByRole('region', { name: 'When did you leave?' });
const answer = (page: Page, name: RegExp) => question(page).getByRole('button', { name });

/** Inserts an open record with its start, assumed end and automatic closing. */
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

test(
  'one tap makes one record on every tab and device, and one without network is kept and sent later',
  { tag: '@firefox' },
  async ({ page, context, browser, network, workplace }) => {
    const { db, zone } = workplace;
    const ben = await workplace.hire('Ben Okafor');
    const noon = Date.now() - 24 * HOUR;
    const yesterday = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(noon);
    await db
      .prepare(
        'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .bind(uuidv7(), ben.id, yesterday, zone, noon, noon + 90 * 60_000)
      .run();
    const past = { out_at: noon + 90 * 60_000 };
    await page.clock.install();
    await workplace.signIn(page, ben);
    await expect(page.getByRole('region', { name: 'Yesterday' })).toContainText('1 h 30 min');
    const [tab, other] = [await context.newPage(), await (await browser.newContext()).newPage()];
    await tab.goto('/');
    await awake(tab);
    await workplace.signIn(other, ben);
    const screens = [page, tab, other];
    for (const each of screens) await expect(each.locator('[data-status="live"]')).toBeVisible();

    let ask = (): void => undefined;
    const requested = new Promise<void>((resolve) => (ask = resolve));
    await page.route('**/check-in', async (route) => {
      await requested;
      await route.continue();
    });
    await checkIn(page).dblclick();
    await expect(checkOut(page)).toBeVisible(); // before any answer
    await expect(page.getByText('Sending …')).toBeVisible();
    ask();
    await expect(page.getByText(/Checked in at .* receipt \d+/)).toBeVisible();
    for (const each of screens) await expect(checkOut(each)).toBeVisible();
    expect(await recordsOf(workplace, ben)).toEqual([past, { out_at: null }]);
    await checkOut(tab).click();
    for (const each of screens) await expect(checkIn(each)).toBeVisible();
    const both = await recordsOf(workplace, ben);
    expect(both).toHaveLength(2);

    await Promise.all([tab.close(), other.close()]);
    await expect(checkIn(page)).not.toHaveAttribute('aria-disabled', 'true');
    network.block({ everything: true });
    await checkIn(page).click();
    await expect(checkOut(page)).toBeVisible();
    await expect(page.getByText(/kept on this device/)).toBeVisible();
    expect(await recordsOf(workplace, ben)).toEqual(both);
    network.restore();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect(page.getByText(/kept on this device/)).toBeHidden();
    await expect(checkOut(page)).toBeVisible();
    expect(await recordsOf(workplace, ben)).toEqual([...both, { out_at: null }]);
  },
);

test('a shift’s end passes while the page is open, and the page asks about an assumed end', async ({
  page,
  workplace,
}) => {
  const now = Date.now();
  const ben = await workplace.hire('Ben Okafor');
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: workplace.zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const wall = (at: number) => clock.format(at).replace(' ', 'T');
  const id = await stillIn(workplace, ben, [now - 24 * HOUR, now - 16 * HOUR, now - 11 * HOUR]);
  await workplace.runJobs();
  await stillIn(workplace, ben, [now - 4 * HOUR, now + 5 * 60_000, now + 5 * HOUR]);
  await page.clock.install();
  await workplace.signIn(page, ben, `/?left=${id}`);
  await expect(question(page).getByRole('heading')).toBeFocused();
  await expect(question(page)).toContainText('is assumed, not confirmed');
  await expect(answer(page, /Just now/)).toHaveCount(0);
  await expect(answer(page, /^At \d\d:\d\d/)).toBeVisible();
  await expect(checkOut(page)).toBeVisible();
  await expect(page.getByText(/Your shift ended/)).toHaveCount(0);

  await page.clock.fastForward(7 * 60_000);
  await expect(page.getByText(/Your shift ended at \d\d:\d\d · you are still checked in/)).toBeVisible();
  await expect(page.getByText(/the record closes and \d\d:\d\d is assumed/)).toBeVisible();
  await expectNoSeriousAxe(page);
  await checkOut(page).click();
  await expect(page.getByText(/Checked out at .* receipt \d+/)).toBeVisible();
  await expect(page.getByText(/Your shift ended/)).toHaveCount(0);

  await answer(page, /Another time/).click();
  const field = question(page).getByLabel('Left at');
  await field.fill(wall(now - 15 * HOUR));
  await expect(question(page)).toContainText('A supervisor decides');
  await expect(answer(page, /Request this time/)).toBeDisabled();
  await question(page).getByLabel('Reason').fill('Stock count');
  await answer(page, /Request this time/).click();
  await expect(question(page)).toHaveCount(0);
  await expect(page.locator('[data-correction="pending"]')).toBeVisible();
  expect(await endsOf(workplace, ben)).toMatchObject([
    { id, out_at: now - 16 * HOUR, unconfirmed: 1 },
    { auto: 0, unconfirmed: 0 },
  ]);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await answer(page, /Another time/).click();
  await field.fill(wall(now - 17 * HOUR));
  await answer(page, /Save/).click();
  await expect(question(page)).toHaveCount(0);
  const [end] = await endsOf(workplace, ben);
  expect(end).toMatchObject({ id, auto: 0, unconfirmed: 0 });
  expect(wall(end?.out_at ?? 0)).toBe(wall(now - 17 * HOUR));
});
