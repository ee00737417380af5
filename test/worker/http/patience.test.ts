/** A slow D1: an isolate whose oldest call waits over 3 s refuses at once, and nothing shuts it for long. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type Around,
  CALM_MS,
  FLOOD_MS,
  LATE_MS,
  MOST_IN_FLOOD,
  MOST_WAITING,
  SLOW_MS,
  Waiting,
  watched,
} from '../../../worker/db/calls';
import { problems } from '../../../worker/contract/errors';
import { entry } from '../../../worker/entry';
import { jobsAt } from '../schedules/rota';
import { ask, checkIn, listen, type Someone, someone } from '../workplace';

const faulty = (around: Around) => ({ ...env, DB: watched(env.DB, around) });
let ben: Someone;

beforeEach(async () => {
  ben = await someone();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A request whose first call of D1 waits. */
async function hung() {
  const answered = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  const bindings = faulty(async (_, call) => {
    begun.resolve(undefined);
    await answered.promise;
    return call();
  });
  const request = ask('/me', { as: ben, env: bindings });
  await begun.promise;
  return { request, answer: () => answered.resolve(undefined) };
}

const isRefused = (answer: Response) =>
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);

it('while a call waits over 3 s, reads, writes, sockets and polling are refused before they ask', async () => {
  const { request, answer } = await hung();
  await vi.advanceTimersByTimeAsync(SLOW_MS);
  expect((await ask('/me', { as: ben })).status).toBe(200);
  await vi.advanceTimersByTimeAsync(1);
  const asked = vi.fn<Around>();
  const bindings = faulty(asked);
  isRefused(await ask('/me', { as: ben, env: bindings }));
  isRefused(await checkIn(ben, undefined, { env: bindings }));
  isRefused((await listen(ben, 'attendance', '', bindings)) as Response);
  isRefused(await ask('/channels/attendance/events?since=0', { as: ben, env: bindings }));
  isRefused(await ask('/channels/heads?names=attendance', { as: ben, env: bindings }));
  isRefused(await ask('/session', { json: { email: ben.email, password: 'x' }, env: bindings }));
  expect(asked).not.toHaveBeenCalled();
  answer();
  expect((await request).status).toBe(200);
});

it('refusals leave one log line a second with their number, and have the headers of every answer', async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  const served = await ask('/nothing', { as: ben });
  const lines = vi.spyOn(console, 'error').mockReturnValue();
  const counts = () => lines.mock.calls.map(([line]) => JSON.parse(String(line)) as object);
  const { request, answer } = await hung();
  await vi.advanceTimersByTimeAsync(SLOW_MS + 1);
  const refused = await ask('/me', { as: ben });
  expect(await refused.json()).toEqual({
    type: '/docs#unavailable',
    title: problems.unavailable[1],
    status: 503,
    code: 'unavailable',
  });
  for (const name of [
    'Cache-Control',
    'Content-Security-Policy',
    'Referrer-Policy',
    'X-Content-Type-Options',
  ])
    expect([name, refused.headers.get(name)]).toEqual([name, served.headers.get(name)]);
  for (const _ of [1, 2]) await ask('/me', { as: ben });
  expect(counts()).toEqual([{ message: 'requests refused', status: 503, count: 1 }]);
  answer();
  await request;
  await vi.advanceTimersByTimeAsync(1_000);
  await ask('/me', { as: ben });
  expect(counts()[1]).toEqual({ message: 'requests refused', status: 503, count: 2 });
});

it('it serves again as soon as the call is answered', async () => {
  const { request, answer } = await hung();
  await vi.advanceTimersByTimeAsync(SLOW_MS + 1);
  isRefused(await ask('/me', { as: ben }));
  answer();
  await request;
  expect((await ask('/me', { as: ben })).status).toBe(200);
});

it('a call that is never answered is given up after 5 s, and the isolate serves again', async () => {
  const { request, answer } = await hung();
  await vi.advanceTimersByTimeAsync(LATE_MS);
  isRefused(await request);
  expect((await ask('/me', { as: ben })).status).toBe(200);
  answer();
});

it('meanwhile the jobs run, and /healthz answers by itself', async () => {
  const { request, answer } = await hung();
  await vi.advanceTimersByTimeAsync(SLOW_MS + 1);
  isRefused(await ask('/me', { as: ben }));
  await env.DB.exec('DELETE FROM job_runs');
  await jobsAt(Date.now());
  expect(
    await env.DB.prepare('SELECT min(at) > 0 AS ran, sum(failures) AS failures FROM job_runs').first(),
  ).toEqual({ ran: 1, failures: 0 });
  const pages = { fetch: () => new Response('a page') };
  const healthy = await entry(pages).fetch(
    new Request('http://localhost/healthz'),
    env,
    createExecutionContext(),
  );
  expect(await healthy.json()).toMatchObject({ ok: true, database: { ok: true } });
  isRefused(await ask('/me', { as: ben }));
  answer();
  await request;
});

