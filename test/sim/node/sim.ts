/**
 * `npm run sim`: schedules of faults by their seeds, in a process for each core. `-- --seeds 500`, `-- --from 100`, `-- --scenario sales`;
 * `-- --seed 42` replays one with its trace; `-- --mutants` breaks the code, and expects that a schedule notices: it ends with the
 * table of docs/guarantees.md; `--only tax:` runs those whose names begin so.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ofPages } from '../mutants/pages.ts';
import { ofTills } from '../mutants/tills.ts';
import { ofWorker } from '../mutants/worker.ts';
import { SCENARIOS } from '../schedule.ts';
import { bundle, prepare } from './bundle.ts';
import { mutated } from './mutated.ts';
import type { Report, Task } from './seeds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const scenarios = SCENARIOS.filter((it) => values.scenario === undefined || it === values.scenario);
const folder = mkdtempSync(join(tmpdir(), 'muster-sim-'));

/** Runs seeds in as many processes as there are cores. @returns the broken schedules, the lowest seed first */
async function runAll(
  it: Pick<Task, 'bundle' | 'from' | 'to' | 'first'>,
  each: (report: Report) => void = () => undefined,
): Promise<Report[]> {
  const every = availableParallelism();
  const broken: Report[] = [];
  const children = Array.from({ length: every }, (_, at) => {
    const child = fork(join(import.meta.dirname, 'seeds.ts'), {
      stdio: 'inherit',
      execArgv: ['--max-semi-space-size=32', '--single-threaded'], // most of what a schedule makes is gone soon; each core has a process
    });
    child.send({ ...it, scenarios, from: it.from + at, every } satisfies Task);
    return child;
  });
  await Promise.all(
    children.map(
      (child) =>
        new Promise<void>((resolve, reject) => {
          child.on('message', (report: Report) => {
            each(report);
            if (!report.broken) return;
            broken.push(report);
            if (it.first) for (const other of children) other.kill();
          });
          child.on('error', reject);
          child.on('exit', (code, signal) =>
            code === 0 || signal ? resolve() : reject(new Error(`a process ended with ${code}`)),
          );
        }),
    ),
  );
  return broken.sort((a, b) => a.seed - b.seed);
}

/** @returns whether all promises held */
async function schedules(): Promise<boolean> {
  const path = await bundle(folder);
  const from = Number(values.seed ?? values.from);
  const to = values.seed === undefined ? from + Number(values.seeds) : from + 1;
  const began = Date.now();
  let [ran, tasks] = [0, 0];
  const broken = await runAll({ bundle: path, from, to, first: false }, (report) => {
    ran += 1;
    tasks += report.tasks;
    if (values.seed !== undefined && report.broken) console.log(report.trace.join('\n'));
  });
  const seconds = (Date.now() - began) / 1000;
  for (const { seed, scenario, broken: promise } of broken)
    console.log(`${scenario}: ${promise}\n  again: npm run sim -- --scenario ${scenario} --seed ${seed}`);
  console.log(
    `${ran} schedules in ${seconds.toFixed(1)} s, ${Math.round(tasks / ran)} tasks each: ${broken.length} broke a promise`,
  );
  return broken.length === 0;
}

/** Breaks the code in each way, and looks for the first seed that notices. @returns whether each was noticed */
async function mutations(): Promise<boolean> {
  let all = true;
  const rows: string[] = [];
  const named = [...ofPages, ...ofWorker, ...ofTills].filter(({ name }) =>
    name.startsWith(values.only ?? ''),
  );
  for (const mutant of named) {
    const path = await bundle(join(folder, mutant.name.replace(/\W+/g, '-')), [mutated(mutant)]);
    const from = Number(values.from);
    let ran = 0;
    const [found] = await runAll(
      { bundle: path, from, to: from + Number(values.seeds), first: true },
      () => (ran += 1),
    );
    all &&= found !== undefined;
    const as = wordsOf(found?.broken ?? '');
    console.log(
      found
        ? `caught   ${mutant.name}: ${found.scenario}, seed ${found.seed}, after ${ran}: ${as}`
        : `SURVIVED ${mutant.name}: ${ran} schedules`,
    );
    const noticed = found ? `${found.scenario} ${found.seed} | ${as}` : `not in ${ran} schedules |`;
    rows.push(`| ${mutant.name} | ${mutant.breaks} | ${noticed} |`);
  }
  console.log(
    ['| mutant | breaks | noticed in seed | as |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  );
  return all;
}

const LONGEST = 120;

/** A broken promise in short, without ids. */
const wordsOf = (broken: string): string =>
  broken
    .split('\n')[0]
    ?.replace(/\.?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '')
    .replace(/(?<!Error): .*/, '')
    .slice(0, LONGEST) ?? '';

try {
  await prepare();
  process.exitCode = (await (values.mutants ? mutations() : schedules())) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
