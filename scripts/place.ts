/** Where things lie on this machine. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const config = join(root, 'wrangler.toml');

/** This machine's workplace: its database, its secret and the demo's sign-ins. Ignored by git. */
export const state = join(root, '.muster');

/** Wrangler appends `v3` to what `--persist-to` names. The scripts use the same folder, so that all commands share one workplace. */
export const databases = (folder: string): string => join(folder, 'v3');

/** The text of a file in a folder that only its owner may read; undefined when there is none. */
export function kept(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

export function keep(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), text, { mode: 0o600 });
}

/** The secret that signs this machine's session cookies: made once, so that a restart signs nobody out. */
export function authSecret(folder: string): string {
  const secret = kept(folder, 'auth-secret') ?? randomBytes(32).toString('hex');
  keep(folder, 'auth-secret', secret);
  return secret;
}
