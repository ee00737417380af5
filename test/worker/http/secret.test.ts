import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import dev from '../../../worker/dev';
import { entry } from '../../../worker/entry';

const worker = entry({ fetch: () => new Response('a page') });

const words =
  'This server’s AUTH_SECRET is missing or shorter than 32 characters. Set it with: npx wrangler secret put AUTH_SECRET.';

describe.each([
  ['missing', undefined],
  ['empty', ''],
  ['31 characters long', 'x'.repeat(31)],
])('while AUTH_SECRET is %s', (_, AUTH_SECRET) => {
  const without = { ...env, AUTH_SECRET } as typeof env;
  const asked = (
    path: string,
    init: RequestInit<IncomingRequestCfProperties> = {},
    on: typeof worker | typeof dev = worker,
  ) => on.fetch(new Request(`https://muster.test${path}`, init), without, createExecutionContext());

  it.each([
    ['/api/v1/me', {}],
    ['/api/v1/attendance/check-in', { method: 'POST', body: '{}' }],
    ['/api/v1/channels/attendance/socket', { headers: { Upgrade: 'websocket' } }],
    ['/api/v1/nowhere', {}],
  ])('a request to %s gets a problem that says what to do', async (path, init) => {
    for (const on of [worker, dev]) {
      const answer = await asked(path, init, on);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      expect(await answer.json()).toEqual({
        type: '/docs#no_secret',
        title: words,
        status: 503,
        code: 'no_secret',
      });
    }
  });

  it.each(['/', '/login', '/s/1'])('the page %s says what to do', async (path) => {
    const answer = await asked(path);
    expect([answer.status, await answer.text()]).toEqual([503, words]);
  });
});

it('a secret of 32 characters serves API and pages', async () => {
  const asked = (path: string) =>
    worker.fetch(
      new Request(`https://muster.test${path}`),
      { ...env, AUTH_SECRET: 'x'.repeat(32) },
      createExecutionContext(),
    );
  expect((await asked('/api/v1/me')).status).toBe(401);
  expect(await (await asked('/login')).text()).toBe('a page');
});
