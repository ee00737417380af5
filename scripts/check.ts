/** `npm run check`: types, lint, imports, format and unused code. Prints one line for each check that passes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './place.ts';
import { run } from './run.ts';

type Check = { name: string; command: string; cwd?: string };

const web = join(root, 'web');

/** The format of a file also depends on these: the plug-ins, and the order of Tailwind's classes. */
const styles = createHash('sha256');
for (const file of ['package-lock.json', 'web/src/app.css']) styles.update(readFileSync(join(root, file)));
const cache = `node_modules/.cache/prettier/${styles.digest('hex')}`;

/** Writes the types that the checks read: SvelteKit's, and the API's for the pages. Errors in them appear below. */
async function prepare(): Promise<void> {
  await run('svelte-kit', ['sync'], { cwd: web });
  await run('tsc', ['-p', 'web/tsconfig.api.json']);
}

/** Checks that need only the sources: they run beside the preparation, which uses one core. */
const ofSources: Check[] = [
  {
    name: 'imports',
    command: 'depcruise --config dependency-cruiser.config.ts --output-type err-long worker web/src',
  },
  { name: 'leftovers', command: 'knip --no-progress' },
];

/** The longest first, so that both cores finish together. */
const others: Check[] = [
  { name: 'lint of the components', command: 'eslint web/src --max-warnings 0' },
  {
    name: 'format',
    command: `prettier --check --cache --cache-strategy content --cache-location ${cache} --log-level warn .`,
  },
  { name: 'types and lint', command: 'oxlint' },
  {
    name: 'types of the pages',
    command: 'svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human',
    cwd: web,
  },
];

/** @returns the names of the checks that failed; their output has been printed */
export async function check(): Promise<string[]> {
  const prepared = prepare();
  const failed = await all(ofSources, 1);
  await prepared;
  return [...failed, ...(await all(others, Math.min(3, availableParallelism())))];
}

async function all(checks: readonly Check[], atOnce: number): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...checks];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if (!(await passes(next))) failed.push(next.name);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

async function passes({ name, command, cwd = root }: Check): Promise<boolean> {
  const started = performance.now();
  const [tool = '', ...args] = command.split(' ');
  const { ok, output } = await run(tool, args, { cwd });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)${ok ? '' : `\n${output}`}`);
  return ok;
}

if (import.meta.main) {
  const failed = await check();
  if (failed.length > 0) console.error(`Not right: ${failed.join(', ')}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
