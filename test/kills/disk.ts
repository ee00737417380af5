/** File systems of this process alone: it runs as the root of mount and user namespaces of its own, so they go with it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine lets its users have such namespaces. */
export const canMount = (): boolean =>
  spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;

/** Runs a script where it may mount. @returns whether it ended well */
export const withMounts = (script: string, args: readonly string[]): boolean =>
  spawnSync('unshare', ['--map-root-user', '--mount', process.execPath, script, ...args], {
    stdio: 'inherit',
  }).status === 0;

/** Makes an empty folder with a file system of its own. */
export function smallDisk(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  process.once('exit', () => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

export function setReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
}

/** Writes a file until nothing more fits. */
export function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 1 << 12]) writeAll(handle, Buffer.alloc(size));
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle: number, part: Buffer): void {
  try {
    while (writeSync(handle, part) === part.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
