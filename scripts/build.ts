/** `npm run build`: the pages and the Worker, into `dist/`, as `wrangler deploy` would upload them. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './place.ts';
import { fail, run } from './run.ts';

const sources = [
  'worker/**/*',
  'web/*',
  'web/src/**/*',
  'web/static/**/*',
  'package-lock.json',
  'wrangler.toml',
];
const products = ['dist/index.js', 'web/.svelte-kit/cloudflare/_worker.js'];
const stamp = join(root, 'dist', '.sources');

/** Changes whenever a source is added, removed or saved. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).sort()) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file} ${String(mtimeMs)} ${String(size)}\n`);
  }
  return hash.digest('hex');
}

function isFresh(): boolean {
  const built = [...products.map((file) => join(root, file)), stamp].every((file) => existsSync(file));
  return built && readFileSync(stamp, 'utf8') === fingerprint();
}

/** Builds unless nothing has changed since the last build. */
export async function build(): Promise<void> {
  if (isFresh()) return;
  console.log('Building (about half a minute) …');
  const before = fingerprint();
  const { ok, output } = await run('wrangler', ['deploy', '--dry-run', '--outdir', 'dist', '--minify']);
  if (!ok || !products.every((file) => existsSync(join(root, file))))
    fail(`${output}\nThe build failed, see above.`);
  writeFileSync(stamp, before);
}

if (import.meta.main) await build();
