import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { findBrowser, flags } from './scripts/browser.ts';

const at = (path: string): string => join(import.meta.dirname, path);

const alias = {
  $contract: at('worker/contract'),
  $api: at('worker/api'),
  $live: at('web/src/lib/live'),
  $lib: at('web/src/lib'),
};

/**
 * Looks for a browser only where components are tested: without one only they fail. The getter is the class's because vitest
 * reads every property of an object's own when it copies the options, also for projects that do not run.
 */
class Chromium {
  get launchOptions(): { executablePath?: string; args: string[] } {
    try {
      return { executablePath: findBrowser(), args: flags };
    } catch {
      return { args: flags };
    }
  }
}

/** Reactive classes as the server compiles them (state is plain fields) or as the browser does. */
const reactive = (generate: 'server' | 'client') =>
  svelte({
    configFile: false,
    compilerOptions: { runes: true },
    dynamicCompileOptions: () => ({ generate }),
  });

/**
 * Starting a runtime and reading all modules takes longer than most files' tests: files share both, and no spy outlives its test.
 * The limit is for what never comes, and no measure of speed: a busy machine is slow and right.
 */
const shared = { isolate: false, restoreMocks: true, testTimeout: 60_000 };

/**
 * All that is faked by default but `Intl`: its double reads the epoch as now, and a formatter that is kept (contract/zones.ts)
 * outlives the test that faked it.
 */
const fakeTimers: NonNullable<ViteUserConfig['test']>['fakeTimers'] = {
  toFake: [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
    'Date',
    'performance',
  ],
};

export default defineConfig({
  test: {
    // What a passing test logs is what it provoked.
    silent: 'passed-only',
    // By default one core is left idle: of two, that is half.
    maxWorkers: availableParallelism(),
    projects: [
      {
        // Plain Node: the contract, and the pages' classes with real reactivity.
        plugins: [reactive('client')],
        resolve: { alias, conditions: ['browser'] },
        // Else Node resolves `svelte` to its server build, in which nothing reacts.
        ssr: { noExternal: ['svelte'], resolve: { conditions: ['browser'] } },
        test: {
          name: 'unit',
          ...shared,
          fakeTimers,
          include: ['test/{contract,web}/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          environment: 'node',
        },
      },
      {
        // Components in a real browser, one by one: what needs layout, focus or keys, and no server.
        plugins: [tailwindcss(), reactive('client')],
        resolve: { alias: { ...alias, $app: at('test/web/app') } },
        optimizeDeps: { exclude: ['vitest-browser-svelte'] },
        test: {
          name: 'components',
          ...shared,
          include: ['test/web/**/*.browser.test.ts'],
          setupFiles: ['test/web/app/styles.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright(new Chromium()),
            instances: [{ browser: 'chromium', viewport: { width: 1280, height: 800 } }],
          },
        },
      },
      {
        // The scripts, as Node runs them: D1's runtime does not start where packages resolve to their builds for browsers.
        test: {
          name: 'scripts',
          ...shared,
          // Seeding a workplace is a hook, and takes as long as a test.
          hookTimeout: 60_000,
          include: ['test/scripts/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        // Cloudflare's runtime with a real D1 and real objects; each file starts from an empty, migrated database (migrate.ts).
        plugins: [
          reactive('server'),
          cloudflareTest(async () => ({
            main: './worker/dev.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(at('migrations')),
                AUTH_SECRET: 'a secret that only tests know, long enough',
              },
            },
          })),
        ],
        resolve: { alias },
        test: {
          name: 'worker',
          ...shared,
          include: ['test/{worker,sim}/**/*.test.ts'],
          setupFiles: ['test/worker/migrate.ts'],
        },
      },
    ],
  },
});
