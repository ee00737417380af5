import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { findBrowser, flags } from './scripts/browser.ts';
import { newVapidKeys } from './scripts/place.ts';

const at = (path: string): string => join(import.meta.dirname, path);

const alias = {
  $contract: at('worker/contract'),
  $api: at('worker/api'),
  $live: at('web/src/lib/live'),
  $lib: at('web/src/lib'),
};

/**
 * Finds a browser only if components are tested. It is a class's getter, as vitest reads every own property of the options, also for
 * projects that do not run.
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

/** Compiles reactive classes for the server (state is plain fields) or for the browser. */
const reactive = (generate: 'server' | 'client') =>
  svelte({
    configFile: false,
    compilerOptions: { runes: true },
    dynamicCompileOptions: () => ({ generate }),
  });

/**
 * Files share a runtime and its modules, which take longer to load than most files' tests. No spy outlives its test. The limit stops
 * endless waits; it does not measure speed.
 */
const shared = { isolate: false, restoreMocks: true, testTimeout: 60_000 };

/** The defaults without `Intl`: its fake reads the epoch as now, and a cached formatter (contract/zones.ts) outlives the test. */
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
    // A passing test logs only the errors that it provokes.
    silent: 'passed-only',
    // The default leaves one core idle, which is half of two. Some files wait, so one more than the cores.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        // In Node: the contract, and the pages' classes with real reactivity.
        plugins: [reactive('client')],
        resolve: { alias, conditions: ['browser'] },
        // Else Node resolves `svelte` to its server build, which is not reactive.
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
        // Single components in a real browser: layout, focus and keys, without a server.
        plugins: [tailwindcss(), reactive('client')],
        resolve: { alias: { ...alias, $app: at('test/web/app') } },
        optimizeDeps: { exclude: ['vitest-browser-svelte'] },
        test: {
          name: 'components',
          ...shared,
          include: ['test/web/**/*.browser.test.ts'],
          setupFiles: ['test/web/app/setup.ts'],
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
        // The scripts in Node: D1's runtime does not start if packages resolve to their browser builds.
        test: {
          name: 'scripts',
          ...shared,
          // Hooks seed a workplace, which takes as long as a test.
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
            main: './test/edge/worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations(at('migrations')),
                AUTH_SECRET: 'a secret that only tests know, long enough',
                VAPID_KEYS: newVapidKeys(),
                MUSTER_FUZZ: process.env['MUSTER_FUZZ'] ?? '',
                MUSTER_FUZZ_SEED: process.env['MUSTER_FUZZ_SEED'] ?? '',
              },
            },
          })),
        ],
        resolve: { alias },
        test: {
          name: 'worker',
          ...shared,
          include: ['test/{worker,sim,edge}/**/*.test.ts'],
          setupFiles: ['test/worker/migrate.ts'],
        },
      },
    ],
  },
});
