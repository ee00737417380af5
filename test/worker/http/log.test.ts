/** What fails leaves one line of JSON with the id that the person sees, and names no one. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { userChannel } from '../../../worker/contract/channels';
import type { Problem } from '../../../worker/contract/errors';
import { watched } from '../../../worker/db/calls';
import { runJobs } from '../../../worker/jobs';
import { tell } from '../../../worker/live/delivery';
import { logFailure } from '../../../worker/log';
import { ask, impatiently, newKey, someone } from '../workplace';

/** The lines that were logged since. */
function logged(): () => string[] {
  const spies = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  return () => spies.flatMap((spy) => spy.mock.calls.map((values) => values.map(String).join(' ')));
}
const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

it('a refused sign-in is logged without email, password or address', async () => {
  const ana = await someone({ name: 'Ana Kovač' });
  const lines = logged();
  const answer = await ask('/session', {
    json: { email: ana.email, password: 'not the right password' },
    headers: { 'CF-Connecting-IP': '203.0.113.7', 'CF-Ray': '8f1d2c3b4a596877-FRA' },
  });
  expect(answer.status).toBe(401);
  expect((await answer.json<Problem>()).instance).toBe('/requests/8f1d2c3b4a596877-FRA');
  expect(parsed(lines())).toEqual([
    {
      message: 'request failed',
      request: '8f1d2c3b4a596877-FRA',
      route: 'POST /api/v1/session',
      status: 401,
      ms: expect.any(Number) as number,
      code: 'wrong_credentials',
    },
  ]);
  for (const secret of [ana.email, ana.id, 'Ana', 'not the right', '203.0.113.7'])
    expect(lines().join()).not.toContain(secret);
});

it('neither a search nor an id of an address is logged', async () => {
  const [ana, lines] = [await someone(), logged()];
  await ask(`/journal?q=Kovač`, { as: ana });
  await ask(`/people/${ana.id}?name=Kovač`, { as: ana });
  expect(parsed(lines()).map(({ route, code }) => [route, code])).toEqual([
    ['GET /api/v1/journal', 'not_allowed'],
    ['GET /api/v1/people/:id', 'not_allowed'],
  ]);
  expect(lines().join()).not.toMatch(new RegExp(`Kova|${ana.id}`));
});

it('a request gets an id of its own when the client makes one up', async () => {
  const lines = logged();
  const answer = await ask('/nowhere', { headers: { 'CF-Ray': 'ana@example.org' } });
  const { instance } = await answer.json<Problem>();
  expect(instance).toMatch(/^\/requests\/[0-9a-f-]{36}$/);
  expect(parsed(lines())).toMatchObject([{ request: instance?.slice('/requests/'.length), status: 404 }]);
});

it('an answer of success is not logged', async () => {
  const [ana, lines] = [await someone(), logged()];
  expect((await ask('/me', { as: ana })).status).toBe(200);
  expect(lines()).toEqual([]);
});

it('a failed commit is logged under the request’s id', async () => {
  const ana = await someone();
  const lines = logged();
  const DB = watched(env.DB, (sent, call) =>
    sent.some(({ sql }) => sql.includes('INTO journal'))
      ? Promise.reject(new Error('D1_ERROR: away'))
      : call(),
  );
  const answer = await impatiently(() =>
    ask('/attendance/check-in', { as: ana, json: { id: uuidv7() }, key: newKey(), env: { ...env, DB } }),
  );
  const request = (await answer.json<Problem>()).instance?.slice('/requests/'.length);
  expect(parsed(lines())).toMatchObject([
    { message: 'commit failed', request },
    { message: 'request failed', request, status: 503, code: 'unavailable' },
  ]);
});

it('a failed job is logged with its name and the id of its run', async () => {
  const lines = logged();
  await env.DB.exec('ALTER TABLE session_tickets RENAME TO away');
  await runJobs(env, { waitUntil: () => undefined }, Date.parse('2026-06-10T12:05Z'));
  await env.DB.exec('ALTER TABLE away RENAME TO session_tickets');
  expect(parsed(lines())).toEqual([
    expect.objectContaining({
      message: 'job failed',
      job: 'deleteTickets',
      request: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    }),
  ]);
});

it('a revoke that is given up is logged with the request’s id and not with the person’s', async () => {
  const [ana, lines] = [await someone(), logged()];
  const away = () => {
    throw new Error('the object is away');
  };
  const CHANNELS = { idFromName: away, get: away } as unknown as typeof env.CHANNELS;
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const channel = userChannel(ana.id);
  const done = tell({ ...env, CHANNELS }, [{ channel, whose: { everyone: true } }], 'a request');
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  expect(parsed(lines())).toMatchObject([
    { message: 'revoke given up', request: 'a request', channel: 'user', error: 'Error: the object is away' },
  ]);
  expect(lines().join()).not.toContain(ana.id);
});

it('a value that a parser refused is not logged, nor one that was bound to a statement', () => {
  const lines = logged();
  const refused = v.safeParser(v.object({ person: v.object({ born: v.number() }) }))({
    person: { born: 'Kovač' },
  });
  const bound = new Error('INSERT failed: Kovač', { cause: new Error('D1_ERROR: UNIQUE') });
  for (const error of [new v.ValiError(refused.issues!), bound])
    logFailure('error', { message: 'job failed', request: 'a run', error });
  expect(parsed(lines())).toMatchObject([
    { error: 'ValiError: person.born', stack: expect.stringMatching(/^\s+at /) as string },
    { error: 'Error: D1_ERROR: UNIQUE' },
  ]);
  expect(lines().join()).not.toContain('Kovač');
});
