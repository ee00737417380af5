/** What was tapped without network is sent by the service worker, with no page open. */
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { ServiceWorker } from '../ServiceWorker.ts';
import type { Employee, Workplace } from '../Workplace.ts';

test.use({ viewport: { width: 360, height: 740 }, serviceWorkers: 'allow' });

const ME = 'GET /api/v1/me';
const CHECK_IN = 'POST /api/v1/attendance/check-in';
const checkIn = (page: Page) => page.getByRole('button', { name: /Check in/ });
const checkOut = (page: Page) => page.getByRole('button', { name: /Check out/ });
const kept = (page: Page) => page.getByText(/kept on this device/);

const recordsOf = async ({ db }: Workplace, { id }: Employee) =>
  (await db.prepare('SELECT in_at FROM attendance WHERE person_id = ?').bind(id).all<{ in_at: number }>())
    .results;

/** A tap without network. @returns the page, and the service worker, which outlives it */
async function tapped(context: BrowserContext, workplace: Workplace, as: Employee) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const tags: string[] = [];
    const manager = Reflect.get(window, 'SyncManager') as { prototype: object };
    Object.assign(window, { tags });
    Object.assign(manager.prototype, { register: (tag: string) => Promise.resolve(void tags.push(tag)) });
  });
  await workplace.signIn(page, as);
  await expect(page.locator('[data-status="live"]')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  const worker = await ServiceWorker.of(context, await context.newPage(), workplace.origin);
  workplace.network.block({ everything: true });
  await checkIn(page).click();
  await expect(kept(page)).toHaveText(/One tap is kept/);
  return { page, worker };
}

/** Keys of the acts on the device. @param page of the product */
const actsOn = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<IDBValidKey[]>((resolve) => {
        const opening = indexedDB.open('muster-outbox');
        opening.onsuccess = () => {
          const all = opening.result.transaction('acts').objectStore('acts').getAllKeys();
          all.onsuccess = () => resolve(all.result);
        };
      }),
  );

test('a tap is sent after its page was closed, once, and counts from when it was tapped', async ({
  context,
  workplace,
}) => {
  const ana = await workplace.hire('Ana Duarte');
  const before = Date.now();
  const { page, worker } = await tapped(context, workplace, ana);
  expect(await page.evaluate(() => Reflect.get(window, 'tags') as unknown)).toEqual(['muster-outbox']);
  const after = Date.now();
  await page.close();
  const asked = await worker.note();
  await worker.sync();
  await expect.poll(asked).toEqual([`${ME} 0`]);
  workplace.network.restore();
  await worker.sync();
  await expect.poll(asked).toEqual([`${ME} 0`, `${ME} 200`, `${CHECK_IN} 200`]);
  const [record, ...others] = await recordsOf(workplace, ana);
  expect(others).toEqual([]);
  // The rest is the delay of one request.
  expect(record?.in_at).toBeGreaterThanOrEqual(before);
  expect(record?.in_at).toBeLessThan(after + 5_000);

  const next = await context.newPage();
  await next.goto(workplace.origin);
  await expect(checkOut(next)).toBeVisible();
  await expect(kept(next)).toBeHidden();
  expect(await actsOn(next)).toEqual([]);
});

test('the service worker waits while a page sends, and an open page sees what it has sent', async ({
  context,
  workplace,
}) => {
  const ben = await workplace.hire('Ben Okafor');
  const other = await context.newPage();
  await workplace.signIn(other, ben, '/hours');
  const { page, worker } = await tapped(context, workplace, ben);
  const asked = await worker.note();
  // Whatever holds the lock sends: here a page that takes its time.
  const lock = `muster-outbox ${ben.id}`;
  await other.evaluate(
    (name) =>
      new Promise<void>((held) => {
        void navigator.locks.request(name, () => {
          held();
          return new Promise<void>((release) => Object.assign(window, { release }));
        });
      }),
    lock,
  );
  workplace.network.restore();
  await worker.sync();
  const waiting = () =>
    other.evaluate(async (name) => {
      const { pending = [] } = await navigator.locks.query();
      return pending.filter((it) => it.name === name).length;
    }, lock);
  await expect.poll(asked).toEqual([`${ME} 200`]);
  await expect.poll(waiting).toBeGreaterThan(0);
  expect(await recordsOf(workplace, ben)).toEqual([]);
  await other.evaluate(() => (Reflect.get(window, 'release') as () => void)());
  await expect.poll(() => recordsOf(workplace, ben)).toHaveLength(1);
  await expect(kept(page)).toBeHidden();
  await expect(checkOut(page)).toBeVisible();
  expect(await actsOn(page)).toEqual([]);
});

