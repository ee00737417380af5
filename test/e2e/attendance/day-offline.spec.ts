/** A day without network on a phone whose browser is closed, whose clock is wrong, and whose app is replaced meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { findBrowser, flags } from '../../../scripts/browser.ts';
import { expect, test, watchFaults } from '../fixtures.ts';
import { nextBuild } from '../nextBuild.ts';
import { lesson } from '../sessions/Lesson.ts';
import { type Employee, Workplace } from '../Workplace.ts';

const HOUR = 3_600_000;
const kept = (page: Page) => page.getByText(/kept on this device/);
const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).click();
/** A button takes no second press for a moment. */
const rest = (page: Page) => page.clock.runFor(1_300);

async function rowsOf<Row>({ db }: Workplace, sql: string, { id }: Employee): Promise<Row[]> {
  return (await db.prepare(sql).bind(id).all<Row>()).results;
}

test('in, break, out and a scan arrive whole 11 hours later, though the browser was closed twice and its clock is 2 hours wrong', async ({
  network,
  workplace,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-phone-'));
  const ana = await workplace.hire('Ana Duarte');
  const session = await lesson(workplace, [ana]);
  const start = Date.now() - 11 * HOUR;
  const device = (hours: number) => start + (hours + 2) * HOUR;
  const faults: string[] = [];
  const open = async (time: number) => {
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: findBrowser(),
      args: flags,
      serviceWorkers: 'block',
      viewport: { width: 360, height: 740 },
    });
    watchFaults(context, faults);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.clock.install({ time });
    return { context, page };
  };

  const morning = await open(device(0));
  await workplace.signIn(morning.page, ana);
  await expect(morning.page.locator('[data-status="live"]')).toBeVisible();
  network.block({ everything: true });
  await press(morning.page, /Check in/);
  await rest(morning.page);
  await morning.page.clock.setFixedTime(device(3));
  await press(morning.page, /^Meal/);
  await expect(kept(morning.page)).toHaveText(/2 taps are kept/);
  await morning.context.close();

  // The page loads, and no tap reaches the server.
  const noon = await open(device(3.5));
  await noon.page.route('**/api/v1/attendance/*', (route) => route.abort());
  network.restore();
  await workplace.signIn(noon.page, ana);
  await press(noon.page, /End break/);
  await rest(noon.page);
  await noon.page.clock.setFixedTime(device(8));
  await press(noon.page, /Check out/);
  await expect(kept(noon.page)).toHaveText(/4 taps are kept/);
  const { token } = await session.code();
  const scannedAt = Date.now();
  const scan = {
    v: 1,
    act: `sessions/${session.id}/offline-scans`,
    key: uuidv7(),
    person: ana.id,
    tappedAt: scannedAt + 2 * HOUR,
    body: { token },
  };
  await noon.page.evaluate((act) => localStorage.setItem(`muster-act ${act.key}`, JSON.stringify(act)), scan);
  await noon.context.close();

  const evening = await open(Date.now() + 2 * HOUR);
  await workplace.signIn(evening.page, ana);
  await expect(kept(evening.page)).toBeHidden();
  const asking = 'SELECT kind, at FROM session_requests WHERE person_id = ?';
  await expect.poll(() => rowsOf(workplace, asking, ana)).toHaveLength(1);
  await evening.context.close();
  await rm(folder, { recursive: true, force: true });

  const [record, ...more] = await rowsOf<Record<'in_at' | 'out_at' | 'offline', number>>(
    workplace,
    'SELECT in_at, out_at, offline FROM attendance WHERE person_id = ?',
    ana,
  );
  const [pause] = await rowsOf<Record<'start_at' | 'end_at' | 'offline', number>>(
    workplace,
    'SELECT start_at, end_at, offline FROM breaks WHERE person_id = ?',
    ana,
  );
  const [request] = await rowsOf<{ kind: string; at: number }>(workplace, asking, ana);
  const minutes = (at = 0) => Math.round((at - start) / 60_000);
  expect(more).toEqual([]);
  expect([
    minutes(record?.in_at),
    minutes(pause?.start_at),
    minutes(pause?.end_at),
    minutes(record?.out_at),
  ]).toEqual([0, 180, 210, 480]);
  expect([record?.offline, pause?.offline, request?.kind]).toEqual([1, 1, 'offline']);
  expect(Math.abs((request?.at ?? 0) - scannedAt)).toBeLessThan(2_000);
  expect(await rowsOf(workplace, 'SELECT id FROM corrections WHERE person_id = ?', ana)).toEqual([]);
  expect(faults).toEqual([]);
});

test('what was tapped before a deploy is sent by the new version, once', async ({ browser }) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-next-'));
  const workplace = await Workplace.open();
  const context = await browser.newContext();
  try {
    const ben = await workplace.hire('Ben Okafor');
    const page = await context.newPage();
    await workplace.signIn(page, ben);
    await expect(page.locator('[data-status="live"]')).toBeVisible();
    workplace.network.block({ everything: true });
    const tappedAt = Date.now();
    await press(page, /Check in/);
    await expect(kept(page)).toHaveText(/One tap is kept/);
    await page.close();

    await workplace.deploy(await nextBuild(folder));
    const tabs = [await context.newPage(), await context.newPage()];
    await Promise.all(tabs.map((tab) => tab.goto(workplace.origin)));
    for (const tab of tabs) {
      await expect(tab.getByRole('button', { name: /Check out/ })).toBeVisible();
      await expect(kept(tab)).toBeHidden();
    }
    const records = 'SELECT in_at FROM attendance WHERE person_id = ?';
    await expect.poll(() => rowsOf(workplace, records, ben)).toHaveLength(1);
    const [record] = await rowsOf<{ in_at: number }>(workplace, records, ben);
    expect(Math.abs((record?.in_at ?? 0) - tappedAt)).toBeLessThan(20_000);
  } finally {
    await context.close();
    await workplace.close();
    await rm(folder, { recursive: true, force: true });
  }
});
