/** Copies a workplace, its database and then its objects, into a folder. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { pendingAfter } from '../migrations.ts';
import { root } from '../place.ts';
import { dump, tablesOf, writeSql } from './dump.ts';
import { DATABASE, type Entry, entryOf, keyOf, MANIFEST, type Manifest, pathOf } from './manifest.ts';
import { inScratch, passing } from './staging.ts';
import { type Bucket, inParts, isOfThePlace, type StoredObject, type Workplace } from './workplaces.ts';

/** Tables that a backup leaves empty: who holds their rows could sign in or push, and they are spent within days or with a session. */
export const SECRETS = [
  'sessions',
  'push_subscriptions',
  'push_kinds',
  'pushes',
  'setup_links',
  'session_tickets',
  'tries',
  'verifications',
];

export type Options = {
  workplace: Workplace;
  /** The folder for the backup, which gets a folder of its own there. */
  to: string;
  /** UTC epoch milliseconds. */
  now: number;
  /** Only says what it would do. */
  dryRun: boolean;
  say: (line: string) => void;
};

/**
 * The database is copied as it is at one moment, and the objects after it, so that all which its rows name is there. A backup that
 * fails leaves nothing.
 * @returns the backup's folder
 */
export async function backup({ workplace, to, now, dryRun, say }: Options): Promise<string> {
  const at = new Date(now).toISOString();
  const folder = join(to, `muster-${at.slice(0, 19).replaceAll(':', '')}Z`);
  if (existsSync(folder))
    throw new Error(`${folder} is there already. Run the same command again in a second.`);
  if (dryRun) {
    const objects = (await workplace.bucket.list()).filter(({ key }) => !isOfThePlace(key));
    say(`Would copy the database and ${String(objects.length)} objects of ${workplace.name} into ${folder}.`);
    return folder;
  }
  say(`… copy the database of ${workplace.name}, then its objects`);
  const part = `${folder}.part`;
  mkdirSync(part, { recursive: true, mode: 0o700 });
  await passing(part, async () => {
    const manifest = await inScratch((scratch) => copy(workplace, { part, scratch, at, say }));
    writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    renameSync(part, folder);
    say(summary(folder, manifest));
  });
  return folder;
}

type Copying = { part: string; scratch: string; at: string; say: (line: string) => void };

async function copy(workplace: Workplace, { part, scratch, at, say }: Copying): Promise<Manifest> {
  const objects = new Map<string, Copied>();
  let missing: string[] = [];
  for (let round = 1; ; round += 1) {
    const file = join(scratch, `${String(round)}.sqlite`);
    await workplace.copyTo(file, scratch);
    const listed = await copyObjects(workplace.bucket, part, objects);
    const db = new DatabaseSync(file);
    const { named, migrations, epoch, journal } = about(db, file);
    // A photo that was replaced meanwhile may be gone already: a later copy of the database does not name it.
    const still = named.filter((key) => !objects.has(key));
    if (still.some((key) => !missing.includes(key))) {
      missing = still;
      db.close();
      rmSync(file);
      continue;
    }
    if (still.length > 0) say(`Missing in R2, though rows name them:\n  ${still.slice(0, 20).join('\n  ')}`);
    for (const key of objects.keys())
      if (!listed.has(key) && !named.includes(key)) {
        rmSync(join(part, pathOf(key)));
        objects.delete(key);
      }
    await writeSql(join(part, DATABASE), dump(db, SECRETS));
    const rows = Object.fromEntries(
      tablesOf(db).map((table) => [table, SECRETS.includes(table) ? 0 : count(db, table)]),
    );
    db.close();
    const files = [await entryOf(part, DATABASE), ...[...objects.values()].map((it) => it.entry)];
    return {
      format: 1,
      at,
      version: version(),
      from: workplace.name,
      migrations,
      epoch,
      journal,
      rows,
      files,
    };
  }
}

type Copied = { etag: string; entry: Entry };

/** Copies what is not copied yet, or has changed. @returns the keys that are there */
async function copyObjects(bucket: Bucket, part: string, copied: Map<string, Copied>): Promise<Set<string>> {
  const listed = (await bucket.list()).filter(({ key }) => !isOfThePlace(key));
  await inParts(listed, async ({ key, etag, type }: StoredObject) => {
    if (copied.get(key)?.etag === etag) return;
    const bytes = await bucket.get(key);
    if (!bytes) return;
    const path = pathOf(key);
    mkdirSync(dirname(join(part, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(part, path), bytes, { mode: 0o600 });
    copied.set(key, { etag, entry: await entryOf(part, path, type) });
  });
  return new Set(listed.map(({ key }) => key));
}

const Journal = v.object({ entry: v.number(), seal: v.string() });

/** @param db may lack migrations that this checkout has */
function about(db: DatabaseSync, file: string) {
  const migrations = db.prepare('SELECT name FROM d1_migrations ORDER BY id').all();
  const names = migrations.map((row) => String(row['name']));
  const current = `${file}.current`;
  copyFileSync(file, current);
  const migrated = new DatabaseSync(current);
  for (const { sql } of pendingAfter(names)) migrated.exec(sql);
  const first = (sql: string) => migrated.prepare(sql).get();
  const journal = first('SELECT entry, hash AS seal FROM seals WHERE entry = (SELECT max(entry) FROM seals)');
  const found = {
    migrations: names,
    epoch: String(first('SELECT epoch FROM log')?.['epoch']),
    journal: journal === undefined ? null : v.parse(Journal, journal),
    named: migrated
      .prepare(NAMED)
      .all()
      .map((row) => String(row['key'])),
  };
  migrated.close();
  rmSync(current);
  return found;
}

/** The keys of the objects that rows name. */
const NAMED = `
  SELECT 'people/' || id || '/' || image AS key FROM people WHERE image IS NOT NULL
  UNION ALL SELECT 'check-ins/' || id || '/' || photo FROM attendance WHERE photo IS NOT NULL
  UNION ALL SELECT DISTINCT 'journal/' || date(at / 1000, 'unixepoch') || '.jsonl' FROM journal
    JOIN seals ON seals.entry = journal.id WHERE archived AND seals.entry NOT IN (SELECT entry FROM erased_entries)`;

export const count = (db: DatabaseSync, table: string): number =>
  Number(db.prepare(`SELECT count(*) AS count FROM "${table}"`).get()?.['count']);

const version = (): string =>
  v.parse(v.object({ version: v.string() }), JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    .version;

function summary(folder: string, { rows, files, journal }: Manifest): string {
  const people = String(rows['people'] ?? 0);
  const objects = String(files.filter((file) => keyOf(file) !== undefined).length);
  return [
    `The backup is in ${folder}: ${people} people, ${String(rows['journal'] ?? 0)} journal entries, ${objects} objects.`,
    journal
      ? `The journal is sealed to entry ${String(journal.entry)} by ${journal.seal}.`
      : 'No entry of the journal is sealed yet.',
    'It holds personal data and password hashes: keep it where only those may read it who may read the database.',
    'It holds neither AUTH_SECRET, nor who is signed in, nor set-up links, nor what gives access to Cloudflare.',
  ].join('\n');
}
