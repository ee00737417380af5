/**
 * `npm run bench -- --old`: what pages and jobs cost with 1 M records, 3 M journal entries and 5 M events, beside a small workplace of
 * as many people, in one run. `--share=0.1` fills a tenth of it. The databases are deleted afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { type Database, migrate } from '../../scripts/migrate.ts';
import { config, root } from '../../scripts/place.ts';
import { fill, type Size } from './old-rows.ts';
import { employ, staff } from './people.ts';
import { table } from './report.ts';

const PEOPLE = 500;
/** As many days as the reports need, and a month more. */
const small: Size = { records: 30_000, entries: 90_000, events: 150_000 };
const ROUNDS = 7;

type Cost = { ms: number; rows: number };

/** Prints a table: each cost on both databases. @param share of the full size */
export async function old(share: number): Promise<string> {
  const large: Size = { records: 1_000_000 * share, entries: 3_000_000 * share, events: 5_000_000 * share };
  const costs = [await measured(small), await measured(large)] as const;
  const names = Object.keys(costs[0]);
  return table(
    ['what', 'small ms', 'old ms', 'times', 'small rows', 'old rows'],
    names.map((name) => {
      const [a, b] = costs.map((each) => each[name] as Cost) as [Cost, Cost];
      return [
        name,
        a.ms.toFixed(1),
        b.ms.toFixed(1),
        (b.ms / a.ms).toFixed(2),
        a.rows.toLocaleString('en-US'),
        b.rows.toLocaleString('en-US'),
      ];
    }),
  );
}

async function measured(size: Size): Promise<Record<string, Cost>> {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'bench-old-'));
  const miniflare = started(folder);
  try {
    const db = await miniflare.getD1Database('DB');
    const now = Date.now();
    await prepare(db, size, now);
    return await costsOf(miniflare, now);
  } finally {
    await miniflare.dispose();
    rmSync(folder, { recursive: true });
  }
}

function started(folder: string): Miniflare {
  const { compatibilityDate } = unstable_getMiniflareWorkerOptions(config).workerOptions;
  const options = convertV4MiniflareOptions({
    name: 'bench',
    rootPath: root,
    modules: [{ type: 'ESModule', path: join(root, 'dist', 'bench', 'old.js') }],
    compatibilityDate: String(compatibilityDate),
    compatibilityFlags: ['nodejs_compat'],
    durableObjects: { CHANNELS: { className: 'Channel', useSQLite: true } },
    d1Databases: ['DB'],
    host: '127.0.0.1',
    port: 0,
    cf: false,
    log: new Log(LogLevel.WARN),
  });
  return new Miniflare({ ...options, resourcePersistencePath: join(folder, 'v3') });
}

async function prepare(db: Database, size: Size, now: number): Promise<void> {
  await migrate(db);
  await employ(db, staff(PEOPLE));
  const from = performance.now();
  await fill(db, staff(PEOPLE), size, now);
  const seconds = Math.round((performance.now() - from) / 1_000);
  console.error(`  ${JSON.stringify(size)} filled in ${seconds} s`);
}

/** The median of some rounds, after one that warms up. */
async function costsOf(miniflare: Miniflare, now: number): Promise<Record<string, Cost>> {
  const [asker] = staff(1);
  const at = (name: string) => `http://bench/${encodeURIComponent(name)}`;
  const about = { now, person: staff(2)[1]?.id, asker: { ...asker, zone: 'UTC', roles: ['admin'] } };
  const once = async (name: string): Promise<Cost> => {
    const from = performance.now();
    const answer = await miniflare.dispatchFetch(at(name), { method: 'POST', body: JSON.stringify(about) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name}: ${text}`);
    const { read } = JSON.parse(text) as { read: number };
    return { ms: performance.now() - from, rows: read };
  };
  const names = (await (await miniflare.dispatchFetch(at(''))).json()) as string[];
  const costs: Record<string, Cost> = {};
  for (const name of names) {
    await once(name);
    const rounds: Cost[] = [];
    while (rounds.length < ROUNDS) rounds.push(await once(name));
    costs[name] = rounds.sort((a, b) => a.ms - b.ms)[Math.floor(ROUNDS / 2)] as Cost;
  }
  return costs;
}
