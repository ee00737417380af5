/** The service worker's part in pushes: where a tap on one leads, and a subscription that the browser replaces. */
import { expect, test } from '../fixtures.ts';

test.use({ serviceWorkers: 'allow' });

const endpoint = (name: string) => `https://fcm.googleapis.com/fcm/send/${name}`;

test('a tap on a notification focuses the window of its page, opens one if there is none, and never leaves the product', async ({
  page,
  context,
  workplace,
}) => {
  await workplace.signIn(page, await workplace.hire('Ada Window'));
  await page.evaluate(() => navigator.serviceWorker.ready);
  const other = await context.newPage();
  await other.goto(`${workplace.origin}/hours`);
  for (const window of [page, other]) await expect(window.locator('[data-new-version]')).toBeAttached();
  // Chromium lets a worker move windows after a person's tap only, which no protocol makes: so what it asks for is noted.
  const [worker] = context.serviceWorkers();
  await worker?.evaluate(() => {
    const moved: string[] = [];
    const windows = Reflect.get(self, 'WindowClient') as { prototype: object };
    Object.assign(windows.prototype, {
      focus(this: { url: string }) {
        moved.push(`focus ${this.url}`);
        return Promise.resolve(this);
      },
    });
    Object.assign(Reflect.get(self, 'clients') as object, {
      openWindow: (url: URL) => Promise.resolve(void moved.push(`open ${url.href}`)),
    });
    Object.assign(self, { moved });
  });
  const tap = (href: unknown) =>
    worker?.evaluate(async (data) => {
      const notification = { close: () => undefined, data };
      const works: Promise<unknown>[] = [];
      const waitUntil = (work: Promise<unknown>) => void works.push(work);
      self.dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil }));
      await Promise.all(works);
      return Reflect.get(self, 'moved') as string[];
    }, href);
  const { origin } = workplace;
  const moved = [`focus ${origin}/hours`];
  expect(await tap('/hours')).toEqual(moved);
  moved.push(`open ${origin}/notifications`);
  expect(await tap('/notifications')).toEqual(moved);
  expect(await tap('https://elsewhere.example/')).toEqual(moved);
  // The app's link has moved this window, which a worker knows by the address that was loaded.
  await page.getByRole('link', { name: 'Hours' }).first().click();
  await expect(page).toHaveURL(`${origin}/hours`);
  await other.close();
  moved.push(`focus ${origin}/`, `open ${origin}/`);
  await tap('/hours');
  expect(await tap('/')).toEqual(moved);
});

test('a subscription that the browser replaces reaches the server with its kinds, for its session only', async ({
  page,
  context,
  workplace,
}) => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const point = Buffer.from(await crypto.subtle.exportKey('raw', pair.publicKey));
  const keys = { p256dh: point.toString('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') };
  const ben = await workplace.hire('Ben Renewed');
  await workplace.signIn(page, ben);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const kinds = ['correction.decided'];
  const first = await page.evaluate(
    async (body) =>
      (
        await fetch('/api/v1/notifications/push/device', {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
          body: JSON.stringify(body),
        })
      ).status,
    { endpoint: endpoint('first'), keys, kinds },
  );
  expect(first).toBe(200);
  const [worker] = context.serviceWorkers();
  /** @returns how often the worker subscribed */
  const replace = (json: object) =>
    worker?.evaluate(async (subscription) => {
      let subscribed = 0;
      Object.assign((Reflect.get(self, 'PushManager') as { prototype: object }).prototype, {
        subscribe: () => {
          subscribed += 1;
          return Promise.resolve({ toJSON: () => subscription });
        },
      });
      const works: Promise<unknown>[] = [];
      const waitUntil = (work: Promise<unknown>) => void works.push(work);
      self.dispatchEvent(Object.assign(new Event('pushsubscriptionchange'), { waitUntil }));
      await Promise.all(works);
      return subscribed;
    }, json);
  const saved = async () =>
    (
      await workplace.db
        .prepare(
          `SELECT endpoint, group_concat(kind) AS kinds FROM push_subscriptions JOIN push_kinds USING (session_id)
           JOIN sessions ON sessions.id = session_id WHERE user_id = ? GROUP BY session_id`,
        )
        .bind(ben.id)
        .all()
    ).results;
  expect(await replace({ endpoint: endpoint('second'), keys })).toBe(1);
  const second = [{ endpoint: endpoint('second'), kinds: 'correction.decided' }];
  expect(await saved()).toEqual(second);

  // Another person in this browser, who turned nothing on, gets no pushes by it; nor does nobody.
  await workplace.signIn(page, await workplace.hire('Cleo Off'));
  expect(await replace({ endpoint: endpoint('third'), keys })).toBe(0);
  await context.clearCookies();
  expect(await replace({ endpoint: endpoint('third'), keys })).toBe(0);
  expect(
    (await workplace.db.prepare('SELECT endpoint FROM push_subscriptions').all()).results,
  ).not.toContainEqual({ endpoint: endpoint('third') });
});
