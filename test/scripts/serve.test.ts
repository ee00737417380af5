/** What `npm start` puts around the Worker, where production has Cloudflare's edge. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { build } from '../../scripts/build.ts';
import { serve, type Served } from '../../scripts/serve.ts';

const state = mkdtempSync(join(tmpdir(), 'muster-'));
let served: Served;
beforeAll(async () => {
  vi.stubEnv('ADDRESS_HEADER', 'X-Forwarded-For');
  await build();
  served = await serve({ port: 0, state, vars: { AUTH_SECRET: 'only this test knows it, long enough' } });
}, 120_000);
afterAll(async () => {
  await served.close();
  rmSync(state, { recursive: true });
});

const wrong = (headers: Record<string, string>) =>
  fetch(`${served.origin}/api/v1/session`, {
    method: 'POST',
    headers: { Origin: served.origin, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ email: `${crypto.randomUUID()}@example.org`, password: 'a wrong password' }),
  });
const addresses = async () =>
  (
    await served.db
      .prepare(`SELECT key FROM tries WHERE key LIKE 'address:%' ORDER BY key`)
      .all<{ key: string }>()
  ).results.map(({ key }) => key);

it('counts tries by the address that a named proxy appends, and never by one that the client claims', async () => {
  expect((await wrong({ 'CF-Connecting-IP': '203.0.113.1' })).status).toBe(401);
  expect((await wrong({ 'X-Forwarded-For': '203.0.113.2, 198.51.100.7' })).status).toBe(401);
  expect(await addresses()).toEqual(['address:198.51.100.7', 'address:local']);
});
