/** Two browsers: what one person does the other sees, whatever happens to the sockets. */
import type { Page } from '@playwright/test';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import { awake, type Workplace } from '../Workplace.ts';

const pill = (page: Page, status: string) => page.locator(`[data-status="${status}"]`);
const row = (page: Page, id: string) => page.locator(`[data-person="${id}"]`);

/** Each row of the board as text: the name and the state. */
async function shown(page: Page): Promise<string[]> {
  const rows = await page
    .locator('[data-person]')
    .evaluateAll((all) =>
      all.map(
        (one) =>
          `${one.getAttribute('data-person')} ${/At work|On a break|Checked out/.exec(one.textContent ?? '')?.[0] ?? 'away'}`,
      ),
    );
  return rows.sort();
}

/** The same from the database. */
async function truth({ db, zone }: Workplace): Promise<string[]> {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format();
  const { results } = await db
    .prepare(
      `SELECT people.id,
         CASE WHEN EXISTS (SELECT 1 FROM attendance JOIN breaks ON record_id = attendance.id
                WHERE attendance.person_id = people.id AND out_at IS NULL AND end_at IS NULL AND breaks.due_at > ?2) THEN 'On a break'
              WHEN EXISTS (SELECT 1 FROM attendance WHERE person_id = people.id AND out_at IS NULL) THEN 'At work'
              WHEN EXISTS (SELECT 1 FROM attendance WHERE person_id = people.id AND work_date = ?1) THEN 'Checked out'
              ELSE 'away' END AS says
       FROM people WHERE active`,
    )
    .bind(today, Date.now())
    .all<{ id: string; says: string }>();
  return results.map(({ id, says }) => `${id} ${says}`).sort();
}

async function expectTruth(page: Page, workplace: Workplace): Promise<void> {
  await expect(async () => expect(await shown(page)).toEqual(await truth(workplace))).toPass();
}

/** Whether the marked page was not reloaded. */
const mark = (page: Page) =>
  page.evaluate(() => document.documentElement.setAttribute('data-mark', 'same page'));
const isMarked = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-mark', 'same page');

