/** Backups and restores of a deployed workplace with the real wrangler, against Cloudflare's API on this machine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { backup } from '../../scripts/backup/backup.ts';
import { localWorkplace } from '../../scripts/backup/local.ts';
import { remoteWorkplace } from '../../scripts/backup/remote.ts';
import { restore } from '../../scripts/backup/restore.ts';
import type { Workplace } from '../../scripts/backup/workplaces.ts';
import { config } from '../../scripts/place.ts';
import { migrations } from '../../scripts/migrations.ts';
import { account, FakeCloudflare } from './cloudflare.ts';
import { applyTo, contentsOf, fill, restored } from './workplaces.ts';

const NOW = Date.parse('2026-11-18T09:10:00Z');
const scratch = mkdtempSync(join(tmpdir(), 'muster-remote-'));
const toml = join(scratch, 'wrangler.toml');
let cloudflare: FakeCloudflare;
let source: Workplace;
/** A backup of this machine's workplace. */
let made: string;
const said: string[] = [];
const say = (line: string) => said.push(line);
const backedUp = (workplace: Workplace) =>
  backup({ workplace, to: mkdtempSync(join(scratch, 'to-')), now: NOW, dryRun: false, say });
const restoring = (workplace: Workplace, replace = false) =>
  restore({ workplace, folder: made, replace, unverified: false, dryRun: false, say });

beforeAll(async () => {
  await fill(join(scratch, 'source'), { demo: false });
  source = await localWorkplace(join(scratch, 'source'), true);
  made = await backedUp(source);
});
beforeEach(async () => {
  cloudflare = await FakeCloudflare.start();
  const { uuid, sqlite } = cloudflare.addDatabase('muster');
  // As a deploy leaves it.
  applyTo(sqlite, migrations());
  cloudflare.buckets.add('muster-photos');
  writeFileSync(
    toml,
    readFileSync(config, 'utf8').replace(/^database_id = "[^"]*"/m, `database_id = "${uuid}"`),
  );
  const variables = {
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: account.token,
    CLOUDFLARE_ACCOUNT_ID: '',
    HOME: scratch,
    XDG_CONFIG_HOME: scratch,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  cloudflare.stop();
});
afterAll(async () => {
  await source.close();
  rmSync(scratch, { recursive: true });
});

it('a workplace moves to Cloudflare and back, with every row and every object', async () => {
  const before = await contentsOf(source);
  const remote = await remoteWorkplace(toml);
  cloudflare.busy = 1; // waits and goes on
  await restoring(remote);
  const [log] = cloudflare.rows('SELECT epoch FROM log');
  const { epoch } = log as { epoch: string };
  expect(await contentsOf(remote)).toEqual(restored(before, epoch));
  expect(said.at(-1)).toContain('everyone signs in again');

  made = await backedUp(remote);
  const target = await localWorkplace(join(scratch, 'back'), false);
  await restoring(target);
  const [drawn] = await target.query('SELECT epoch FROM log');
  expect(await contentsOf(target)).toEqual(restored(before, drawn?.['epoch']));
  await target.close();
});

it('a deployed workplace with data is not replaced by accident, and stays whole if the import fails', async () => {
  const remote = await remoteWorkplace(toml);
  await restoring(remote);
  await expect(restoring(remote)).rejects.toThrow('then give --replace');
  const before = cloudflare.rows('SELECT * FROM people');
  const [id = ''] = cloudflare.databases.keys();
  cloudflare.failures.set(`POST /d1/database/${id}/import`, [500, 7500, 'An internal error']);
  await expect(restoring(remote, true)).rejects.toThrow('Run the same command again, with --replace');
  expect(cloudflare.rows('SELECT * FROM people')).toEqual(before);
});

it.each<[what: string, fault: () => void, words: string]>([
  [
    'wrangler.toml names no database',
    () => {
      writeFileSync(toml, readFileSync(config));
    },
    'Run npm run deploy first',
  ],
  [
    'the bucket is missing',
    () => cloudflare.buckets.clear(),
    'The account has no bucket muster-photos. Run npm run deploy first',
  ],
  [
    'the database is another account’s',
    () => cloudflare.databases.clear(),
    'Sign in to the account of wrangler.toml’s database',
  ],
  [
    'nobody is signed in',
    () => vi.stubEnv('CLOUDFLARE_API_TOKEN', 'another'),
    'The token is not valid or has expired.',
  ],
])('when %s, it says what to do', async (_, fault, words) => {
  fault();
  await expect(remoteWorkplace(toml)).rejects.toThrow(words);
  expect(cloudflare.writes).toEqual([]);
});
