/** Breaks on a phone: one tap, and the same countdown on every device. */
import type { Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
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

/** Inserts a record that began at that time. @returns its id */
async function recorded(
  { db, zone }: Workplace,
  { id: personId }: Employee,
  { ago }: { ago: number },
): Promise<string> {
  const [id, inAt] = [uuidv7(), Date.now() - ago];
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(inAt);
  await db
    .prepare('INSERT INTO attendance (id, person_id, work_date, zone, in_at) VALUES (?1, ?2, ?3, ?4, ?5)')
    .bind(id, personId, date, zone, inAt)
    .run();
  return id;
}

test('breaks are begun, counted down and ended on any device, and the board shows one past its allowance', async ({
  page,
  browser,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Resting');
  const recordId = await recorded(workplace, ben, { ago: 2 * 3_600_000 });
  const due = Date.now() - 20.5 * 60_000;
  await workplace.db
    .prepare(
      `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at) VALUES (?, ?, ?, 'rest', ?, ?)`,
    )
    .bind(uuidv7(), recordId, ben.id, due - 20 * 60_000, due)
    .run();
  await workplace.runJobs(); // ends the break at its allowance, as assumed
  expect(await breaksOf(workplace, ben)).toMatchObject([{ end_at: due }]);
  const [board, other] = [
    await (await browser.newContext()).newPage(),
    await (await browser.newContext()).newPage(),
  ];
  await Promise.all([
    workplace.signIn(board, workplace.get('admin'), '/admin?q=resting'),
    workplace.signIn(page, ben),
    workplace.signIn(other, ben),
  ]);
  for (const each of [board, page, other]) await expect(each.locator('[data-status="live"]')).toBeVisible();

  await test.step('End break after the allowance sets the true end, and says how much it was over', async () => {
    const over = board.locator(`[data-overdue="${ben.id}"]`);
    await expect(over).toContainText(/Rest used up since \d\d:\d\d, not back/);
    await expect(over).toContainText(/2\d min over/);
    await expect(button(page, /Rest used up today/)).toBeDisabled();
    await expect(page.getByText(/^Used up since \d\d:\d\d/)).toBeVisible();
    await expectNoSeriousAxe(page);
    await button(page, /^End break$/).click();
    await expect(button(page, /^End break$/)).toBeHidden();
    await expect(page.getByRole('region', { name: 'Today' })).toContainText(/2\d min over/);
    await expect(over).toHaveCount(0);
    const [ended] = await breaksOf(workplace, ben);
    expect(ended?.end_at).toBeGreaterThan(due + 20 * 60_000);
  });

  await test.step('a break starts before any answer, and another device ends it', async () => {
    let ask = (): void => undefined;
    const requested = new Promise<void>((resolve) => (ask = resolve));
    await page.route('**/break-start', async (route) => {
      await requested;
      await route.continue();
    });
    await expect(button(page, /Meal/)).not.toHaveAttribute('aria-disabled', 'true');
    await button(page, /Meal/).dblclick();
    await expect(left(page)).toHaveText(/Meal (45:00|44:\d\d)\sleft/);
    ask();
    await expect(page.getByText(/ends automatically at \d\d:\d\d/)).toBeVisible();
    await expectNoSeriousAxe(page);
    await expect(left(other)).toContainText('Meal');
    await expect(button(other, /End break/)).not.toHaveAttribute('aria-disabled', 'true');
    await button(other, /End break/).click();
    for (const each of [page, other]) await expect(button(each, /Meal 44 min left/)).toBeVisible();
    await expect(page.getByRole('region', { name: 'Today' })).toContainText(/Meal\s+\d\d:\d\d–\d\d:\d\d/);
    expect(await breaksOf(workplace, ben)).toHaveLength(2);
  });

  await test.step('a check-out while on a break ends both', async () => {
    await expect(button(page, /Meal/)).not.toHaveAttribute('aria-disabled', 'true');
    await button(page, /Meal/).click();
    await expect(left(page)).toBeVisible();
    await expect(page.getByText(/ends automatically at \d\d:\d\d/)).toBeVisible();
    await button(page, /Check out/).click();
    await expect(left(page)).toBeHidden();
    await expect(page.getByText(/Checked out at .* receipt \d+/)).toBeVisible();
    await expect(button(page, /Meal/)).toBeDisabled();
    const ends = (await breaksOf(workplace, ben)).map(({ end_at: end }) => end !== null);
    expect(ends).toEqual([true, true, true]);
  });
});
