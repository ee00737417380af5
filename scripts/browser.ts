/** Finds Chromium for the browser tests and the pictures. They are never skipped: without one, they fail in words. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** What works without a display, as root, and without calling home. */
export const flags = [
  ...[
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ],
  ...['--disable-sync', '--disable-quic', '--no-first-run'],
];

/** The path of a Chromium. As root on Debian it is installed when there is none. @throws when there is none even so */
export function findBrowser(): string {
  const found = installed() ?? (installs() ? installed() : undefined);
  if (found) return found;
  throw new Error('No Chromium here. Run `npx playwright install chromium`, or set CHROMIUM_PATH to one.');
}

function installed(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined && !isProgram(given)) throw new Error(`CHROMIUM_PATH names no program: ${given}`);
  return [given, ...onPath, ...places, chromium.executablePath()].find(
    (path) => path !== undefined && isProgram(path),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** Whether Debian's Chromium could be installed. */
function installs(): boolean {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return false;
  console.log('Installing Chromium (apt-get, about a minute) …');
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    }).status === 0;
  return apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
}
