/**
 * `npm run bench`: how fast a change reaches every screen, beside a bare object and plain `ws`, in one run. The server uses
 * one core, this process (all screens) the other; all traffic is on loopback. `--quick` is a smoke run.
 * Prints tables and writes dist/bench.json. `--old` measures what age costs instead (old.ts), `--pings` what heartbeats cost
 * (pings.ts), `--floods` what too much of something does to the rest (floods.ts).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../scripts/build.ts';
import { root } from '../../scripts/place.ts';
import { fail, run } from '../../scripts/run.ts';
import { type Aim, aims } from './aims.ts';
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
import { floods } from './floods.ts';
import { old } from './old.ts';
import { pings } from './pings.ts';
import { full, type Plan, quick } from './plan.ts';
import { releaseDesk, type ReleaseDesk } from './release-desk.ts';
import { report } from './report.ts';
import { scanBurst, type ScanBurst } from './scan-burst.ts';
import * as subjects from './subjects.ts';
import type { Muster, Subject } from './subjects.ts';

export type Results = {
  /** A bare object: one frame for each event, in a plain loop. */
  bare: Watched[];
  /** Node with `ws`, likewise. */
  ws: Watched[];
  /** The product: POST, D1, object, sockets. */
  muster: Watched[];
  /** The product's object alone: single events, all concurrently. */
  fanOut: Watched[];
  /** The same, each event after the one before has left, so that none share a frame. */
  oneByOne: Watched[];
  /** The product's rule and delivery alone: events as fast as D1 commits. */
  commits: Watched[];
  checkIns: CheckIns[];
  board: Board;
  scanBurst: ScanBurst;
  releaseDesk: ReleaseDesk;
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

/** Starts a subject, measures it, and ends it also after an error. */
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
  const measured: CheckIns[] = [];
  const whole = async (muster: Muster): Promise<[Watched[], Board, ScanBurst, ReleaseDesk]> => {
    const also = async (listeners: number): Promise<void> => {
      if (plan.checkIns.listeners.includes(listeners))
        measured.push(await checkIns(muster, plan.checkIns, listeners));
    };
    await also(0);
    const watched = await watch(muster, plan, { paced: true, then: ({ size }) => also(size) });
    const payments = await releaseDesk(muster, plan.releaseDesk);
    return [watched, await board(muster, plan.board), await scanBurst(muster, plan.scanBurst), payments];
  };
  say('the bare object');
  const bare = await using(subjects.bare, (it) => watch(it, plan, { paced: true }));
  say('plain ws');
  const ws = await using(subjects.ws, (it) => watch(it, plan, { paced: true }));
  say('Muster');
  const [muster, day, scans, payments] = await using(subjects.muster, whole);
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
    checkIns: measured,
    board: day,
    scanBurst: scans,
    releaseDesk: payments,
    idle: await memory(plan),
  };
}

async function memory({ idle: sockets }: Plan): Promise<Results['idle']> {
  if (!sockets) return undefined;
  say('memory of idle sockets');
  return {
    bare: await using(subjects.bare, (it) => idle(it, sockets)),
    muster: await using(subjects.muster, (it) => idle(it, sockets)),
    channel: await using(subjects.fanOut, (it) => idle(it, sockets)),
  };
}

const say = (what: string): void => console.error(`  ${what} …`);

/** One of the bench's own Workers, bundled as the product is. */
async function bundle(worker: 'channel' | 'old'): Promise<void> {
  const config = join(import.meta.dirname, 'workers', 'wrangler.toml');
  const outdir = join(root, 'dist', 'bench');
  mkdirSync(outdir, { recursive: true });
  const { ok, output } = await run('wrangler', [
    'deploy',
    join(import.meta.dirname, 'workers', `${worker}.js`),
    '--dry-run',
    '--minify',
    '--config',
    config,
    '--outdir',
    outdir,
  ]);
  if (!ok) fail(output);
}

if (process.argv.includes('--old')) {
  const share = process.argv.find((it) => it.startsWith('--share='))?.slice('--share='.length);
  await bundle('old');
  console.log(await old(Number(share ?? 1)));
  process.exit(0);
}
if (process.argv.includes('--pings')) {
  await bundle('channel');
  pinClient();
  console.log(await pings());
  process.exit(0);
}
await build();
if (process.argv.includes('--floods')) {
  pinClient();
  console.log(await floods(process.argv));
  process.exit(0);
}
await bundle('channel');
pinClient();
const [start, before] = [performance.now(), load()];
const measured = await results(process.argv.includes('--quick') ? quick : full);
const outcome: Run = {
  at: new Date().toISOString(),
  machine: machine(),
  load: { before, after: load() },
  seconds: Math.round((performance.now() - start) / 1_000),
  results: measured,
  aims: aims(measured),
};
writeFileSync(join(root, 'dist', 'bench.json'), `${JSON.stringify(outcome, undefined, 2)}\n`);
console.log(report(outcome));
process.exit(0);
