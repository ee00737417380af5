/** `npm run build`: the pages and the Worker, into `dist/`, as `wrangler deploy` would upload them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, sources } from './fingerprint.ts';
import { root } from './place.ts';
import { failed, run } from './run.ts';

const products = ['dist/index.js', 'web/.svelte-kit/cloudflare/_worker.js'];
const stamp = join(root, 'dist', '.sources');

/** Identifies a build and its sources: a later build of the pages by another command has other file names. */
const stampOf = (built: string): string => `${built} ${fingerprint(products)}`;

/** Builds if a source has changed since the last build. @throws with the tools' output */
export async function build(): Promise<void> {
  const source = fingerprint(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(source)) return;
  console.log('Building (about half a minute) …');
  const { ok, output } = await run('wrangler', ['deploy', '--dry-run', '--outdir', 'dist', '--minify']);
  const complete = ok && products.every((file) => existsSync(join(root, file)));
  if (!complete) throw new Error(`${output}\nThe build failed, see above.`);
  writeFileSync(stamp, stampOf(source));
}

if (import.meta.main) await build().catch(failed);
