/** The demo workplace that each test worker copies: seeded once, since that takes as long as several tests. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { middayZone } from '../../scripts/demo/midday.ts';
import { seed, type SignIn } from '../../scripts/demo/seed.ts';
import { serve } from '../../scripts/serve.ts';

/** Passes the folder to the workers. */
const VARIABLE = 'MUSTER_E2E_DEMO';

type Demo = { zone: string; signIns: SignIn[] };
export type Seeded = Demo & { folder: string };

/** @returns what removes it again */
export async function seedOnce(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-demo-'));
  const now = Date.now();
  const zone = middayZone(now);
  const server = await serve({
    port: 0,
    state: folder,
    vars: { AUTH_SECRET: 'a secret that only the seed knows, long enough', WORKPLACE_ZONE: zone },
  });
  const signIns = await seed(server.db, { now, zone, midweek: true });
  await server.close();
  await writeFile(join(folder, 'demo.json'), JSON.stringify({ zone, signIns } satisfies Demo));
  process.env[VARIABLE] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

export function seeded(): Seeded {
  const folder = process.env[VARIABLE] ?? '';
  const demo = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as Demo;
  return { folder, ...demo };
}
