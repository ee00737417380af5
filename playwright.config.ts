import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser, findFirefox, flags } from './scripts/browser.ts';

const firefox = findFirefox();

export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/e2e/prepare.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  // A third of the tests' time is waiting, so one more than the cores of a small machine.
  workers: 3,
  retries: 0,
  // Limits for what never comes, and no measure of speed: a busy machine is slow and right.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    // A worker loads the app's files five seconds after a page: only tests about it have one.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    // Recording every test costs a third of its time: `npx playwright test --trace on <file>` tells more of one.
    trace: 'off',
  },
  projects: [
    // First, and in one process: another would start Firefox and a workplace again.
    ...(firefox === undefined
      ? []
      : [
          {
            name: 'firefox',
            grep: /@firefox/,
            workers: 1,
            use: {
              browserName: 'firefox' as const,
              channel: 'moz-firefox',
              // Playwright takes one of each page that closes, by a style that the page's policy refuses in Firefox.
              screenshot: 'off' as const,
              launchOptions: {
                executablePath: join(import.meta.dirname, 'scripts', 'firefox.ts'),
                env: { ...process.env, FIREFOX_PATH: firefox },
              },
            },
          },
        ]),
    { name: 'chromium', use: { launchOptions: { executablePath: findBrowser(), args: flags } } },
  ],
});
