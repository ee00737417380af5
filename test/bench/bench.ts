/**
 * `npm run bench`: how fast a change reaches every screen, against a bare object and against plain `ws`, in one run.
 * The server has one core, this process (all the screens) the other; everything stays on loopback. `--quick` is a smoke run.
 * Prints tables and writes dist/bench.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../scripts/build.ts';
import { root } from '../../scripts/place.ts';
import { fail, run } from '../../scripts/run.ts';
import { type Aim, aims } from './aims.ts';
import { desk, type Desk } from './desk.ts';
import { hall, type Hall } from './hall.ts';
import { load, machine, pinClient } from './machine.ts';
import {
  board,
  type Board,
  checkIns,
  type CheckIns,
  idle,
  type Idle,
  type Watched,
  watch,
} from './measure.ts';
import { full, type Plan, quick } from './plan.ts';
import { report } from './report.ts';
import * as subjects from './subjects.ts';
import type { Muster, Subject } from './subjects.ts';

export type Results = {
  /** Bare object: one frame an event, in a plain loop. */
  bare: Watched[];
  /** Node with `ws`: likewise. */
  ws: Watched[];
  /** The product: POST, D1, object, sockets. */
  muster: Watched[];
  /** The product's object alone, handed one event at a time, all at once. */
  fanOut: Watched[];
  /** The same, each handed over only when the one before has left: nothing to share a frame with. */
  oneByOne: Watched[];
  /** The product's rule and hand-over alone: events as fast as D1 commits. */
  commits: Watched[];
  checkIns: CheckIns[];
  board: Board;
  hall: Hall;
  desk: Desk;
  idle: { bare: Idle; muster: Idle; channel: Idle } | undefined;
};

export type Run = {
  at: string;
  machine: ReturnType<typeof machine>;
  load: { before: string; after: string };
  seconds: number;
  results: Results;
  aims: Aim[];
};

/** Starts a subject, measures it, and ends it whatever happens. */
async function using<S extends Subject, It>(
  start: () => Promise<S>,
  measure: (subject: S) => Promise<It>,
): Promise<It> {
  const subject = await start();
  try {
    return await measure(subject);
  } finally {
    await subject.end();
  }
}

async function results(plan: Plan): Promise<Results> {
  const thousand = { ...plan, audiences: plan.audiences.filter(({ sockets }) => sockets === 1_000) };
  const told: CheckIns[] = [];
  const whole = async (muster: Muster): Promise<[Watched[], Board, Hall, Desk]> => {
    const also = async (listeners: number): Promise<void> => {
      if (plan.checkIns.listeners.includes(listeners))
        told.push(await checkIns(muster, plan.checkIns, listeners));
    };
    await also(0);
    const watched = await watch(muster, plan, { paced: true, then: ({ size }) => also(size) });
    const shop = await desk(muster, plan.desk);
    return [watched, await board(muster, plan.board), await hall(muster, plan.hall), shop];
  };
  say('the bare object');
  const bare = await using(subjects.bare, (it) => watch(it, plan, { paced: true }));
  say('plain ws');
  const ws = await using(subjects.ws, (it) => watch(it, plan, { paced: true }));
  say('Muster');
  const [muster, day, scans, shop] = await using(subjects.muster, whole);
  say('parts of Muster');
  const fanOut = await using(subjects.fanOut, (it) => watch(it, plan, { paced: false }));
  const oneByOne = await using(subjects.oneByOne, (it) => watch(it, thousand, { paced: false }));
  const commits = await using(subjects.commits, (it) => watch(it, thousand, { paced: false }));
  return {
    bare,
    ws,
    muster,
    fanOut,
    oneByOne,
    commits,
    checkIns: told,
    board: day,
    hall: scans,
    desk: shop,
    idle: await memory(plan),
  };
}

async function memory({ idle: asked }: Plan): Promise<Results['idle']> {
  if (!asked) return undefined;
  say('memory of idle sockets');
  return {
    bare: await using(subjects.bare, (it) => idle(it, asked)),
    muster: await using(subjects.muster, (it) => idle(it, asked)),
    channel: await using(subjects.fanOut, (it) => idle(it, asked)),
  };
}

const say = (what: string): void => console.error(`  ${what} …`);

/** The bench's own Worker, bundled as the product is. */
async function bundle(): Promise<void> {
  const config = join(import.meta.dirname, 'workers', 'wrangler.toml');
  const outdir = join(root, 'dist', 'bench');
  mkdirSync(outdir, { recursive: true });
  const { ok, output } = await run('wrangler', [
    'deploy',
    '--dry-run',
    '--minify',
    '--config',
    config,
    '--outdir',
    outdir,
  ]);
  if (!ok) fail(output);
}

await build();
await bundle();
pinClient();
const [start, before] = [performance.now(), load()];
const measured = await results(process.argv.includes('--quick') ? quick : full);
const told: Run = {
  at: new Date().toISOString(),
  machine: machine(),
  load: { before, after: load() },
  seconds: Math.round((performance.now() - start) / 1_000),
  results: measured,
  aims: aims(measured),
};
writeFileSync(join(root, 'dist', 'bench.json'), `${JSON.stringify(told, undefined, 2)}\n`);
console.log(report(told));
process.exit(0);