test('another person’s session sends nothing, no session sends nothing, and the tap stays for its person', async ({
  context,
  workplace,
}) => {
  const cleo = await workplace.hire('Cleo Brandt');
  const dina = await workplace.hire('Dina Falk');
  const { page, worker } = await tapped(context, workplace, cleo);
  await page.close();
  workplace.network.restore();
  const asked = await worker.note();
  await context.clearCookies();
  await worker.sync();
  await expect.poll(asked).toEqual([`${ME} 401`]);

  const next = await context.newPage();
  await workplace.signIn(next, dina, '/hours');
  await worker.sync();
  await expect.poll(asked).toEqual([`${ME} 401`, `${ME} 200`]);
  await next.goto(workplace.origin);
  await expect(checkIn(next)).toBeVisible();
  await expect(kept(next)).toBeHidden();
  expect(await actsOn(next)).toHaveLength(1);
  expect([await recordsOf(workplace, cleo), await recordsOf(workplace, dina)]).toEqual([[], []]);
  await next.close();

  await context.clearCookies();
  const back = await context.newPage();
  await workplace.signIn(back, cleo);
  await expect.poll(() => recordsOf(workplace, cleo)).toHaveLength(1);
  await expect.poll(() => actsOn(back)).toEqual([]);
  expect(await recordsOf(workplace, dina)).toEqual([]);
});

test('after a sign-out that the server does not know yet nothing is sent', async ({ context, workplace }) => {
  const emil = await workplace.hire('Emil Lund');
  const { page, worker } = await tapped(context, workplace, emil);
  await page.getByRole('button', { name: /account and appearance/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out and keep it for me' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out on this device' })).toBeVisible();
  await page.close();
  workplace.network.restore();
  const asked = await worker.note();
  await worker.sync();

  const next = await context.newPage();
  await next.goto(workplace.origin);
  await expect(next).toHaveURL(/\/login/);
  expect(await recordsOf(workplace, emil)).toEqual([]);
  expect(await asked()).toEqual([]);
  await workplace.signIn(next, emil);
  await expect.poll(() => recordsOf(workplace, emil)).toHaveLength(1);
});

test('an act that is none is refused on the device, and the taps after it are sent', async ({
  context,
  workplace,
}) => {
  const fay = await workplace.hire('Fay Moss');
  const { page, worker } = await tapped(context, workplace, fay);
  await page.evaluate(
    (person) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('muster-outbox');
        opening.onsuccess = () => {
          const writing = opening.result.transaction('acts', 'readwrite');
          const acts = writing.objectStore('acts');
          const of = { person, tappedAt: 1 };
          acts.put({ v: 1, act: '../../logout', key: 'undeclared', body: {}, ...of });
          acts.put({ v: 2, key: 'of a later version', ...of });
          writing.oncomplete = () => resolve();
        };
      }),
    fay.id,
  );
  await page.close();
  workplace.network.restore();
  const asked = await worker.note();
  await worker.sync();
  await expect.poll(asked).toEqual([`${ME} 200`, `${CHECK_IN} 200`]);
  expect(await recordsOf(workplace, fay)).toHaveLength(1);

  const next = await context.newPage();
  await next.goto(workplace.origin);
  const notice = next.getByText(/was not recorded\. This version of Muster can’t send it\./);
  await expect(notice).toBeVisible();
  await next.getByRole('button', { name: 'OK' }).click();
  await expect(notice).toBeHidden();
  expect(await actsOn(next)).toEqual(['of a later version']);
});
