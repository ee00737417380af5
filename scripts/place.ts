/** Paths on this machine. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isAuthSecret, vapidKeysIn } from '../worker/contract/secrets.ts';
import { inWords } from './storage.ts';

export const root = join(import.meta.dirname, '..');
export const config = join(root, 'wrangler.toml');

/** This machine's workplace: its database, its secret and the demo's sign-ins. Git ignores the usual folder. */
export const state = resolve(process.env['MUSTER_FOLDER'] ?? join(root, '.muster'));

/** A folder as it is named to its owner, from the project's root if it is there. */
export const nameOf = (folder: string): string => {
  const path = relative(root, folder);
  return path.startsWith('..') ? folder : path;
};

/** Wrangler appends `v3` to `--persist-to`. The scripts use the same folder, so that all commands share one workplace. */
export const databases = (folder: string): string => join(folder, 'v3');

/** The text of a file, or undefined. Its folder is readable by its owner only. */
export function kept(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @throws in words if the folder takes no files */
export function keep(folder: string, name: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  } catch (error) {
    throw inWords(error, folder);
  }
}

export const newAuthSecret = (): string => randomBytes(32).toString('hex');

/** A key pair that signs pushes, in the form of `VAPID_KEYS`. */
export function newVapidKeys(): string {
  const { x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const [across, up] = [x, y].map((part) => Buffer.from(part ?? '', 'base64url'));
  const point = Buffer.concat([Buffer.of(4), across ?? Buffer.of(), up ?? Buffer.of()]);
  return `${point.toString('base64url')}.${d ?? ''}`;
}

/**
 * The keys that sign this machine's pushes. They are made once: with others no device would get a push any more.
 * @throws if the kept ones have another form
 */
export function vapidKeys(folder: string): string {
  const keys = kept(folder, 'vapid-keys') ?? newVapidKeys();
  if (!vapidKeysIn(keys))
    throw new Error(
      `The keys in ${join(folder, 'vapid-keys')} have another form. Delete that file and start again: new ones are made, and people turn their pushes on once more.`,
    );
  keep(folder, 'vapid-keys', keys);
  return keys;
}

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
