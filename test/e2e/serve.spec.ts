/** What `npm start` puts around the Worker, where production has Cloudflare's edge. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { backup } from '../../scripts/backup/backup.ts';
import { localWorkplace } from '../../scripts/backup/local.ts';
import { restore } from '../../scripts/backup/restore.ts';
import { serve, type Served } from '../../scripts/serve.ts';

// The tests share one server.
test.describe.configure({ mode: 'default' });
let state: string;
let served: Served;
test.beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'muster-'));
  process.env['ADDRESS_HEADER'] = 'X-Forwarded-For';
  served = await serve({ port: 0, state, vars: { AUTH_SECRET: 'only this test knows it, long enough' } });
  delete process.env['ADDRESS_HEADER'];
});
test.afterAll(async () => {
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

test('is backed up while it serves, and the copy can be served', async () => {
  const folders = ['backups', 'copy'].map((name) => join(state, name)) as [string, string];
  const say = () => undefined;
  const [running, copy] = [await localWorkplace(state, true), await localWorkplace(folders[1], false)];
  const folder = await backup({ workplace: running, to: folders[0], now: Date.now(), dryRun: false, say });
  expect((await wrong({})).status).toBe(401);
  await restore({ workplace: copy, folder, replace: false, unverified: false, dryRun: false, say });
  for (const it of [running, copy]) await it.close();
  const vars = { AUTH_SECRET: 'only this test knows it, long enough' };
  const again = await serve({ port: 0, state: folders[1], vars });
  expect((await fetch(`${again.origin}/api/v1/me`)).status).toBe(401);
  const epoch = (it: Served) => it.db.prepare('SELECT epoch FROM log').first();
  expect(await epoch(again)).not.toEqual(await epoch(served));
  await again.close();
});

test('counts tries by the address that a named proxy appends, and never by one that the client claims', async () => {
  expect((await wrong({ 'CF-Connecting-IP': '203.0.113.1' })).status).toBe(401);
  expect((await wrong({ 'X-Forwarded-For': '203.0.113.2, 198.51.100.7' })).status).toBe(401);
  expect(await addresses()).toEqual(['address:198.51.100.7', 'address:local']);
});
