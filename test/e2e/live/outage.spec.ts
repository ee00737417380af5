/** The database is away: pages say so and come back by themselves, and a tap takes effect once. */
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import type { Workplace } from '../Workplace.ts';

/** Each question to the table fails with D1's own words. @returns how to end it */
async function takeAway({ db }: Workplace, table = 'sessions'): Promise<() => Promise<unknown>> {
  await db.batch([
    db.prepare(`ALTER TABLE ${table} RENAME TO kept`),
    db.prepare(`CREATE VIEW ${table} AS SELECT * FROM "Network connection lost"`),
  ]);
  return () =>
    db.batch([db.prepare(`DROP VIEW ${table}`), db.prepare(`ALTER TABLE kept RENAME TO ${table}`)]);
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const live = (page: Page) => page.locator('[data-status="live"]');

test('while the database is away, pages say so, and come back by themselves', async ({
  page: open,
  context,
  workplace,
}) => {
  await workplace.signIn(open, workplace.get('admin'), '/admin');
  await expect(live(open)).toBeVisible();
  const first = await context.newPage();
  const restore = await takeAway(workplace);
  try {
    const answer = await first.goto('/admin/journal');
    expect([answer?.status(), answer?.headers()['retry-after']]).toEqual([503, '5']);
    await expect(heading(first)).toHaveText(/^Muster is not answering/);
    await open.getByRole('link', { name: 'My day' }).first().click();
    await expect(heading(open)).toHaveText(/^Muster is not answering/);
    await expect(open.getByText(/This page comes back by itself/)).toBeVisible();
  } finally {
    await restore();
  }
  await expect(heading(first)).toHaveText('Journal', { timeout: 15_000 });
  await expect(heading(open)).not.toHaveText(/^Muster is not answering/, { timeout: 15_000 });
  await expect(live(open)).toBeVisible();
});

test('a page whose own part is away comes back by itself', async ({ page, workplace }) => {
  await workplace.signIn(page, workplace.get('admin'), '/admin');
  const restore = await takeAway(workplace, 'displays');
  try {
    await page.goto('/admin/displays');
    await expect(heading(page)).toHaveText('That went wrong');
    await expect(page.getByText(/^Muster is not answering/)).toBeVisible();
    await expect(page.getByText(/This page comes back by itself/)).toBeVisible();
  } finally {
    await restore();
  }
  await expect(heading(page)).not.toHaveText('That went wrong', { timeout: 15_000 });
});

test('a tap while the database is away is not lost, and the page is live only afterwards', async ({
  page: phone,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Adeyemi');
  await workplace.signIn(phone, ben);
  await expect(live(phone)).toBeVisible();
  const restore = await takeAway(workplace);
  try {
    await phone.getByRole('button', { name: /Check in/ }).click();
    await expect(phone.getByText(/kept on this device/)).toBeVisible();
    await expect(live(phone)).toHaveCount(0);
  } finally {
    await restore();
  }
  await expect(phone.getByText(/Checked in at .* receipt \d+/)).toBeVisible();
  await expect(live(phone)).toBeVisible();
  const records = workplace.db.prepare('SELECT id FROM attendance WHERE person_id = ?').bind(ben.id);
  expect((await records.all()).results).toHaveLength(1);
});
