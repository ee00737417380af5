/** `/healthz` says for each part whether it works, to anyone, and costs little. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import type { Bindings } from '../../../worker/bindings';
import { entry } from '../../../worker/entry';
import { BEGIN_MS, FRESH_MS, Health, JOBS_MS } from '../../../worker/health';
import { Edge } from '../../edge/edge';
import { jobsAt } from '../schedules/rota';

const url = 'http://localhost/healthz';
const health = new Health();
const check = async (bindings: Bindings = env, it = new Health()) => {
  const answer = await it.answer(bindings, createExecutionContext());
  return { status: answer.status, body: await answer.json() };
};

it('answers 200 while D1, a channel object and the jobs work, without a sign-in', async () => {
  await jobsAt(Date.now());
  const pages = { fetch: () => new Response('a page') };
  const answer = await entry(pages).fetch(new Request(url), env, createExecutionContext());
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    ok: true,
    database: { ok: true },
    channels: { ok: true },
    jobs: { ok: true, age: expect.any(Number) as number },
  });
  const other = await entry(pages).fetch(new Request(`${url}/x`), env, createExecutionContext());
  expect(await other.text()).toBe('a page');
});

it('answers 503 and names the part when the jobs stopped, D1 fails or an object fails', async () => {
  await env.DB.prepare('UPDATE job_runs SET at = ?')
    .bind(Date.now() - JOBS_MS)
    .run();
  expect(await check()).toMatchObject({ status: 503, body: { database: { ok: true }, jobs: { ok: false } } });
  await jobsAt(Date.now());
  const fail = () => {
    throw new Error('away');
  };
  const DB = { prepare: fail } as unknown as typeof env.DB;
  expect(await check({ ...env, DB })).toMatchObject({
    status: 503,
    body: { ok: false, database: { ok: false }, channels: { ok: true } },
  });
  const CHANNELS = { idFromName: fail, get: fail } as unknown as typeof env.CHANNELS;
  expect(await check({ ...env, CHANNELS })).toMatchObject({
    status: 503,
    body: { ok: false, database: { ok: true }, channels: { ok: false } },
  });
});

it('answers 200 while no job has run on a version younger than a quarter of an hour, and 503 after it', async () => {
  await env.DB.exec('DELETE FROM job_runs');
  const made = (msAgo: number) => ({
    ...env,
    VERSION: { ...env.VERSION, timestamp: new Date(Date.now() - msAgo).toISOString() },
  });
  const none = { database: { ok: true }, channels: { ok: true } };
  expect(await check(made(BEGIN_MS - 10_000))).toEqual({
    status: 200,
    body: { ...none, ok: true, jobs: { ok: true, age: null } },
  });
  expect(await check(made(BEGIN_MS))).toEqual({
    status: 503,
    body: { ...none, ok: false, jobs: { ok: false, age: null } },
  });
  await env.DB.prepare(`INSERT INTO job_runs (job, at, ms, failures) VALUES ('trim', ?, 1, 0)`)
    .bind(Date.now() - JOBS_MS)
    .run();
  expect(await check(made(0))).toMatchObject({ status: 503, body: { jobs: { ok: false } } });
});

it('answers 503 in seconds when D1 never answers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const never = { first: () => new Promise(() => undefined) };
  const pending = check({ ...env, DB: { prepare: () => never } as unknown as typeof env.DB });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await pending).toMatchObject({ status: 503, body: { database: { ok: false } } });
  vi.useRealTimers();
});

it('makes one D1 call and one object call for many requests of five seconds', async () => {
  const edge = new Edge(env);
  await Promise.all(Array.from({ length: 50 }, () => check(edge.env, health)));
  expect([edge.d1, edge.subrequests]).toEqual([1, 1]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + FRESH_MS });
  await check(edge.env, health);
  expect([edge.d1, edge.subrequests]).toEqual([2, 2]);
  vi.useRealTimers();
});

it('asks again after its clock was set back', async () => {
  const [edge, it] = [new Edge(env), new Health()];
  await check(edge.env, it);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  await check(edge.env, it);
  vi.useRealTimers();
  expect(edge.d1).toBe(2);
});
