/** Pushes: whom they reach, what they say, and when none is sent. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { hashPassword } from 'better-auth/crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { PushKind, type PushSettings } from '../../../../worker/contract/notifications/push';
import { statement } from '../../../../worker/db/queries';
import { runJobs } from '../../../../worker/jobs';
import { queued } from '../../../../worker/notifications/push/queue';
import { Scope } from '../../../../worker/scope';
import {
  ask,
  edged,
  everything,
  insert,
  insertion,
  newKey,
  signedIn,
  type Someone,
  someone,
} from '../../workplace';
import { Browser } from './Browser';

const MINUTE = 60_000;
/** Its commit sends it. */
const BEGINS = 'session.started';
/** The jobs send it. */
const DECIDED = 'correction.decided';

beforeEach(() => Browser.online());

const pushed = { title: 'First aid has begun', body: 'Room 2', href: '/scan' };

/** Pushes to a person in a commit, as a change would. @param crash whether the request ends right after the commit */
async function push(it: Someone, kind: PushKind = BEGINS, { crash = false } = {}): Promise<void> {
  const ctx = createExecutionContext();
  const at = Date.now();
  const scope = new Scope(edged(), ctx, { now: () => at });
  const write = queued({ id: uuidv7(), kind, ...pushed }, at, { sql: 'SELECT ?2 AS person', value: it.id });
  if (crash) return void (await statement(env.DB, write).run());
  const change = insertion('progress', { job: uuidv7(), until: at });
  await scope.attempt({
    at,
    changes: [{ write: change, action: 'test', subject: 'test/1', before: null, after: null }],
    publish: [],
    also: [write],
  });
  await waitOnExecutionContext(ctx);
}

/** Runs the jobs this many minutes from now. */
async function jobs(minutes: number): Promise<void> {
  const ctx = createExecutionContext();
  await runJobs(edged(), ctx, Date.now() + minutes * MINUTE);
  await waitOnExecutionContext(ctx);
}

const settingsOf = async (as: { cookie: string }) =>
  (await ask('/notifications/push', { as })).json<PushSettings>();
const queue = async () => (await env.DB.prepare('SELECT * FROM pushes').all()).results;
const setQuiet = (as: Someone, quiet: unknown, key = newKey()) =>
  ask('/notifications/push/quiet-hours', { method: 'PUT', as, json: { quiet }, key });

describe('a push', () => {
  it('reaches the devices that chose its kind, encrypted for each, with no more than its words', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const [phone, tablet, laptop, others] = [
      await Browser.open(),
      await Browser.open('wns2-par02p.notify.windows.com'),
      await Browser.open('web.push.apple.com'),
      await Browser.open('updates.push.services.mozilla.com'),
    ];
    await phone.subscribe(ben, [BEGINS, 'attendance.reminder']);
    await tablet.subscribe(await signedIn(ben.id), [BEGINS]);
    await laptop.subscribe(await signedIn(ben.id), ['attendance.reminder']);
    await others.subscribe(eve, [BEGINS]);
    await push(ben);
    const id: unknown = expect.any(String);
    expect([phone.received, tablet.received]).toEqual([[{ id, ...pushed }], [{ id, ...pushed }]]);
    expect([laptop.received, others.received]).toEqual([[], []]);
    expect(phone.headers[0]?.get('Content-Encoding')).toBe('aes128gcm');
    expect(Number(phone.headers[0]?.get('TTL'))).toBeGreaterThan(890);
    expect(await queue()).toEqual([]);
  });

  it('is sent once, though the job runs too, and by the job alone if the request ended before', async () => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    let slow = () => {};
    phone.answer = () =>
      new Promise((resolve) => (slow = () => resolve(new Response(null, { status: 201 }))));
    const sent = push(ben);
    await vi.waitUntil(() => phone.headers.length === 1);
    await jobs(0);
    slow();
    await sent;
    await jobs(2);
    expect(phone.received).toHaveLength(1);
    phone.answer = () => new Response(null, { status: 201 });
    await push(ben, BEGINS, { crash: true });
    expect(phone.received).toHaveLength(1);
    await Promise.all([jobs(2), jobs(2)]);
    expect(phone.received).toHaveLength(2);
    expect(await queue()).toEqual([]);
  });

  it('is tried again while its service is out of reach, and not for ever', async () => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [DECIDED]);
    await push(ben, DECIDED);
    expect(phone.headers).toEqual([]);
    phone.answer = () => new Response(null, { status: 503 });
    await jobs(0);
    await jobs(0.5);
    expect(phone.headers).toHaveLength(1);
    phone.answer = () => new Response(null, { status: 429, headers: { 'Retry-After': '600' } });
    await jobs(2);
    await jobs(4);
    expect(phone.headers).toHaveLength(2);
    phone.answer = () => {
      throw new Error('Network connection lost');
    };
    for (const minutes of [13, 60, 120, 180, 240, 300]) await jobs(minutes);
    expect(phone.headers).toHaveLength(6);
    expect(await queue()).toEqual([]);
    expect(phone.received).toEqual([]);
  });

  it('is not sent when it is no longer worth it', async () => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    await push(ben, BEGINS, { crash: true });
    await jobs(25 * 60);
    expect(phone.headers).toEqual([]);
    expect(await queue()).toEqual([]);
  });

  it.each([404, 410])('ends the subscription of a device that is gone (%i)', async (status) => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    phone.answer = () => new Response(null, { status });
    await push(ben);
    expect((await settingsOf(ben)).device).toBeNull();
    expect(await queue()).toEqual([]);
  });

  it('leaves a device alone that has subscribed again before its old endpoint was found gone', async () => {
    const ben = await someone();
    const [old, fresh] = [await Browser.open(), await Browser.open()];
    await old.subscribe(ben, [BEGINS]);
    old.answer = async () => {
      await fresh.subscribe(ben, [BEGINS]);
      return new Response(null, { status: 410 });
    };
    await push(ben);
    await push(ben);
    expect(fresh.received).toHaveLength(1);
  });

  it.each([400, 301])('is dropped when its service refuses it (%i)', async (status) => {
    const ben = await someone();
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    phone.answer = () => new Response(null, { status, headers: { Location: 'https://example.org/' } });
    await push(ben);
    expect(await queue()).toEqual([]);
    expect((await settingsOf(ben)).device).toEqual({ kinds: [BEGINS] });
  });
});

