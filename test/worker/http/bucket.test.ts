/** An R2 that hangs: a request is unavailable in seconds, and a run of the jobs waits for it once. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bounded } from '../../../worker/db/bucket';
import { LATE_MS } from '../../../worker/db/calls';
import { BUCKET_MS } from '../../../worker/jobs';
import { jpeg } from '../people/photos/pictures';
import { jobsAt } from '../schedules/rota';
import { ask, newKey, type Someone, someone } from '../workplace';

const NEVER = new Promise<never>(() => undefined);
let admin: Someone;
let ben: Someone;

beforeEach(async () => {
  [admin, ben] = [await someone({ roles: ['admin'] }), await someone()];
  await ask('/me', { as: admin }); // remembered from now on
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Bindings with an R2 that answers no such call, and the names of the calls it got. */
function hanging(...methods: (keyof R2Bucket)[]) {
  const begun = Promise.withResolvers<undefined>();
  const calls: string[] = [];
  const PHOTOS = new Proxy(env.PHOTOS, {
    get:
      (target, name: keyof R2Bucket) =>
      (...args: never[]) => {
        calls.push(name);
        if (!methods.includes(name)) return (target[name] as (...all: never[]) => unknown)(...args);
        begun.resolve(undefined);
        return NEVER;
      },
  });
  return { env: { ...env, PHOTOS }, begun: begun.promise, calls };
}

async function isGivenUp(answer: Promise<Response>, begun: Promise<unknown>) {
  await begun;
  await vi.advanceTimersByTimeAsync(LATE_MS);
  const { status, headers } = await answer;
  expect([status, headers.get('Retry-After')]).toEqual([503, '5']);
}

const upload = (bindings = env) => ({
  method: 'PUT',
  as: admin,
  bytes: jpeg(),
  key: newKey(),
  headers: { 'Content-Type': 'image/jpeg' },
  env: bindings,
});
const photoOf = async ({ id }: Someone) =>
  (await env.DB.prepare('SELECT image FROM people WHERE id = ?').bind(id).first<string | null>('image')) ??
  '';

it('a photo that is not stored in 5 s is unavailable, changes nothing, and can be sent again', async () => {
  const bucket = hanging('put');
  const it = upload(bucket.env);
  await isGivenUp(ask(`/people/${ben.id}/photo`, it), bucket.begun);
  expect(await photoOf(ben)).toBe('');
  expect((await ask(`/people/${ben.id}/photo`, { ...it, env })).status).toBe(200);
});

it('a photo that does not come in 5 s is unavailable, whether its head or its bytes are late', async () => {
  expect((await ask(`/people/${ben.id}/photo`, upload())).status).toBe(200);
  const path = `/people/${ben.id}/photo/${await photoOf(ben)}`;
  const bucket = hanging('get');
  await isGivenUp(ask(path, { as: admin, env: bucket.env }), bucket.begun);

  const read = Promise.withResolvers<undefined>();
  const late = {
    body: null,
    arrayBuffer() {
      read.resolve(undefined);
      return NEVER;
    },
  };
  const PHOTOS = { get: () => Promise.resolve(late) } as unknown as R2Bucket;
  await isGivenUp(ask(path, { as: admin, env: { ...env, PHOTOS } }), read.promise);
  expect((await ask(path, { as: admin })).status).toBe(200);
});

it('an erasure is made while the list of erasures hangs, and the job lists it later', async () => {
  await env.DB.prepare('UPDATE people SET active = 0 WHERE id = ?').bind(ben.id).run();
  const bucket = hanging('put');
  const answer = ask(`/people/${ben.id}/erasure`, {
    as: admin,
    json: { reason: 'They asked' },
    key: newKey(),
    env: bucket.env,
  });
  await bucket.begun;
  await vi.advanceTimersByTimeAsync(LATE_MS);
  expect((await answer).status).toBe(200);
  expect(await env.PHOTOS.head(`erasures/${ben.id}`)).toBeNull();
  vi.useRealTimers();
  await jobsAt(Date.parse('2026-09-01T12:00Z'));
  expect(await env.PHOTOS.head(`erasures/${ben.id}`)).not.toBeNull();
});

it('a run of the jobs waits for R2 once, then does all that needs none', async () => {
  const bucket = hanging('get', 'put', 'list', 'delete');
  await env.DB.exec('DELETE FROM job_runs');
  const run = jobsAt(Date.parse('2026-09-01T12:15Z'), bucket.env);
  await bucket.begun;
  await vi.advanceTimersByTimeAsync(BUCKET_MS);
  await run;
  const { results } = await env.DB.prepare(
    'SELECT job, failures FROM job_runs WHERE failures > 0 ORDER BY job',
  ).all();
  expect(results).toEqual([
    { job: 'applyErasures', failures: 1 },
    { job: 'noticeRestore', failures: 1 },
  ]);
  expect(await env.DB.prepare('SELECT count(*) AS n FROM job_runs').first('n')).toBeGreaterThan(15);
  expect(bucket.calls).toEqual(['list']);
});

it('a bucket that answers in time is read and written as ever', async () => {
  const bucket = bounded(env.PHOTOS, LATE_MS);
  await bucket.put('a/b', 'c', { httpMetadata: { contentType: 'text/plain' } });
  const object = await bucket.get('a/b');
  expect([object?.size, object?.httpMetadata, await object?.text()]).toEqual([
    1,
    { contentType: 'text/plain' },
    'c',
  ]);
  expect((await bucket.list({ prefix: 'a/' })).objects).toHaveLength(1);
  await bucket.delete('a/b');
  expect(await bucket.get('a/b')).toBeNull();
});
