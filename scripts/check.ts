/** `npm run check`: types, lint, imports, format and leftovers. Says nothing but a line each when all is well. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './place.ts';
import { run } from './run.ts';

type Check = { name: string; command: string; cwd?: string };

const web = join(root, 'web');

/** Writes what the checks read: SvelteKit's types, and the API's as the pages see it. Errors in them show up below. */
async function prepare(): Promise<void> {
  await run('svelte-kit', ['sync'], { cwd: web });
  await run('tsc', ['-p', 'web/tsconfig.api.json']);
}

/** Knows every type of the whole, and takes as long as all the others together. */
const lint: Check = { name: 'lint', command: 'eslint . --max-warnings 0' };
const others: Check[] = [
  {
    name: 'types of the pages',
    command: 'svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human',
    cwd: web,
  },
  { name: 'types of the worker', command: 'tsc -p tsconfig.worker.json' },
  { name: 'types of the tests', command: 'tsc -p tsconfig.test.json' },
  { name: 'types of the unit tests', command: 'tsc -p tsconfig.unit.json' },
  { name: 'types of the scripts', command: 'tsc -p tsconfig.scripts.json' },
  {
    name: 'imports',
    command: 'depcruise --config dependency-cruiser.config.ts --output-type err-long worker web/src',
  },
  { name: 'format', command: 'prettier --check --log-level warn .' },
  { name: 'leftovers', command: 'knip --no-progress' },
];

/** @returns the names of the checks that failed; their output has been printed */
async function check(): Promise<string[]> {
  const { failed, linting } = await checkFirst();
  return [...failed, ...(await linting)];
}

/** The same, but for the linter, which goes on behind whatever comes next: it makes way for it. */
export async function checkFirst(): Promise<{ failed: string[]; linting: Promise<string[]> }> {
  await prepare();
  const linting = passes(lint, { calm: true }).then((ok) => (ok ? [] : [lint.name]));
  return { failed: await all(others), linting };
}

async function all(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...checks];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if (!(await passes(next))) failed.push(next.name);
  };
  await Promise.all(Array.from({ length: Math.min(3, availableParallelism()) }, work));
  return failed;
}

async function passes({ name, command, cwd = root }: Check, how: { calm?: boolean } = {}): Promise<boolean> {
  const started = performance.now();
  const [tool = '', ...args] = command.split(' ');
  const { ok, output } = await run(tool, args, { cwd, ...how });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)${ok ? '' : `\n${output}`}`);
  return ok;
}

if (import.meta.main) {
  const failed = await check();
  if (failed.length > 0) console.error(`Not right: ${failed.join(', ')}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