const never = { waitUntil: () => undefined };
const pending = (waiting: Waiting) =>
  void waiting
    .guard(
      watched(env.DB, () => new Promise(() => undefined)),
      never,
    )
    .prepare('SELECT 1')
    .run()
    .catch(() => undefined);

it('a clock that stood still while a request computed makes no call slow', async () => {
  const waiting = new Waiting();
  pending(waiting);
  vi.setSystemTime(Date.now() + 60_000); // as the next request, after a long computation, sees it
  expect(waiting.isSlow(Date.now())).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(waiting.isSlow(Date.now())).toBe(false);
  await vi.advanceTimersByTimeAsync(SLOW_MS - 1_000 + 1);
  expect(waiting.isSlow(Date.now())).toBe(true);
});

it('a call whose request was ended with all its timers counts no longer than others', async () => {
  const waiting = new Waiting();
  pending(waiting);
  await vi.advanceTimersByTimeAsync(SLOW_MS + 1);
  expect(waiting.isSlow(Date.now())).toBe(true);
  const given = Date.now() + LATE_MS - SLOW_MS;
  vi.clearAllTimers(); // and the fake clock begins anew
  vi.setSystemTime(given);
  expect(waiting.isSlow(Date.now())).toBe(false);
});

it('a call whose caller hung up is kept in view until it is answered or given up', async () => {
  const waiting = new Waiting();
  const kept: Promise<unknown>[] = [];
  const ctx = { waitUntil: (promise: Promise<unknown>) => void kept.push(promise) };
  const answer = waiting.guard(env.DB, ctx).prepare('SELECT 1 AS one').first();
  expect(kept).toHaveLength(1);
  await Promise.all(kept);
  expect(await answer).toEqual({ one: 1 });
  expect(waiting.isSlow(Date.now() + SLOW_MS + 1)).toBe(false);
});

/** Calls that wait until they are answered. */
function controlled() {
  const waiting = new Waiting();
  const answers: (() => void)[] = [];
  const calls: Promise<unknown>[] = [];
  const d1 = waiting.guard(
    watched(env.DB, () => new Promise<void>((resolve) => answers.push(resolve))),
    never,
  );
  return {
    mustRefuse: () => waiting.mustRefuse(Date.now()),
    call: (times: number) => {
      for (let n = 0; n < times; n += 1) calls.push(d1.prepare('SELECT 1').run());
    },
    answer: async () => {
      for (const answer of answers.splice(0)) answer();
      await Promise.all(calls.splice(0));
    },
  };
}

it('256 calls may wait; after a refusal only 32, until none was refused for 5 s', async () => {
  const it = controlled();
  it.call(MOST_WAITING - 1);
  expect(it.mustRefuse()).toBe(false);
  it.call(1);
  expect(it.mustRefuse()).toBe(true);
  await it.answer();
  it.call(MOST_IN_FLOOD - 1);
  expect(it.mustRefuse()).toBe(false);
  it.call(1);
  expect(it.mustRefuse()).toBe(true);
  await vi.advanceTimersByTimeAsync(CALM_MS - 1);
  expect(it.mustRefuse()).toBe(true);
  await it.answer();
  await vi.advanceTimersByTimeAsync(CALM_MS);
  it.call(MOST_IN_FLOOD);
  expect(it.mustRefuse()).toBe(false);
  await it.answer();
});

it('after a minute of refusals 256 calls may wait again', async () => {
  const it = controlled();
  it.call(MOST_WAITING);
  for (const began = Date.now(); Date.now() - began < FLOOD_MS;) {
    expect(it.mustRefuse()).toBe(true);
    await it.answer();
    await vi.advanceTimersByTimeAsync(CALM_MS - 1);
    it.call(MOST_IN_FLOOD);
  }
  expect(it.mustRefuse()).toBe(false);
  it.call(MOST_WAITING - MOST_IN_FLOOD);
  expect(it.mustRefuse()).toBe(true);
  await it.answer();
});

it('while 256 calls wait, requests are refused before they ask, and served once fewer than 32 wait', async () => {
  const all = await Promise.all(Array.from({ length: MOST_WAITING }, hung));
  isRefused(await ask('/me', { as: ben }));
  isRefused(await checkIn(ben));
  for (const { answer } of all.slice(MOST_IN_FLOOD - 1)) answer();
  await Promise.all(all.slice(MOST_IN_FLOOD - 1).map(({ request }) => request));
  expect((await ask('/me', { as: ben })).status).toBe(200);
  for (const { answer } of all) answer();
  await Promise.all(all.map(({ request }) => request));
});

it('a call whose request was ended fills the isolate no longer than others', () => {
  const waiting = new Waiting();
  for (let n = 0; n < MOST_WAITING; n += 1) pending(waiting);
  expect(waiting.mustRefuse(Date.now())).toBe(true);
  expect(waiting.mustRefuse(Date.now() + LATE_MS + 1)).toBe(false);
});
