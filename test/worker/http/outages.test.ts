/** D1, an object or R2 away: 503 with Retry-After, never 500, and a repeated request takes effect once. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Problem } from '../../../worker/contract/errors';
import { Role } from '../../../worker/contract/roles';
import { type Around, LATE_MS, watched } from '../../../worker/db/calls';
import { entry } from '../../../worker/entry';
import { PATIENCE_MS } from '../../../worker/live/object';
import { Scope } from '../../../worker/scope';
import { routes } from '../../edge/routes';
import { jpeg } from '../people/photos/pictures';
import { ask, checkIn, listen, newKey, someone } from '../workplace';

const LOST = 'D1_ERROR: Network connection lost.';
const faulty = (around: Around) => ({ ...env, DB: watched(env.DB, around) });
const failing = (message: string) => faulty(() => Promise.reject(new Error(message)));
const recordsOf = async (personId: string) =>
  (await env.DB.prepare('SELECT id FROM attendance WHERE person_id = ?').bind(personId).all()).results.length;

const unavailable = async (answer: Response) => {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('Retry-After')).toBe('5');
  expect(await answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
};

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  LOST,
  'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
  'D1_ERROR: internal error; reference = 4c5a',
])('while D1 answers “%s”, a read, a socket, polling and a write are unavailable', async (message) => {
  const ben = await someone();
  const away = { as: ben, env: failing(message) };
  await unavailable(await ask('/me', away));
  await unavailable((await listen(ben, 'attendance', '', away.env)) as Response);
  await unavailable(await ask('/channels/attendance/events?since=0', away));
  await unavailable(await ask('/channels/heads?names=attendance', away));
  await unavailable(await checkIn(ben, uuidv7(), { env: away.env }));
  expect(await recordsOf(ben.id)).toBe(0);
});

it('while D1 is away no route answers 500', async () => {
  const as = await someone({ roles: [...Role.options] });
  const others: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const url = path.replace(':name', 'attendance').replaceAll(/:\w+/g, uuidv7());
    const json = method === 'GET' ? undefined : {};
    const answer = await ask(url, { method, as, json, key: newKey(), env: failing(LOST) });
    if (answer.status === 503) await unavailable(answer);
    else others.push(`${answer.status} ${route}`);
  }
  expect(others).toEqual([]);
});

it('a sign-in is unavailable at whichever call D1 goes away', async () => {
  for (const calls of [0, 1]) {
    let left = calls;
    const bindings = faulty((_, call) => (left-- > 0 ? call() : Promise.reject(new Error(LOST))));
    const json = { email: (await someone()).email, password: 'a long enough password' };
    await unavailable(await ask('/session', { json, env: bindings }));
  }
});

describe('a check-in', () => {
  it.each([
    ['before its facts are read', 0],
    ['before its commit', 1],
  ])('is unavailable if D1 goes away %s, and takes effect when it is sent again', async (_when, calls) => {
    const ben = await someone();
    let left = calls;
    const [id, key] = [uuidv7(), newKey()];
    const bindings = faulty((_, call) => (left-- > 0 ? call() : Promise.reject(new Error(LOST))));
    await unavailable(await checkIn(ben, id, { key, env: bindings }));
    expect(await recordsOf(ben.id)).toBe(0);
    expect((await checkIn(ben, id, { key })).status).toBe(200);
    expect(await recordsOf(ben.id)).toBe(1);
  });

  it('whose commit’s answer is lost is unavailable, and takes effect once when it is sent again', async () => {
    const ben = await someone();
    let [away, asked] = [false, 0];
    const bindings = faulty(async (sent, call) => {
      if (away) asked += 1;
      if (away) throw new Error(LOST);
      const answer = await call();
      away = sent.some(({ sql }) => sql.includes('INSERT INTO journal'));
      if (away) throw new Error(LOST);
      return answer;
    });
    const [id, key] = [uuidv7(), newKey()];
    await unavailable(await checkIn(ben, id, { key, env: bindings }));
    expect(asked).toBe(1); // for the key, once: each call may take 5 s
    expect(await recordsOf(ben.id)).toBe(1);
    const again = await checkIn(ben, id, { key });
    expect([again.status, await recordsOf(ben.id)]).toEqual([200, 1]);
    const entries = await env.DB.prepare('SELECT id FROM journal WHERE actor = ?').bind(ben.id).all();
    expect(entries.results).toHaveLength(1);
  });
});

const objectThat = (act: () => unknown) =>
  ({ idFromName: () => ({}), get: () => ({ fetch: act, revoke: act }) }) as unknown as typeof env.CHANNELS;

describe('a socket', () => {
  it.each([
    Object.assign(new Error('Durable Object storage is gone'), { retryable: true }),
    Object.assign(new Error('too much'), { overloaded: true }),
    new Error('Network connection lost.'),
    new Error('Durable Object is overloaded. Requests queued for too long.'),
  ])('is unavailable while its channel’s object fails: %s', async (error) => {
    const CHANNELS = objectThat(() => Promise.reject(error));
    await unavailable((await listen(await someone(), 'attendance', '', { ...env, CHANNELS })) as Response);
  });

  it('is unavailable in seconds if its channel’s object does not answer', async () => {
    const ben = await someone();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const asked = Promise.withResolvers<undefined>();
    const CHANNELS = objectThat(() => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    });
    const pending = listen(ben, 'attendance', '', { ...env, CHANNELS });
    await asked.promise;
    await vi.advanceTimersByTimeAsync(LATE_MS);
    await unavailable((await pending) as Response);
  });
});

it('a revoke does not wait long for an object that does not answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const CHANNELS = objectThat(() => new Promise(() => undefined));
  const done = new Scope({ ...env, CHANNELS }, { waitUntil: () => undefined }).restart('orders');
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  await expect(done).resolves.toBeUndefined();
});

it.each(['We encountered an internal error. Please try again. (10001)', 'Service unavailable. (10043)'])(
  'while R2 answers “%s”, photos are unavailable',
  async (message) => {
    const fail = () => Promise.reject(new Error(`get: ${message}`));
    const away = { ...env, PHOTOS: { get: fail, put: fail } as unknown as R2Bucket };
    const [admin, ben] = [await someone({ roles: ['admin'] }), await someone()];
    const photo = { method: 'PUT', as: admin, bytes: jpeg(), headers: { 'Content-Type': 'image/jpeg' } };
    const path = `/people/${ben.id}/photo`;
    const key = newKey();
    await unavailable(await ask(path, { ...photo, key, env: away }));
    const stored = await ask(path, { ...photo, key });
    expect(stored.status).toBe(200);
    const { record } = await stored.json<{ record: { photo: string } }>();
    await unavailable(await ask(`${path}/${record.photo}`, { as: admin, env: away }));
  },
);

it('an error of ours stays internal', async () => {
  const answer = await ask('/me', { as: await someone(), env: failing('D1_ERROR: no such table: peple') });
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([500, null]);
  expect((await answer.json<Problem>()).code).toBe('internal');
});

it('a page that is unavailable says when to try again', async () => {
  const pages = { fetch: () => new Response('not answering', { status: 503 }) };
  const answer = await entry(pages).fetch(new Request('http://localhost/'), env, createExecutionContext());
  expect(answer.headers.get('Retry-After')).toBe('5');
});
