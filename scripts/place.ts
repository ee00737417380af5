/** Paths on this machine. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAuthSecret } from '../worker/contract/secrets.ts';

export const root = join(import.meta.dirname, '..');
export const config = join(root, 'wrangler.toml');

/** This machine's workplace: its database, its secret and the demo's sign-ins. Ignored by git. */
export const state = join(root, '.muster');

/** Wrangler appends `v3` to `--persist-to`. The scripts use the same folder, so that all commands share one workplace. */
export const databases = (folder: string): string => join(folder, 'v3');

/** The text of a file, or undefined. Its folder is readable by its owner only. */
export function kept(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

export function keep(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), text, { mode: 0o600 });
}

export const newAuthSecret = (): string => randomBytes(32).toString('hex');

/**
 * The secret that signs this machine's session cookies. It is made once, so that a restart signs no one out.
 * @throws if the kept one is too short
 */
export function authSecret(folder: string): string {
  const secret = kept(folder, 'auth-secret') ?? newAuthSecret();
  if (!isAuthSecret(secret))
    throw new Error(
      `The secret in ${join(folder, 'auth-secret')} is shorter than 32 characters. Delete that file and start again: a new secret is made, and everyone signs in once more.`,
    );
  keep(folder, 'auth-secret', secret);
  return secret;
}
