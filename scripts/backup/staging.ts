/** A backup's database in a folder of its own: brought up to date, verified and erased by the Worker's own code before it goes anywhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { fingerprint } from '../fingerprint.ts';
import type { Migration } from '../migrations.ts';
import { keep, kept, root } from '../place.ts';
import { run } from '../run.ts';
import { load } from './dump.ts';
import { bound, bucketOf, open } from './local.ts';

const Checked = v.object({
  checked: v.number(),
  broken: v.nullable(v.object({ entry: v.number(), what: v.string() })),
  /** People of the list who were erased now, and who could not be. */
  erased: v.number(),
  left: v.number(),
});
export type Checked = v.InferOutput<typeof Checked>;

/** Runs `work` in a new folder that only its owner reads, and removes the folder. */
export const inScratch = <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-scratch-'));
  return passing(folder, () => work(folder));
};

/** Removes the folder after `work`, and when the process ends before: it holds personal data. */
export async function passing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    return await work();
  } finally {
    process.off('exit', remove);
    remove();
  }
}

type Staged = {
  /** Read-only use: the runtime has ended. */
  db: DatabaseSync;
  checked: Checked;
};

/**
 * @param objects those that the Worker reads: the archive, and the list of erased people
 * @param pending migrations that the backup lacks
 */
export async function stage(
  folder: string,
  sql: string,
  objects: Iterable<{ key: string; bytes: Uint8Array }>,
  pending: readonly Migration[],
): Promise<Staged> {
  const script = await bundled();
  const { miniflare, file } = await open(folder, {
    ...bound,
    modules: [{ type: 'ESModule', path: script }],
    durableObjects: { CHANNELS: { className: 'Channel', useSQLite: true } },
    bindings: { CHANNEL_LOCATION: '' },
    unsafeEphemeralDurableObjects: true,
  });
  try {
    const db = new DatabaseSync(file);
    await load(db, sql);
    for (const migration of pending) {
      db.exec(migration.sql);
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(migration.name);
    }
    const orphans = db.prepare('PRAGMA foreign_key_check').all();
    db.close();
    if (orphans.length > 0)
      throw new Error(
        `The backup’s database has ${String(orphans.length)} rows that point at missing ones. Nothing was written. Take another backup.`,
      );
    const bucket = await bucketOf(miniflare);
    for (const { key, bytes } of objects) await bucket.put(key, bytes, undefined);
    const answer = await miniflare.dispatchFetch('http://restoring/');
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return { db: new DatabaseSync(file), checked: v.parse(Checked, JSON.parse(text)) };
  } finally {
    await miniflare.dispose();
  }
}

/** The path of worker/restoring.ts in one file, as wrangler bundles it. It is made again when a source has changed. */
async function bundled(): Promise<string> {
  const out = join(root, 'dist', 'restoring');
  const source = fingerprint(['worker/**/*', 'package-lock.json', 'wrangler.toml']);
  if (kept(out, '.sources') !== source) {
    const build = ['deploy', 'worker/restoring.ts', '--dry-run', '--assets', 'web/static', '--outdir', out];
    const { ok, output } = await run('wrangler', build, { env: { MUSTER_PAGES: 'vite' } });
    if (!ok) throw new Error(`${output}\nThe Worker of a restore could not be built, see above.`);
    keep(out, '.sources', source);
  }
  return join(out, 'restoring.js');
}
