/** Customers' screens: who creates and revokes them, and that a link shows numbers only. */
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { DisplayBoard } from '../../../../worker/contract/sales/displays/displays';
import type { OrderState } from '../../../../worker/contract/sales/orders/orders';
import { newSecret, sha256 } from '../../../../worker/contract/secrets';
import { displayChange, displayStateOf } from '../../../../worker/sales/displays/numbers';
import { LEASE_MS } from '../../../../worker/live/leases';
import { cashier, COUNTER, done, makeMove, paidOrder, place, product, releaser } from '../shop';
import {
  ask,
  everything,
  listen,
  Listening,
  listening,
  newKey,
  type Someone,
  someone,
} from '../../workplace';

const admin = () => someone({ roles: ['admin'] });

/** A link as the page creates it: only the page knows the token. */
async function link(by: Someone, it: { name?: string; placeId?: string | null } = {}) {
  const [id, token] = [uuidv7(), newSecret()];
  const json = {
    id,
    name: it.name ?? 'Wall in the hall',
    placeId: it.placeId ?? null,
    hash: await sha256(token),
  };
  const answer = await ask('/displays', { as: by, json, key: newKey() });
  expect(answer.status).toBe(200);
  return { id, token };
}

const open = (token: string, as?: Someone) => ask('/display/open', { as, json: { token } });

/** A browser that has opened the link and has no session. */
async function screen(token: string): Promise<{ cookie: string }> {
  const answer = await open(token);
  expect(answer.status).toBe(204);
  return { cookie: (answer.headers.get('Set-Cookie') ?? '').split(';')[0] as string };
}

const revoke = (by: Someone, id: string, key = newKey()) =>
  ask(`/displays/${id}/revoke`, { as: by, json: {}, key });

const board = async (as: { cookie: string }) => (await ask('/display', { as })).json<DisplayBoard>();
const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code;

/** The statuses of GET /display and of the three ways to follow the channel. */
async function ways(as: { cookie: string } | undefined, channel = 'display'): Promise<number[]> {
  const socket = await listen(as, channel);
  const answers = [
    await ask('/display', { as }),
    await ask(`/channels/${channel}/events?since=0`, { as }),
    await ask(`/channels/heads?names=${channel}`, { as }),
  ];
  return [socket instanceof Listening ? 101 : socket.status, ...answers.map(({ status }) => status)];
}

describe('what a screen shows of an order', () => {
  const changed = { at: 5 };
  const order = (state: OrderState, ready: { at: number } | null = null) => ({
    place: { id: 'p' },
    date: '2026-11-21',
    number: 42,
    state,
    paidAt: 2,
    ready,
    changed,
  });

  it.each([
    ['pending', null, 'gone'],
    ['for_payment', null, 'gone'],
    ['for_release', null, 'preparing'],
    ['for_release', { at: 3 }, 'ready'],
    ['released', { at: 3 }, 'gone'],
    ['cancelled', null, 'gone'],
  ] as const)('%s, called %j: %s', (state, ready, shown) => {
    expect(displayStateOf({ state, ready })).toBe(shown);
  });

  it('is published when it looks different, and not before payment', () => {
    const published = (before: ReturnType<typeof order> | null, after: ReturnType<typeof order>) =>
      displayChange(before, after).map(({ data }) => data);
    expect(published(null, order('pending'))).toEqual([]);
    expect(published(order('pending'), order('for_payment'))).toEqual([]);
    expect(published(order('for_payment'), order('cancelled'))).toEqual([]);
    const it = { placeId: 'p', date: '2026-11-21', number: 42 };
    expect(published(order('for_payment'), order('for_release'))).toEqual([
      { ...it, state: 'preparing', at: 2 },
    ]);
    expect(published(order('for_release'), order('for_release', { at: 3 }))).toEqual([
      { ...it, state: 'ready', at: 3 },
    ]);
    expect(published(order('for_release', { at: 3 }), order('for_release', { at: 4 }))).toEqual([
      { ...it, state: 'ready', at: 4 },
    ]);
    expect(published(order('for_release', { at: 3 }), order('released', { at: 3 }))).toEqual([
      { ...it, state: 'gone', at: 5 },
    ]);
    expect(published(order('released'), order('released'))).toEqual([]);
  });
});

