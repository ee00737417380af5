/** Pushes: whom they reach, what they say, and when none is sent. */
import { env } from 'cloudflare:workers';
import { hashPassword } from 'better-auth/crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, insert, newKey, signedIn, type Someone, someone } from '../../workplace';
import { Browser } from './Browser';
import { BEGINS, DECIDED, jobs, push, pushed, queue, setQuiet, settingsOf } from './pushing';

beforeEach(() => Browser.online());

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
