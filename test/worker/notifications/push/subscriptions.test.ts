/** Subscriptions of devices: whose they are, which are refused, and a test that a person pushes. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { PushKind } from '../../../../worker/contract/notifications/push';
import { ask, everything, newKey, someone } from '../../workplace';
import { Browser } from './Browser';
import { BEGINS, DECIDED, jobs, push, setQuiet, settingsOf } from './pushing';

beforeEach(() => Browser.online());

describe('a subscription', () => {
  it('moves to the person who subscribed last, and what waits for the former goes nowhere', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    await push(ben, BEGINS, { crash: true });
    expect(await (await phone.subscribe(eve, [BEGINS])).json()).toEqual({ kinds: [BEGINS] });
    expect((await settingsOf(ben)).device).toBeNull();
    await push(ben);
    await jobs(2);
    expect(phone.received).toEqual([]);
    await push(eve);
    expect(phone.received).toHaveLength(1);
  });

  it('keeps its endpoint and keys out of the journal', async () => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [DECIDED]);
    await ask('/notifications/push/device', { method: 'DELETE', as: ben, key: newKey() });
    const { results } = await env.DB.prepare('SELECT action, before, after FROM journal WHERE subject = ?')
      .bind(`push/${ben.id}`)
      .all();
    const kinds = JSON.stringify({ kinds: [DECIDED] });
    expect(results).toEqual([
      { action: 'push.subscribed', before: null, after: kinds },
      { action: 'push.unsubscribed', before: kinds, after: null },
    ]);
  });

  const endpoints = [
    'http://fcm.googleapis.com/a',
    'https://fcm.googleapis.com:8443/a',
    'https://me@fcm.googleapis.com/a',
    'https://fcm.googleapis.com.example.org/a',
    'https://example.org/fcm.googleapis.com',
    'https://evil.sub.push.apple.com/a',
    'https://push.apple.com/a',
    'https://localhost/a',
    'https://127.0.0.1/a',
    'https://[::1]/a',
    'https://169.254.169.254/latest/meta-data',
    'https://muster.internal/a',
    'nonsense',
    `https://fcm.googleapis.com/${'a'.repeat(1_000)}`,
  ];
  it.each(endpoints)('at %s is refused, and nothing is written', async (endpoint) => {
    const ben = await someone();
    const { keys } = await Browser.open();
    const before = await everything();
    const json = { endpoint, keys, kinds: [] };
    const answer = await ask('/notifications/push/device', { method: 'PUT', as: ben, json, key: newKey() });
    expect(answer.status).toBe(400);
    expect((await answer.json<{ issues: { path: string }[] }>()).issues[0]?.path).toBe('endpoint');
    expect(await everything()).toEqual(before);
  });

  it.each([
    [{ keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) } }, 'keys.p256dh'],
    [{ keys: { p256dh: `BA${'A'.repeat(85)}`, auth: 'A'.repeat(21) } }, 'keys.auth'],
    [{ kinds: ['day.marked'] }, 'kinds.0'],
    [{ kinds: [DECIDED, DECIDED] }, 'kinds'],
    [{ expirationTime: null }, 'expirationTime'],
  ])('with %j is refused, and nothing is written', async (wrong, path) => {
    const ben = await someone();
    const { endpoint, keys } = await Browser.open();
    const before = await everything();
    const json = { endpoint, keys, kinds: [], ...wrong };
    const answer = await ask('/notifications/push/device', { method: 'PUT', as: ben, json, key: newKey() });
    expect(answer.status).toBe(400);
    expect((await answer.json<{ issues: { path: string }[] }>()).issues.map((it) => it.path)).toContain(path);
    expect(await everything()).toEqual(before);
  });

  it('whose key is no point of the curve, or whose service is no longer known, ends without a call', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const { endpoint } = await Browser.open();
    const keys = { p256dh: `BA${'A'.repeat(85)}`, auth: 'A'.repeat(22) };
    const json = { endpoint, keys, kinds: [BEGINS] };
    await ask('/notifications/push/device', { method: 'PUT', as: ben, json, key: newKey() });
    const phone = await Browser.open();
    await phone.subscribe(eve, [BEGINS]);
    await env.DB.prepare('UPDATE push_subscriptions SET endpoint = ? WHERE session_id = ?')
      .bind('https://push.example.org/a', eve.session)
      .run();
    for (const it of [ben, eve]) {
      await push(it);
      expect((await settingsOf(it)).device).toBeNull();
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it('is not offered without keys', async () => {
    const ben = await someone();
    const phone = await Browser.open();
    for (const VAPID_KEYS of ['', 'not.keys']) {
      const bindings = { ...env, VAPID_KEYS };
      const settings = await ask('/notifications/push', { as: ben, env: bindings });
      expect(await settings.json()).toEqual({ publicKey: null, device: null, quiet: null });
      const json = { endpoint: phone.endpoint, keys: phone.keys, kinds: PushKind.options };
      const answer = await ask('/notifications/push/device', {
        method: 'PUT',
        as: ben,
        json,
        key: newKey(),
        env: bindings,
      });
      expect((await answer.json<{ code: string }>()).code).toBe('push_off');
    }
    expect((await settingsOf(ben)).device).toBeNull();
  });
});

it('a person pushes a test to their own device, in quiet hours too, and not at once again', async () => {
  const ben = await someone();
  const phone = await Browser.open();
  const test = () => ask('/notifications/push/test', { method: 'POST', as: ben, key: newKey() });
  expect((await (await test()).json<{ code: string }>()).code).toBe('no_device');
  await phone.subscribe(ben, []);
  await setQuiet(ben, { from: '00:00', to: '23:59' });
  expect((await test()).status).toBe(200);
  expect(phone.received).toMatchObject([{ id: 'test', title: 'Pushes reach this device' }]);
  expect((await test()).status).toBe(429);
});

it.each([
  { from: '22:00', to: '22:00' },
  { from: '24:00', to: '07:00' },
  { from: '22:00' },
  'nights',
  undefined,
])('quiet hours of %j are refused, and nothing is written', async (quiet) => {
  const ben = await someone();
  const before = await everything();
  expect((await setQuiet(ben, quiet)).status).toBe(400);
  expect(await everything()).toEqual(before);
});
