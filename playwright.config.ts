import { defineConfig } from '@playwright/test';
import { findBrowser, flags } from './scripts/browser.ts';

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
    launchOptions: { executablePath: findBrowser(), args: flags },
    // A worker loads the app's files five seconds after a page: only tests about it have one.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    // Recording every test costs a third of its time: `npx playwright test --trace on <file>` tells more of one.
    trace: 'off',
  },
});