describe('a customers’ screen', () => {
  it('shows only numbers and states, from payment to release', async () => {
    const [ana, ben, soap, chief] = [await cashier(), await releaser(), await product(), await admin()];
    const wall = await screen((await link(chief)).token);
    const socket = await listening(wall, 'display');
    const { order } = await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
    await socket.until(() => socket.events.length === 1);
    const of = { placeId: order.place.id, date: order.date, number: order.number };
    expect(socket.events[0]?.data).toEqual({ ...of, state: 'preparing', at: order.changed.at });

    const claimed = await done(makeMove(ben, order, { move: 'claim' }));
    const called = await done(makeMove(ben, claimed.order, { move: 'ready' }));
    await socket.until(() => socket.events.length === 2);
    const shown = await board(wall);
    const mine = shown.numbers.filter(
      ({ number, placeId }) => number === order.number && placeId === order.place.id,
    );
    expect(mine).toEqual([{ ...of, state: 'ready', at: called.order.ready?.at }]);
    expect(mine).toEqual([socket.events[1]?.data]);
    expect(shown.at.heads['display']).toBe(socket.events[1]?.seq);

    await done(makeMove(ben, called.order, { move: 'release', receivedBy: 'Mrs Lang' }));
    await socket.until(() => socket.events.length === 3);
    expect(socket.events[2]?.data).toMatchObject({ ...of, state: 'gone' });
    expect((await board(wall)).numbers.filter(({ number }) => number === order.number)).toEqual([]);

    const log = await (await ask('/channels/display/events?since=0', { as: wall })).text();
    for (const text of [JSON.stringify(socket.frames), JSON.stringify(shown), log])
      for (const secret of [ana.id, ben.id, ana.name, ben.name, order.id, soap.id, soap.name, 'Mrs Lang'])
        expect(text).not.toContain(secret);
    for (const event of socket.events as { by?: unknown; data: object }[]) {
      expect(event.by).toBeNull();
      expect(Object.keys(event.data).sort()).toEqual(['at', 'date', 'number', 'placeId', 'state']);
    }
    expect(Object.keys(shown).sort()).toEqual(
      ['at', 'now', 'numbers', 'organisation', 'place', 'places', 'zone'].sort(),
    );
  });

  it('for one place shows its numbers only', async () => {
    const chief = await admin();
    const café = await place('Café Quay');
    const [here, there, soap] = [await cashier('Ana Quay', café), await cashier(), await product()];
    const lines = [{ productId: soap.id, quantity: 1 }];
    const { order } = await paidOrder(here, lines, { placeId: café });
    await paidOrder(there, lines);
    const shown = await board(await screen((await link(chief, { placeId: café })).token));
    expect(shown.place).toEqual({ id: café, name: 'Café Quay' });
    expect(shown.places).toEqual([{ id: café, name: 'Café Quay' }]);
    expect(shown.numbers.map(({ placeId, number }) => [placeId, number])).toEqual([[café, order.number]]);
    const all = await board(chief);
    expect(all.place).toBeNull();
    expect(all.numbers.map(({ placeId }) => placeId)).toEqual(expect.arrayContaining([café, COUNTER]));
  });

  it('opens no other route, no other channel and no presence', async () => {
    const wall = await screen((await link(await admin())).token);
    expect(await ways(wall)).toEqual([101, 200, 200, 200]);
    const before = await everything();
    const { paths } = await (
      await ask('/openapi.json')
    ).json<{
      paths: Record<string, Record<string, { 'x-capability': string; 'x-displays': boolean }>>;
    }>();
    const operations = Object.entries(paths).flatMap(([path, of]) =>
      Object.entries(of).map(([method, it]) => ({ path, method: method.toUpperCase(), ...it })),
    );
    expect(operations.filter((it) => it['x-displays']).map(({ path }) => path)).toEqual([
      '/api/v1/display',
      '/api/v1/channels/{name}/socket',
      '/api/v1/channels/heads',
      '/api/v1/channels/{name}/events',
    ]);
    for (const { path, method, ...it } of operations) {
      if (it['x-displays'] || it['x-capability'] === 'anyone') continue;
      const url = path
        .replace('/api/v1', '')
        .replace('{name}', 'display')
        .replaceAll(/\{\w+\}/g, uuidv7());
      const writes = method === 'POST' || method === 'PUT' || method === 'PATCH';
      const answer = await ask(url, { method, as: wall, key: newKey(), ...(writes && { json: {} }) });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
    for (const channel of [
      'attendance',
      'presence',
      'orders',
      'registrations',
      'tills',
      'sessions',
      'displays',
      'constructor',
    ])
      expect([channel, await ways(wall, channel)]).toEqual([channel, [403, 200, 403, 403]]);
    expect((await ask('/channels/heads?names=display,orders', { as: wall })).status).toBe(403);
    expect(await listen(wall, 'display', '?presence=watch')).toMatchObject({ status: 403 });
    expect(await everything()).toEqual(before);
  });

  it('is turned off permanently on every display when it is revoked', async () => {
    const chief = await admin();
    const { id, token } = await link(chief);
    const other = await screen((await link(chief)).token);
    const walls = [await screen(token), await screen(token)];
    const sockets = await Promise.all(walls.map((wall) => listening(wall, 'display')));
    const kept = await listening(other, 'display');
    const key = newKey();
    const answer = await revoke(chief, id, key);
    expect(await answer.json()).toMatchObject({ display: { id, revokedAt: expect.any(Number) as number } });
    for (const socket of sockets) {
      await socket.until(() => socket.closed !== undefined);
      expect(socket.closed?.code).toBe(4001);
    }
    for (const wall of walls) expect(await ways(wall)).toEqual([410, 410, 410, 410]);
    expect(await codeOf(await ask('/display', { as: walls[0] }))).toBe('display_revoked');
    expect(await codeOf(await open(token))).toBe('display_revoked');
    expect(kept.closed).toBeUndefined();
    expect(await ways(other)).toEqual([101, 200, 200, 200]);
    const journal = env.DB.prepare(`SELECT count(*) AS n FROM journal WHERE action = 'display.revoked'`);
    const revoked = await journal.first('n');
    for (const again of [key, newKey()]) expect((await revoke(chief, id, again)).status).toBe(200);
    expect(await journal.first('n')).toBe(revoked);
  });

  it('ends by its lease before the next event if the order to close was lost', async () => {
    const [chief, ana, soap] = [await admin(), await cashier(), await product()];
    const { id, token } = await link(chief);
    const [wall, other] = [await screen(token), await screen((await link(chief)).token)];
    const [socket, kept] = [await listening(wall, 'display'), await listening(other, 'display')];
    await env.DB.prepare('UPDATE displays SET revoked_at = 1 WHERE id = ?1').bind(id).run();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LEASE_MS + 1 });
    try {
      await paidOrder(ana, [{ productId: soap.id, quantity: 1 }]);
      await kept.until(() => kept.events.length === 1);
      await socket.until(() => socket.closed !== undefined);
      expect(socket.events).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused to a signed-in person who may not see orders, unless the browser has opened the screen', async () => {
    const [eve, chief] = [await someone(), await admin()];
    expect(await ways(eve)).toEqual([403, 403, 403, 403]);
    expect(await ways(undefined)).toEqual([401, 401, 401, 401]);
    expect(await ways(await cashier())).toEqual([101, 200, 200, 200]);
    const { id, token } = await link(chief);
    const both = { cookie: `${eve.cookie}; ${(await screen(token)).cookie}` };
    expect(await ways(both)).toEqual([101, 200, 200, 200]);
    expect((await ask('/me', { as: both })).status).toBe(200);
    expect((await ask('/orders', { as: both })).status).toBe(403);
    const socket = await listening(both, 'display');
    await revoke(chief, id);
    await socket.until(() => socket.closed !== undefined);
    expect(await ways(both)).toEqual([403, 403, 403, 403]);
  });
});

