/** A page that slept, or whose network is silently gone, does not say Live until the server was heard. */
import type { Page } from '@playwright/test';
import { Colleague } from '../Colleague.ts';
import { expect, test } from '../fixtures.ts';
import type { Workplace } from '../Workplace.ts';

const pill = (page: Page, status: string) => page.locator(`[data-status="${status}"]`);
const row = (page: Page, id: string) => page.locator(`[data-person="${id}"]`);

/** Opens the board with a clock that the test moves. @returns how to run that clock until the pill has this status */
async function openBoard(board: Page, workplace: Workplace): Promise<(status: string) => Promise<void>> {
  await board.clock.install();
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  return (status) =>
    expect(async () => {
      await board.clock.runFor(2_000);
      expect(await pill(board, status).count()).toBe(1);
    }).toPass();
}

test('after a sleep of 20 s, 40 s and 10 min with the network silently gone, the pill is never Live over old data', async ({
  page: board,
  workplace,
  network,
}) => {
  const waitFor = await openBoard(board, workplace);
  for (const seconds of [20, 40, 600]) {
    await test.step(`${seconds} s`, async () => {
      const missed = await Colleague.join(workplace, `Mia Missed ${seconds}`);
      network.swallow();
      await missed.checkIn();
      await board.clock.fastForward(seconds * 1_000); // each timer runs once, as when a lid opens
      expect(await pill(board, 'live').count()).toBe(0);
      for (let waited = 0; waited < 30_000; waited += 3_000) {
        await board.clock.runFor(3_000);
        expect(await pill(board, 'live').count()).toBe(0);
      }
      network.restore();
      await waitFor('live');
      await expect(row(board, missed.person.id)).toContainText('At work');
    });
  }
});

test('a page that stood still replays what lay in its buffer, and is not Live over a silent network', async ({
  page: board,
  workplace,
  network,
}) => {
  const ben = await Colleague.join(workplace, 'Ben Buffered');
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  await expect(pill(board, 'live')).toBeVisible();
  /** From now on no script, timer or message runs for 6 s. */
  const standStill = () =>
    board.evaluate(() => {
      setTimeout(() => {
        const end = performance.now() + 6_000;
        while (performance.now() < end);
      });
    });
  await standStill();
  await ben.checkIn();
  await expect(board.getByText('1 change while you were away')).toBeVisible();
  await expect(row(board, ben.person.id)).toContainText('At work');
  await expect(pill(board, 'live')).toBeVisible();

  network.swallow();
  await standStill();
  await board.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  expect(await pill(board, 'live').count()).toBe(0);
});

test('an awake page notices within 10 s that the network is silently gone', async ({
  page: board,
  workplace,
  network,
}) => {
  const waitFor = await openBoard(board, workplace);
  network.swallow();
  await board.clock.runFor(9_100);
  await expect(pill(board, 'live')).toHaveCount(0);
  network.restore();
  await waitFor('live');
});

test('a page that falls asleep, wakes up or is looked at again is Live once the server has answered', async ({
  page: board,
  workplace,
  network,
}) => {
  await workplace.signIn(board, workplace.get('admin'), '/admin');
  network.delay(300);
  for (const event of ['focus', 'online', 'pageshow', 'freeze', 'resume', 'visibilitychange'])
    await test.step(event, async () => {
      await expect(pill(board, 'live')).toBeVisible();
      await board.evaluate((name) => {
        const back = new PageTransitionEvent(name, { persisted: true, bubbles: true });
        document.dispatchEvent(back);
      }, event);
      expect(await pill(board, 'live').count()).toBe(0);
    });
});
