/** `npm run sim` keeps its word: a seed repeats its history, and a break of the core is noticed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/place.ts';
import { run } from '../../scripts/run.ts';
import { ofPages } from '../sim/mutants/pages.ts';
import { ofTills } from '../sim/mutants/tills.ts';
import { ofWorker } from '../sim/mutants/worker.ts';

const sim = (...args: string[]) => run('node', [join(root, 'test/sim/node/sim.ts'), ...args], { cwd: root });

/** Without what the machine decides. */
const said = (output: string): string => output.replace(/[\d.]+ s,/, '');

describe('the simulation', () => {
  it('repeats the history of a seed', async () => {
    const [first, again] = [await sim('--seed', '7'), await sim('--seed', '7')];
    expect(first.output).toContain('2 schedules');
    expect(said(again.output)).toBe(said(first.output));
    expect(first.ok).toBe(true);
  });

  it('finds what each mutant replaces once in its file', () => {
    const edits = [...ofPages, ...ofWorker, ...ofTills].flatMap((it) => it.edits);
    const timesOf = ({ file, find }: (typeof edits)[number]) =>
      readFileSync(join(root, file), 'utf8').split(find).length - 1;
    expect(edits.filter((it) => timesOf(it) !== 1)).toEqual([]);
  });

  it('notices a client that applies an event twice, and says in which seed', async () => {
    const { ok, output } = await sim('--mutants', '--only', 'client: no dedupe', '--seeds', '20');
    expect(output).toMatch(/^caught {3}client: no dedupe: \w+, seed \d+/m);
    expect(ok).toBe(true);
  });
});
