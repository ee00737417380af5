/**
 * `npm run fuzz`: any requests to every route, frames, imported files and photos, many more than the suite tries. It is for a
 * night. `-- --seed 42` repeats a seed.
 */
import { parseArgs } from 'node:util';
import { run } from './run.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: String(Date.now() % 1_000_000_000) } },
});

console.log(`seed ${values.seed}`);
const { ok } = await run(
  'vitest',
  ['run', '--project', 'worker', '--project', 'unit', 'test/worker/fuzz', 'test/web/imports/fuzzed-files'],
  { shown: true, env: { MUSTER_FUZZ: 'large', MUSTER_FUZZ_SEED: values.seed } },
);
process.exitCode = ok ? 0 : 1;