test('a check-in appears on another browser’s board without disturbing it, and not on yesterday’s board', async ({
  browser,
  page: board,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Okafor');
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  await expectTruth(board, workplace);
  await mark(board);

  const search = board.getByLabel('Search people');
  await search.pressSequentially('e');
  await expect(board).toHaveURL(/q=e/);
  await expect(row(board, ben.id)).toContainText('Not expected');
  await board.evaluate(() => scrollTo({ top: 300, behavior: 'instant' }));
  const before = await board.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(100);

  const phone = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await workplace.signIn(phone, ben);
  await phone.getByRole('button', { name: /Check in/ }).click();
  await expect(phone.getByRole('button', { name: /Check out/ })).toBeVisible();
  await expect(phone.getByText(/Checked in at .* receipt \d+/)).toBeVisible();

  await expect(row(board, ben.id)).toContainText('At work');
  expect(await board.evaluate(() => scrollY)).toBe(before);
  await expect(search).toHaveValue('e');
  await expect(search).toBeFocused();
  await isMarked(board);

  await board.getByRole('button', { name: 'Previous day' }).click();
  await expect(board.getByRole('heading', { level: 1 })).toHaveText('Yesterday');
  await expect(pill(board, 'live')).toBeVisible();
  await expect(board.locator('[data-person]').filter({ hasText: 'Checked out' }).first()).toBeVisible();
  const chi = await Colleague.join(workplace, 'Chi Nguyen');
  await chi.checkIn(); // of today: it must not show on yesterday's board
  await expect(row(board, chi.person.id)).toContainText('Not expected');
});

test('after cut, blocked or dead sockets or no network, the board equals the database, and the pill showed the state', async ({
  page: board,
  context,
  workplace,
  network,
}) => {
  const [ben, chi, dora] = await Promise.all(
    ['Ben Okafor', 'Chi Nguyen', 'Dora Maar'].map((name) => Colleague.join(workplace, name)),
  );
  if (!ben || !chi || !dora) throw new Error('three colleagues');
  /** Reconnects wait by the page's clock. */
  const waitFor = async (status: string) => {
    await expect(async () => {
      await board.clock.runFor(2_000);
      expect(await pill(board, status).count()).toBe(1);
    }).toPass();
  };
  await board.clock.install();
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  await mark(board);

  await test.step('cut sockets reconnect and catch up', async () => {
    network.block({ sockets: true }); // and drops the open ones
    await expect(pill(board, 'live')).toBeHidden();
    const early = await ben.checkIn();
    await ben.checkOut(early);
    await chi.checkIn();
    network.restore();
    await waitFor('live');
    await expectTruth(board, workplace);
  });

  await test.step('a dead socket is found within a heartbeat: the pill is not green over it', async () => {
    network.swallow();
    await board.clock.runFor(25_000);
    await board.clock.runFor(8_100);
    await expect(pill(board, 'live')).toBeHidden();
    network.restore();
    await waitFor('live');
  });

  await test.step('without a network the page says so, and catches up when it returns', async () => {
    network.block({ everything: true });
    await context.setOffline(true);
    await expect(pill(board, 'offline')).toBeVisible();
    await dora.checkIn();
    network.restore();
    await context.setOffline(false);
    await expect(pill(board, 'live')).toBeVisible();
    await expect(row(board, dora.person.id)).toContainText('At work');
    await expectTruth(board, workplace);
    await isMarked(board);
  });

  await test.step('with sockets blocked, polling delivers changes', async () => {
    network.block({ sockets: true });
    await board.reload();
    await expect(pill(board, 'polling')).toBeVisible();
    const again = await ben.checkIn();
    await expect(row(board, ben.person.id)).toContainText('Checked out');
    await board.clock.fastForward(61_000); // the board polls each minute
    await expect(row(board, ben.person.id)).toContainText('At work');
    await ben.checkOut(again);
    await pill(board, 'polling').click();
    await expect(row(board, ben.person.id)).toContainText('Checked out');
    await expectTruth(board, workplace);
  });
});

test('signing out in one tab, or losing the right, ends the board in the other at once', async ({
  context,
  page: board,
  workplace,
}) => {
  const chief = await Colleague.of(workplace, await workplace.hire('Cara Chief', ['admin']));
  const ana = await workplace.hire('Ana Short', ['admin']);
  await workplace.signIn(board, ana, '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  const other = await context.newPage();
  await other.goto('/');
  await awake(other);
  await other.getByRole('button', { name: ana.name }).click();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/\/login/);
  await expect(board.getByText('no longer updates').or(board.getByLabel('Email'))).toBeVisible();
  await expect(pill(board, 'live')).toBeHidden();

  await workplace.signIn(board, ana, '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  await chief.write('put', `people/${ana.id}/roles`, { roles: ['employee'] });
  await expect(pill(board, 'live')).toBeHidden();
  await board.goto('/admin');
  await awake(board);
  await expect(board.locator('[data-person]')).toHaveCount(0);
  await expect(board.getByText(/may not|not allowed|supervisors/i).first()).toBeVisible();
});

test('a list of a thousand renders only what fits, finds each person, and stays live', async ({
  page: board,
  workplace,
}) => {
  const crowd = Array.from({ length: 1000 }, (_, n) => ({
    id: `0190${String(n).padStart(4, '0')}-0000-7000-8000-000000000000`,
    name: `Zed Crowd ${n}`,
  }));
  const all = JSON.stringify(crowd);
  await workplace.db.batch([
    workplace.db
      .prepare(
        `INSERT INTO people (id, name, email, sort_key, created_at, updated_at)
         SELECT value ->> 'id', value ->> 'name', (value ->> 'id') || '@crowd.example', lower(value ->> 'name'), 0, 0 FROM json_each(?)`,
      )
      .bind(all),
    workplace.db
      .prepare(
        `INSERT INTO terms (person_id, valid_from, employed) SELECT value ->> 'id', '2020-01-01', 1 FROM json_each(?)`,
      )
      .bind(all),
  ]);
  const zoe = await Colleague.join(workplace, 'Zoe Last');
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  expect(await board.locator('[data-person]').count()).toBeLessThan(100);
  await board.getByLabel('Search people').fill('crowd 999');
  await expect(board.getByText('Zed Crowd 999')).toBeVisible();
  await board.getByLabel('Search people').fill('zoe');
  await expect(row(board, zoe.person.id)).toContainText('Not expected');
  await zoe.checkIn();
  await expect(row(board, zoe.person.id)).toContainText('At work');
  await workplace.db.batch([
    workplace.db
      .prepare('DELETE FROM terms WHERE person_id IN (SELECT value ->> ? FROM json_each(?))')
      .bind('id', all),
    workplace.db.prepare(`DELETE FROM people WHERE email LIKE '%@crowd.example'`),
  ]);
});

// A socket that is closed before it is open counts as a failure: Chromium then holds back the next ones for seconds.
for (const path of ['/', '/admin', '/cashier/pos', '/releasing/orders', '/sessions'])
  test(`${path} opens one socket a channel as it loads`, async ({ page, workplace }) => {
    const opened: string[] = [];
    page.on('websocket', (socket) => opened.push(new URL(socket.url()).pathname.split('/').at(-2)!));
    await workplace.signIn(page, workplace.get('admin'), path);
    await expect(pill(page, 'live').first()).toBeVisible();
    await expect.poll(() => opened).toContain('presence');
    expect(opened).toEqual([...new Set(opened)]);
  });
