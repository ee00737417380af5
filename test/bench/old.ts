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
const ROUNDS = 15;

type Cost = { ms: number; rows: number };

/** A table of each cost on both databases. @param share of the full size */
export async function old(share: number): Promise<string> {
  const large: Size = { records: 1_000_000 * share, entries: 3_000_000 * share, events: 5_000_000 * share };
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'bench-old-'));
  const both = [small, large].map((size) => ({ size, it: started(join(folder, String(size.records))) }));
  try {
    const now = Date.now();
    for (const { size, it } of both) await prepare(await it.getD1Database('DB'), size, now);
    return await compared(
      both.map(({ it }) => it),
      now,
    );
  } finally {
    await Promise.all(both.map(({ it }) => it.dispose()));
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

/** The medians. Rounds alternate between both, so that other work on the machine slows both alike; two rounds warm up. */
async function compared(both: readonly Miniflare[], now: number): Promise<string> {
  const [asker, other] = staff(2);
  const body = JSON.stringify({ now, person: other?.id, asker: { ...asker, zone: 'UTC', roles: ['admin'] } });
  const at = (name: string) => `http://bench/${encodeURIComponent(name)}`;
  const once = async (it: Miniflare, name: string): Promise<Cost> => {
    const from = performance.now();
    const answer = await it.dispatchFetch(at(name), { method: 'POST', body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${name}: ${text}`);
    return { ms: performance.now() - from, rows: (JSON.parse(text) as { read: number }).read };
  };
  const names = (await (await both[0]?.dispatchFetch(at('')))?.json()) as string[];
  const lines: string[][] = [];
  for (const name of names) {
    const rounds: Cost[][] = both.map(() => []);
    for (let round = -2; round < ROUNDS; round += 1)
      for (const [which, it] of both.entries()) {
        const cost = await once(it, name);
        if (round >= 0) rounds[which]?.push(cost);
      }
    const [a, b] = rounds.map((all) => all.sort((x, y) => x.ms - y.ms)[ROUNDS >> 1] as Cost) as [Cost, Cost];
    const within = b.ms <= 2 * a.ms && b.rows <= 2 * a.rows ? 'met' : 'MISSED';
    lines.push([
      name,
      a.ms.toFixed(1),
      b.ms.toFixed(1),
      (b.ms / a.ms).toFixed(2),
      count(a.rows),
      count(b.rows),
      within,
    ]);
  }
  return table(['what', 'small ms', 'old ms', 'times', 'small rows', 'old rows', 'aim'], lines);
}

const count = (rows: number): string => rows.toLocaleString('en-US');
