/** `npm run restore` beside a Muster that runs over the same folder. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backup } from '../../scripts/backup/backup.ts';
import { localWorkplace } from '../../scripts/backup/local.ts';
import { root } from '../../scripts/place.ts';
import { fill } from './workplaces.ts';

const scratch = mkdtempSync(join(tmpdir(), 'muster-restore-'));
const place = join(scratch, 'place');
/** Listens as a running Muster does. */
const listener = createServer();
let made: string;

beforeAll(async () => {
  await fill(place, { demo: false });
  const workplace = await localWorkplace(place, true);
  made = await backup({ workplace, to: scratch, now: Date.now(), dryRun: false, say: () => undefined });
  await workplace.close();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  writeFileSync(join(place, 'running'), `${process.pid} ${port}`);
});
afterAll(() => {
  listener.close();
  rmSync(scratch, { recursive: true, force: true });
});

const restore = (...options: string[]) =>
  new Promise<{ ok: boolean; said: string }>((resolve) => {
    const script = join(root, 'scripts', 'restore.ts');
    const env = { ...process.env, MUSTER_FOLDER: place };
    execFile(process.execPath, [script, made, '--replace', ...options], { env }, (error, out, err) =>
      resolve({ ok: !error, said: out + err }),
    );
  });

it('a restore is refused while Muster runs, and a dry run says what it would do', async () => {
  const refused = await restore();
  expect(refused.ok).toBe(false);
  expect(refused.said).toContain('Stop it first');
  const dry = await restore('--dry-run');
  expect(dry.said).toContain('Nothing was changed.');
  expect(dry.ok).toBe(true);
}, 180_000); // two processes, each with a runtime
