/** A person turns pushes on. The browser's push service is out of reach here, so its subscription is made by the test. */
import { expect, expectNoSeriousAxe, test } from '../fixtures.ts';
import { awake } from '../Workplace.ts';

test.use({ serviceWorkers: 'allow' });

const endpoint = 'https://fcm.googleapis.com/fcm/send/of-this-test';

test('a person turns pushes on, chooses, tests, sets quiet hours, and turns them off', async ({
  page,
  workplace,
}) => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const point = Buffer.from(await crypto.subtle.exportKey('raw', pair.publicKey));
  const keys = { p256dh: point.toString('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') };
  await page.addInitScript(
    ({ json }) => {
      const it = {
        toJSON: () => json,
        unsubscribe: () => Promise.resolve(sessionStorage.removeItem('subscribed')),
      };
      const subscribed = () => Promise.resolve(sessionStorage.getItem('subscribed') === null ? null : it);
      const subscribe = () => {
        sessionStorage.setItem('subscribed', 'yes');
        return subscribed();
      };
      Object.assign(PushManager.prototype, { getSubscription: subscribed, subscribe });
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
      Notification.requestPermission = () => Promise.resolve('granted');
    },
    { json: { endpoint, expirationTime: null, keys } },
  );
  const ben = await workplace.hire('Ben Off');
  await workplace.signIn(page, ben, '/notifications');
  const card = page.getByRole('region', { name: 'Push to this device' });
  await card.getByRole('button', { name: 'Turn on' }).click();
  await expect(card.getByRole('switch', { name: 'A session that I attend begins' })).toBeChecked();
  await expect(card.getByText('An order waits')).toBeHidden(); // not theirs to release
  await card.getByText('My correction was approved or rejected').click();
  await card.getByRole('button', { name: 'Send a test' }).click();
  await expect(card.getByText('Sent. It appears within seconds.')).toBeVisible();
  await expect.poll(() => workplace.sent).toEqual([{ url: endpoint, encoding: 'aes128gcm' }]);
  await card.getByText('Quiet hours on all my devices').click();
  await card.getByLabel('From').fill('21:15');
  await card.getByLabel('From').blur();
  await expectNoSeriousAxe(page);
  await expect
    .poll(async () => (await workplace.db.prepare('SELECT from_time FROM quiet_hours').all()).results)
    .toEqual([{ from_time: '21:15' }]);
  await page.reload();
  await awake(page);
  await expect(card.getByLabel('From')).toHaveValue('21:15');
  await expect(
    card.getByRole('switch', { name: 'My correction was approved or rejected' }),
  ).not.toBeChecked();
  await card.getByRole('button', { name: 'Turn off' }).click();
  await expect(card.getByRole('button', { name: 'Turn on' })).toBeVisible();
  expect((await workplace.db.prepare('SELECT * FROM push_subscriptions').all()).results).toEqual([]);
});
