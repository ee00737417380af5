/** Bundles the code under test with its schedules for Node: reactive classes for the browser, `cloudflare:workers` in place. */
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin } from 'vite';
import { run } from '../../../scripts/run.ts';

const ROOT = join(import.meta.dirname, '../../..');
const at = (path: string): string => join(ROOT, path);

/** Writes the configuration that the pages' own extends, which a fresh clone lacks. */
export async function prepare(): Promise<void> {
  const { ok, output } = await run('svelte-kit', ['sync'], { cwd: at('web') });
  if (!ok) throw new Error(output);
}

/** @param folder where the bundle is written @param plugins that change the code before it is bundled */
export async function bundle(folder: string, plugins: readonly Plugin[] = []): Promise<string> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [
      ...plugins,
      svelte({
        configFile: false,
        compilerOptions: { runes: true },
        dynamicCompileOptions: () => ({ generate: 'client' }),
      }),
    ],
    resolve: {
      conditions: ['browser'],
      alias: {
        $contract: at('worker/contract'),
        $lib: at('web/src/lib'),
        $live: at('web/src/lib/live'),
        'cloudflare:workers': at('test/sim/seeded/runtime.ts'),
        uuidv7: at('web/src/lib/uuidv7.ts'),
      },
    },
    ssr: { noExternal: true, target: 'node', resolve: { conditions: ['browser'] } },
    build: {
      ssr: at('test/sim/seeded/run.ts'),
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'run.js', codeSplitting: false } },
    },
  });
  return join(folder, 'run.js');
}