describe('no push reaches', () => {
  const ends: [what: string, end: (it: Someone) => Promise<unknown>][] = [
    ['a device that signed out', (ben) => ask('/session', { method: 'DELETE', as: ben })],
    [
      'a device on which another person has signed in',
      async (ben) => {
        const eve = await someone();
        const password = 'correct horse battery';
        await insert('accounts', {
          id: eve.id,
          user_id: eve.id,
          issuer: 'local:credential',
          account_id: eve.id,
          provider_id: 'credential',
          password: await hashPassword(password),
          created_at: 1,
          updated_at: 1,
        });
        const signIn = (tried: string) =>
          ask('/session', { as: ben, json: { email: eve.email, password: tried } });
        expect((await signIn('not the password')).status).toBe(401);
        expect((await settingsOf(ben)).device).toEqual({ kinds: [DECIDED] });
        expect((await signIn(password)).status).toBe(200);
      },
    ],
    [
      'a session that has expired',
      ({ session }) => env.DB.prepare('UPDATE sessions SET expires_at = 1 WHERE id = ?').bind(session).run(),
    ],
    [
      'a person who was deactivated',
      async ({ id }) =>
        ask(`/people/${id}/deactivate`, { as: await someone({ roles: ['admin'] }), json: {}, key: newKey() }),
    ],
    [
      'an inactive person, though their session was left',
      ({ id }) => env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(id).run(),
    ],
    [
      'a person who lost the right',
      ({ id }) => env.DB.prepare(`UPDATE people SET roles = '["member"]' WHERE id = ?`).bind(id).run(),
    ],
    [
      'a device that muted the kind',
      async (ben) => {
        const other = await Browser.open();
        await other.subscribe(ben, ['attendance.reminder']);
      },
    ],
    [
      'a person who muted the kind',
      (ben) =>
        ask('/notifications/preferences', {
          method: 'PUT',
          as: ben,
          json: { muted: [DECIDED] },
          key: newKey(),
        }),
    ],
    [
      'a device that was turned off',
      (ben) => ask('/notifications/push/device', { method: 'DELETE', as: ben, key: newKey() }),
    ],
    [
      'a device whose endpoint another session has now',
      async (ben) => {
        const [phone] = await subscribed(ben);
        await phone!.subscribe(await someone(), []);
      },
    ],
  ];
  const phones = new Map<string, Browser>();
  const subscribed = async (ben: Someone) => {
    const phone = phones.get(ben.id) ?? (await Browser.open());
    phones.set(ben.id, phone);
    return [phone];
  };

  it.each(ends)('%s, before it is queued or while it waits', async (_, end) => {
    const admin = await someone({ roles: ['admin'] }); // never the last one
    expect(admin.id).toBeTruthy();
    const ben = await someone();
    const [phone] = await subscribed(ben);
    await phone!.subscribe(ben, [DECIDED]);
    await push(ben, DECIDED);
    await end(ben);
    await push(ben, DECIDED);
    await jobs(2);
    expect(phone!.received).toEqual([]);
    expect(await queue()).toEqual([]);
  });

  it('anyone in their quiet hours, over midnight and in their own zone, while the clocks change too', async () => {
    const ben = await someone({ zone: 'Europe/Berlin' });
    const phone = await Browser.open();
    await phone.subscribe(ben, [BEGINS]);
    expect((await setQuiet(ben, { from: '22:30', to: '03:00' })).status).toBe(200);
    expect((await settingsOf(ben)).quiet).toEqual({ from: '22:30', to: '03:00' });
    const clock = vi.spyOn(Date, 'now');
    const reached: string[] = [];
    for (const at of [
      '2026-03-28T21:29Z', // 22:29
      '2026-03-28T21:30Z', // 22:30
      '2026-03-29T00:59Z', // 01:59, then clocks go to 03:00
      '2026-03-29T01:00Z', // 03:00
      '2026-10-24T20:29Z', // 22:29, summer time
      '2026-10-24T20:30Z', // 22:30
      '2026-10-25T00:59Z', // 02:59 for the first time
      '2026-10-25T01:59Z', // 02:59 for the second time
      '2026-10-25T02:00Z', // 03:00
    ]) {
      clock.mockImplementation(() => Date.parse(at));
      const before = phone.received.length;
      await env.DB.prepare('UPDATE sessions SET expires_at = ? WHERE id = ?').bind(4e12, ben.session).run();
      await push(ben);
      if (phone.received.length > before) reached.push(at);
    }
    expect(reached).toEqual([
      '2026-03-28T21:29Z',
      '2026-03-29T01:00Z',
      '2026-10-24T20:29Z',
      '2026-10-25T02:00Z',
    ]);
    expect(await queue()).toEqual([]);
  });
});

describe('a subscription', () => {
  it('moves to whoever subscribed last, and what waits for the former goes nowhere', async () => {
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