describe('a screen’s link', () => {
  it('is created, listed and revoked by people who manage products, and its token is not stored', async () => {
    const chief = await admin();
    const café = await place('Café Mole');
    const { id, token } = await link(chief, { name: ' Café wall ', placeId: café });
    const listed = async () =>
      (await (await ask('/displays', { as: chief })).json<{ displays: { id: string }[] }>()).displays.find(
        (it) => it.id === id,
      );
    const made = {
      id,
      name: 'Café wall',
      place: { id: café, name: 'Café Mole' },
      createdBy: chief.name,
      createdAt: expect.any(Number) as number,
      openedAt: null,
      revokedAt: null,
    };
    expect(await listed()).toEqual(made);
    await screen(token);
    await screen(token);
    expect(await listed()).toEqual({ ...made, openedAt: expect.any(Number) as number });
    const everywhere = JSON.stringify(await everything());
    expect(everywhere).not.toContain(token);
    const { results } = await env.DB.prepare('SELECT action FROM journal WHERE subject = ?1 ORDER BY id')
      .bind(`display/${id}`)
      .all<{ action: string }>();
    expect(results.map(({ action }) => action)).toEqual(['display.created', 'display.opened']);
  });

  it('is stored in a cookie that no script reads and that is bound to the host', async () => {
    const { token } = await link(await admin());
    const cookie = (await open(token)).headers.get('Set-Cookie') ?? '';
    expect(cookie).toMatch(
      /^muster-display=[0-9a-f]{64}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('that is wrong is refused and counted, and changes nothing', async () => {
    const chief = await admin();
    const before = await everything();
    for (const token of ['', 'x', newSecret().toUpperCase(), `${newSecret()}0`])
      expect([token, await codeOf(await open(token))]).toEqual([token, 'invalid_input']);
    expect(await codeOf(await open(newSecret()))).toBe('display_revoked');
    expect(await ways({ cookie: `muster-display=${newSecret()}` })).toEqual([410, 410, 410, 410]);
    const hash = await sha256(newSecret());
    const made = { id: uuidv7(), name: 'Wall', placeId: null, hash };
    for (const [json, code] of [
      [{ ...made, name: ' ' }, 'invalid_input'],
      [{ ...made, hash: newSecret().slice(1) }, 'invalid_input'],
      [{ ...made, token: newSecret() }, 'invalid_input'],
      [{ ...made, placeId: uuidv7() }, 'not_found'],
    ] as const)
      expect(await codeOf(await ask('/displays', { as: chief, json, key: newKey() }))).toBe(code);
    expect(await codeOf(await revoke(chief, uuidv7()))).toBe('not_found');
    expect(await everything()).toEqual(before);
  });

  it('cannot be guessed, because tries by address are limited', async () => {
    const headers = { 'CF-Connecting-IP': '203.0.113.9' };
    const guess = (token: string) => ask('/display/open', { json: { token }, headers });
    const { token } = await link(await admin());
    for (let n = 0; n < 100; n += 1) await guess(newSecret());
    expect(await codeOf(await guess(token))).toBe('too_many_tries');
    expect((await open(token)).status).toBe(204);
  });

  it('created twice with one key is created once; a taken id or hash is refused', async () => {
    const chief = await admin();
    const json = { id: uuidv7(), name: 'Wall', placeId: null, hash: await sha256(newSecret()) };
    const key = newKey();
    const [first, second] = [
      await (await ask('/displays', { as: chief, json, key })).json(),
      await (await ask('/displays', { as: chief, json, key })).json(),
    ];
    expect(second).toEqual(first);
    for (const other of [
      { ...json, hash: await sha256(newSecret()) },
      { ...json, id: uuidv7() },
    ])
      expect(await codeOf(await ask('/displays', { as: chief, json: other, key: newKey() }))).toBe(
        'id_taken',
      );
  });
});
