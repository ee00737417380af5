/**
 * `npm run dev`: the API in wrangler's runtime on 8787 (real objects, real D1) and the pages from Vite on 5173, each
 * reloading as its files change. Both use the workplace of `npm start`, and both end together.
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { migrate } from './migrate.ts';
import { authSecret, databases, keep, root, state, vapidKeys } from './place.ts';
import { begin, failed } from './run.ts';
import { claim, release } from './running.ts';
import { databaseId, zone } from './settings.ts';
import { settle } from './workplace.ts';

const port = 8787;
const origin = 'http://localhost:5173';

await claim(port).catch(failed);
const secret = await Promise.try(authSecret, state).catch(failed);
console.log((await prepare()).join('\n'));
const keys = await Promise.try(vapidKeys, state).catch(failed);
keep(state, 'dev.vars', `AUTH_SECRET=${secret}\nVAPID_KEYS=${keys}\n`);
const api = `dev worker/dev.ts --assets web/static --port ${port} --inspector-port 0`.split(' ');
const kept = ['--persist-to', state, '--env-file', join(state, 'dev.vars')];
const settings = [...kept, '--var', `ALLOWED_ORIGINS:${origin}`];
// The pages find the API by name in a registry. This one is separate, so that they do not find another checkout's API.
const registry = join(state, 'registry');
const names = { WRANGLER_REGISTRY_PATH: registry, MINIFLARE_REGISTRY_PATH: registry };
const children = [
  // wrangler.toml's build is for the pages, which Vite serves here.
  labelled('api', begin('wrangler', [...api, ...settings], { env: { ...names, MUSTER_PAGES: 'vite' } })),
  labelled(
    'web',
    begin('vite', ['dev', '--port', '5173', '--strictPort'], { cwd: join(root, 'web'), env: names }),
  ),
];
for (const child of children) child.once('exit', stop);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).on(signal, stop);

/** Migrates the database, and fills it if it is empty. */
async function prepare(): Promise<string[]> {
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      name: 'muster',
      modules: true,
      script: 'export default {}',
      d1Databases: { DB: databaseId },
      cf: false,
    }),
    resourcePersistencePath: databases(state),
  });
  const db = await miniflare.getD1Database('DB');
  await migrate(db);
  const words = await settle(db, { folder: state, origin, zone, demo: true });
  await miniflare.dispose();
  return words;
}

function labelled(label: string, child: ChildProcess): ChildProcess {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on('line', (line) => console.log(`${label} │ ${line}`));
  }
  return child;
}

function stop(): void {
  release();
  for (const child of children) child.kill('SIGTERM');
}
