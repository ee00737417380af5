/** What a page says about pushes to this device, and what it sends. */
import { describe, expect, it } from 'vitest';
import type { Device, PushSettings, QuietHours, Subscribe } from '$contract/notifications/push';
import { DevicePushes } from '$lib/notifications/DevicePushes.svelte';
import type { PushBrowser, Subscription } from '$lib/notifications/PushBrowser';
import type { ApiClient } from '$lib/api';
import { ok } from '../World';

const subscription: Subscription = {
  endpoint: 'https://fcm.googleapis.com/a',
  keys: { p256dh: 'p', auth: 'a' },
};
const on: Device = { kinds: ['session.started'] };
const NIGHT = { from: '22:00', to: '07:00' };

interface Setup {
  settings?: Partial<PushSettings>;
  able?: ReturnType<PushBrowser['able']>;
  permission?: NotificationPermission;
  /** What the person answers. */
  allows?: NotificationPermission;
  subscribed?: boolean;
  /** The status of the server's answers. */
  status?: number;
}

async function opened({ settings, able = 'yes', subscribed = false, allows = 'granted', ...it }: Setup = {}) {
  const sent: [what: string, json?: unknown][] = [];
  let permission = it.permission ?? 'default';
  let current = subscribed ? subscription : undefined;
  const answer = (what: string, json: unknown, body: unknown) => {
    sent.push(json === undefined ? [what] : [what, json]);
    const status = it.status ?? 200;
    if (status === 200) return ok(body);
    const problem = { type: '/docs#push_off', title: 'Push is not set up.', status, code: 'push_off' };
    return Promise.resolve({ ok: false, status, json: () => Promise.resolve(problem) });
  };
  const push = {
    device: {
      $put: ({ json }: { json: Subscribe }) => answer('put', json, { kinds: json.kinds }),
      $delete: () => answer('delete', undefined, null),
    },
    test: { $post: () => answer('test', undefined, { receipt: { entry: 1, at: 1 } }) },
    'quiet-hours': {
      $put: ({ json }: { json: { quiet: QuietHours } }) => answer('quiet', json.quiet, json.quiet),
    },
  };
  const browser: PushBrowser = {
    able: () => able,
    permission: () => permission,
    current: () => Promise.resolve(current),
    subscribe: () => {
      permission = allows;
      if (allows === 'granted') current = subscription;
      return Promise.resolve(current);
    },
    unsubscribe: () => Promise.resolve(void (current = undefined)),
  };
  const all: PushSettings = { publicKey: 'B', device: null, quiet: null, ...settings };
  const pushes = new DevicePushes({ notifications: { push } } as unknown as ApiClient, all, browser);
  expect(pushes.state).toBe(all.publicKey === null ? 'no_keys' : 'unknown');
  await pushes.look();
  return { pushes, sent, browser };
}

describe('a device', () => {
  it.each<[state: string, setup: Setup]>([
    ['no_keys', { settings: { publicKey: null } }],
    ['unsupported', { able: 'no' }],
    ['home_screen', { able: 'home_screen' }],
    ['blocked', { permission: 'denied' }],
    ['off', {}],
    ['off', { subscribed: true, permission: 'granted' }], // by a session that has ended
    ['off', { settings: { device: on }, permission: 'granted' }], // the browser has forgotten it
    ['on', { settings: { device: on }, subscribed: true, permission: 'granted' }],
  ])('is %s with %j', async (state, setup) => {
    expect((await opened(setup)).pushes.state).toBe(state);
  });

  it('is turned on after a tap, with its kinds, and changed, and turned off', async () => {
    const { pushes, sent, browser } = await opened();
    await pushes.turnOn(['session.started', 'correction.decided']);
    expect(pushes.state).toBe('on');
    await pushes.choose('session.started', false);
    expect([pushes.gets('session.started'), pushes.gets('correction.decided')]).toEqual([false, true]);
    await pushes.test();
    expect(pushes.tested).toBe(true);
    await pushes.turnOff();
    expect(pushes.state).toBe('off');
    expect(await browser.current()).toBeUndefined();
    expect(sent).toEqual([
      ['put', { ...subscription, kinds: ['session.started', 'correction.decided'] }],
      ['put', { ...subscription, kinds: ['correction.decided'] }],
      ['test'],
      ['delete'],
    ]);
  });

  it('stays off and sends nothing when the person does not allow it', async () => {
    const dismissed = await opened({ allows: 'default' });
    const refused = await opened({ allows: 'denied' });
    for (const { pushes } of [dismissed, refused]) await pushes.turnOn(['session.started']);
    expect([dismissed.pushes.state, refused.pushes.state]).toEqual(['off', 'blocked']);
    expect([...dismissed.sent, ...refused.sent]).toEqual([]);
  });

  it('says why it could not be turned on or changed, and shows what holds', async () => {
    const { pushes, browser } = await opened();
    browser.subscribe = () => Promise.reject(new Error('AbortError'));
    await pushes.turnOn(['session.started']);
    expect(pushes.trouble).toMatch(/push service didn’t answer/);
    const it = await opened({
      settings: { device: on, quiet: NIGHT },
      subscribed: true,
      permission: 'granted',
      status: 409,
    });
    await it.pushes.choose('session.started', false);
    expect([it.pushes.gets('session.started'), it.pushes.trouble]).toEqual([true, 'Push is not set up.']);
    await it.pushes.setQuiet(null);
    expect(it.pushes.quiet).toEqual(NIGHT);
  });
});

it('what is chosen while a choice is sent is sent after it', async () => {
  const { pushes, sent } = await opened({
    settings: { device: on },
    subscribed: true,
    permission: 'granted',
  });
  const kinds = ['correction.decided', 'attendance.reminder'] as const;
  await Promise.all(kinds.map((kind) => pushes.choose(kind, true)));
  await Promise.all([
    pushes.setQuiet(NIGHT),
    pushes.setQuiet(null),
    pushes.setQuiet({ from: '21:15', to: '07:00' }),
  ]);
  expect(sent.at(1)).toEqual(['put', { ...subscription, kinds: ['session.started', ...kinds] }]);
  expect(sent.at(-1)).toEqual(['quiet', { from: '21:15', to: '07:00' }]);
  expect(pushes.quiet?.from).toBe('21:15');
});

it('quiet hours are set and removed', async () => {
  const { pushes, sent } = await opened();
  await pushes.setQuiet(NIGHT);
  expect(pushes.quiet).toEqual(NIGHT);
  await pushes.setQuiet(null);
  expect(pushes.quiet).toBeNull();
  expect(sent).toEqual([
    ['quiet', NIGHT],
    ['quiet', null],
  ]);
});
