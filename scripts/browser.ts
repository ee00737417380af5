/**
 * Finds Chromium for the browser tests and the screenshots. Without one they fail with an explanation; they are never skipped.
 * Finds Firefox for the journeys that run in it too, where there is one.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** Runs the tests in half the time of the full Chromium. */
const shell = 'chromium-headless-shell';
const names = [shell, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** For a run without a display, as root, and without requests to the vendor. */
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

/**
 * The path of a Chromium. As root on Debian the headless shell is installed where there is no Chromium, and for a run of
 * everything (`CI`) beside one. @throws when there is none even so
 */
export function findBrowser(): string {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined && !isProgram(given)) throw new Error(`CHROMIUM_PATH names no program: ${given}`);
  const candidates = process.env['CI'] === undefined ? [...onPath(names), ...places] : onPath([shell]);
  const here = given ?? candidates.find(isProgram);
  if (here !== undefined) return here;
  install();
  const found = [...onPath(names), ...places, chromium.executablePath()].find(isProgram);
  if (found !== undefined) return found;
  throw new Error('No Chromium here. Run `npx playwright install chromium`, or set CHROMIUM_PATH to one.');
}

/** Playwright sends each context commands that Firefox 140 does not know yet. */
const oldestFirefox = 153;
const firefoxOfMac = '/Applications/Firefox.app/Contents/MacOS/firefox';

/**
 * The path of a Firefox that Playwright can drive, if there is one. An empty `FIREFOX_PATH` says that there is none.
 * @param install as root on Debian, one that is missing or too old
 */
export function findFirefox({ install = false } = {}): string | undefined {
  const given = process.env['FIREFOX_PATH'];
  if (given !== undefined) return given || undefined;
  const find = () => [...onPath(['firefox', 'firefox-esr']), firefoxOfMac].find(isCurrent);
  const here = find();
  if (here !== undefined || !install || !isRootOnDebian()) return here;
  console.log('Installing Firefox (apt-get, about half a minute) …');
  if (apt('update', '-qq')) add('firefox-esr');
  return find();
}

function isCurrent(path: string): boolean {
  if (!isProgram(path)) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)\./.exec(stdout)?.[1]) >= oldestFirefox;
}

const onPath = (programs: readonly string[]): string[] =>
  programs.flatMap((name) =>
    (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  );

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** Installs Debian's Chromium as root. After a failure the search finds none. */
function install(): void {
  if (!isRootOnDebian()) return;
  console.log('Installing Chromium (apt-get, about a minute) …');
  if (apt('update', '-qq') && !add(shell)) add('chromium');
}

const isRootOnDebian = (): boolean =>
  process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

const apt = (...args: string[]): boolean =>
  spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  }).status === 0;

const add = (name: string): boolean => apt('install', '-y', '-qq', '--no-install-recommends', name);
