/** `npm run check`: types, lint, imports, format, migrations and unused code. Prints one line for each check that passes. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { everything, fingerprint, product } from './fingerprint.ts';
import { keep, kept, root } from './place.ts';
import { run } from './run.ts';

/** `of`: the files beside the configuration on which its result depends; it does not run again with the same ones. */
type Check = { name: string; command: string; of: readonly string[]; cwd?: string };

const configuration = fingerprint(['*', '.*']);
const passedBefore = join(root, 'node_modules', '.cache', 'checks');

/** The format of a file also depends on the plug-ins and on the order of Tailwind's classes. */
const formats = `node_modules/.cache/prettier/${fingerprint(['package-lock.json', 'web/src/app.css'])}`;

const web = join(root, 'web');

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
    of: product,
  },
  { name: 'leftovers', command: 'knip --no-progress', of: everything },
  { name: 'migrations', command: 'node scripts/migrations.ts', of: ['migrations/*', 'scripts/mi*'] },
];

/** The longest first, so that both cores finish together. */
const others: Check[] = [
  { name: 'lint of the components', command: 'eslint web/src --max-warnings 0', of: product },
  {
    name: 'format',
    command: `prettier --check --cache --cache-strategy content --cache-location ${formats} --log-level warn .`,
    of: everything,
  },
  { name: 'types and lint', command: 'oxlint', of: everything },
  {
    name: 'types of the pages',
    command: 'svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human',
    of: product,
    cwd: web,
  },
];

/** @returns the names of the checks that failed; their output has been printed */
export async function check(): Promise<string[]> {
  const later = others.filter(isDue);
  const prepared = later.length > 0 ? prepare() : undefined;
  const failed = await all(ofSources.filter(isDue), 1);
  await prepared;
  return [...failed, ...(await all(later, Math.min(3, availableParallelism())))];
}

const stateOf = ({ command, of }: Check): string => `${command} ${configuration} ${fingerprint(of)}`;

function isDue(check: Check): boolean {
  const due = kept(passedBefore, check.name) !== stateOf(check);
  if (!due) console.log(`✓ ${check.name} (as before)`);
  return due;
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

async function passes(check: Check): Promise<boolean> {
  const { name, command, cwd = root } = check;
  const started = performance.now();
  const state = stateOf(check);
  const [tool = '', ...args] = command.split(' ');
  const { ok, output } = await run(tool, args, { cwd });
  if (ok) keep(passedBefore, name, state);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds} s)${ok ? '' : `\n${output}`}`);
  return ok;
}

if (import.meta.main) {
  const failed = await check();
  if (failed.length > 0) console.error(`Not right: ${failed.join(', ')}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
