/** Tells whether files have changed since a command last did its work with them. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './place.ts';

/** The folders of the product; `web` also has generated ones. */
export const product = ['worker/**/*', 'web/*', 'web/src/**/*', 'web/static/**/*'];
/** All that a build is made of. */
export const sources = [...product, 'package-lock.json', 'wrangler.toml'];
export const everything = [
  ...product,
  ...['migrations', 'scripts', 'test', 'docs'].map((it) => `${it}/**/*`),
];

/** Names and contents of the files as one hash. @param patterns from the project's root */
export function fingerprint(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of globSync([...patterns], { cwd: root }).sort()) {
    const file = join(root, name);
    if (statSync(file).isFile()) hash.update(`${name}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
