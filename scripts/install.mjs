// Installs the packages of package-lock.json if they are missing. It runs before the other commands, on any Node since 20 and with
// nothing installed, so it imports only Node's own modules.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A lockfile's packages by folder; undefined without the file. */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm writes the second file after an install. Optional packages of other platforms are never installed. */
function isInstalled() {
  const required = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!required || !present) return false;
  return Object.entries(required).every(
    ([folder, entry]) => folder === '' || entry.optional || present[folder]?.version === entry.version,
  );
}

if (!isInstalled()) {
  console.log('Installing packages (npm ci, about half a minute) …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: !npm && process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed, see above.');
    process.exit(1);
  }
}
