/** Puts a backup into a workplace, after it has been verified as a whole. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationFiles } from '../migrate.ts';
import { pendingAfter } from '../migrations.ts';
import { count, SECRETS } from './backup.ts';
import { drops, dump, tablesOf, writeSql } from './dump.ts';
import { DATABASE, type Entry, keyOf, type Manifest, verified } from './manifest.ts';
import { inScratch, stage } from './staging.ts';
import { ERASURES, inParts, isOfThePlace, NOTE, type StoredObject, type Workplace } from './workplaces.ts';

export type Options = {
  workplace: Workplace;
  /** The backup's folder. */
  folder: string;
  /** Whether a workplace that has data may be replaced. */
  replace: boolean;
  /** Whether a journal that differs from its seals is restored all the same. */
  unverified: boolean;
  /** Only says what it would do. */
  dryRun: boolean;
  say: (line: string) => void;
};

/** @throws an `Error` that says what failed and what to do */
export async function restore(options: Options): Promise<void> {
  const { workplace, folder, say } = options;
  const manifest = await verified(folder);
  const lacks = mustFit(manifest.migrations, 'The backup');
  const there = await survey(workplace);
  mustFit(there.migrations, workplace.name);
  if (there.isUsed && !options.replace)
    throw new Error(
      `${workplace.name} has data: ${String(there.people)} people, ${String(there.objects.length)} objects. Back it up (npm run backup), then give --replace to put the backup of ${manifest.at} in its place.`,
    );
  say(`The backup of ${manifest.at} is as it was made: ${String(manifest.files.length)} files.`);
  if (lacks.length > 0)
    say(`It is older than this Muster and gets ${lacks.map(({ name }) => name).join(', ')}.`);
  await inScratch(async (scratch) => {
    const sql = join(scratch, 'restore.sql');
    const objects = readByWorker(folder, manifest, there);
    const { db, checked } = await stage(scratch, join(folder, DATABASE), objects, lacks);
    if (checked.broken && !options.unverified)
      throw new Error(
        `Entry ${String(checked.broken.entry)} of the backup’s journal is ${checked.broken.what}: somebody changed it before the backup was made. Nothing was written. Take an older backup, or give --unverified to restore this one.`,
      );
    if (checked.left > 0)
      throw new Error(
        `The backup knows ${String(checked.left)} erased people who could not be erased again. Nothing was written. Take a newer backup.`,
      );
    say(verification(checked));
    if (checked.erased > 0) say(`People erased again, as the list in R2 says: ${String(checked.erased)}.`);
    const epoch = randomBytes(8).toString('hex');
    db.prepare('UPDATE log SET epoch = ?').run(epoch);
    await writeSql(sql, both(drops(db, there.schema), dump(db, SECRETS)));
    const dropped = new Set(
      db
        .prepare('SELECT key FROM orphaned_photos')
        .all()
        .map((row) => row['key']),
    );
    const rows = new Map(
      tablesOf(db).map((table) => [table, SECRETS.includes(table) ? 0 : count(db, table)]),
    );
    db.close();
    const plan = planOf(manifest, there.objects, dropped);
    const did = `rows: ${String(sum(rows))}, objects: ${String(plan.put.length)}; objects to delete, which the backup lacks: ${String(plan.remove.length)}`;
    if (options.dryRun) {
      say(`Would put into ${workplace.name}: ${did}.\nNothing was changed.`);
      return;
    }
    say(`… put into ${workplace.name}: ${did}`);
    try {
      await write(workplace, { folder, sql, epoch, plan });
      await mustHave(workplace, rows);
    } catch (error) {
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}\n\nThe restore stopped half-way. Run the same command again, with --replace: it puts the whole backup there.`,
        { cause: error },
      );
    }
    say(
      `${workplace.name} is as it was at ${manifest.at}. Passwords, roles and rights are those of that time, and everyone signs in again. The log has a new epoch, so open pages load anew, within two minutes.`,
    );
  });
}

/** @returns the migrations that are lacking. @throws if there are some that this checkout does not know */
function mustFit(applied: readonly string[], what: string) {
  const known = migrationFiles();
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `${what} is of a newer Muster: this checkout does not know ${unknown.join(', ')}. Check out that version or a later one (git pull), then run the same command again.`,
    );
  return pendingAfter(applied);
}

type There = {
  schema: { type: string; name: string }[];
  migrations: string[];
  people: number;
  objects: StoredObject[];
  isUsed: boolean;
};

async function survey({ query, bucket }: Workplace): Promise<There> {
  const found = await query(
    `SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'`,
  );
  const schema = found.map((row) => ({ type: String(row['type']), name: String(row['name']) }));
  const has = (table: string) => schema.some(({ name }) => name === table);
  const names = has('d1_migrations') ? await query('SELECT name FROM d1_migrations') : [];
  const [rows] = has('people')
    ? await query('SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM journal) AS entries')
    : [];
  const people = Number(rows?.['people'] ?? 0);
  const objects = (await bucket.list()).filter(({ key }) => !isOfThePlace(key));
  const strange = schema.length > 0 && !has('d1_migrations');
  const kept = objects.some(({ key }) => !key.startsWith(ERASURES));
  return {
    schema,
    migrations: names.map((row) => String(row['name'])),
    people,
    objects,
    isUsed: people > 0 || Number(rows?.['entries'] ?? 0) > 0 || strange || kept,
  };
}

/** The archive, and the erasures of the backup and of the workplace, which is newer. */
function* readByWorker(folder: string, { files }: Manifest, { objects }: There) {
  for (const file of files) {
    const key = keyOf(file);
    if (key?.startsWith('journal/') || key?.startsWith(ERASURES))
      yield { key, bytes: readFileSync(join(folder, file.path)) };
  }
  for (const { key } of objects) if (key.startsWith(ERASURES)) yield { key, bytes: Buffer.from('{}') };
}

type Plan = { put: { key: string; entry: Entry }[]; same: ReadonlyMap<string, string>; remove: string[] };

/** @param dropped photos that no row names any more */
function planOf({ files }: Manifest, objects: readonly StoredObject[], dropped: ReadonlySet<unknown>): Plan {
  const same = new Map(objects.map(({ key, etag }) => [key, etag]));
  const put = files.flatMap((entry) => {
    const key = keyOf(entry);
    const skip = key === undefined || dropped.has(key) || (key.startsWith(ERASURES) && same.has(key));
    return skip ? [] : [{ key, entry }];
  });
  const wanted = new Set(put.map(({ key }) => key));
  const remove = [...same.keys()].filter((key) => !wanted.has(key) && !key.startsWith(ERASURES));
  return { put, same, remove };
}

/** Objects first: what the rows name is there before them, and is deleted after them. */
async function write(
  workplace: Workplace,
  { folder, sql, epoch, plan }: { folder: string; sql: string; epoch: string; plan: Plan },
): Promise<void> {
  const { bucket } = workplace;
  await inParts(plan.put, async ({ key, entry }) => {
    const bytes = readFileSync(join(folder, entry.path));
    if (plan.same.get(key) !== createHash('md5').update(bytes).digest('hex'))
      await bucket.put(key, bytes, entry.type);
  });
  await workplace.import(sql);
  // A position that no journal has: the job restarts every channel's object, also one that nobody writes to.
  const note = { epoch, entry: 0, seal: '' };
  await bucket.put(NOTE, Buffer.from(JSON.stringify(note)), 'application/json');
  await inParts(plan.remove, (key) => bucket.delete(key));
}

/** Tables that only grow, also while people use the workplace. */
const GROWING = ['people', 'journal', 'seals', 'attendance', 'sales', 'payments'];

/** @throws if the import has left rows out */
async function mustHave({ query }: Workplace, rows: ReadonlyMap<string, number>): Promise<void> {
  const counts = GROWING.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  const [found] = await query(`SELECT ${counts.join(', ')}`);
  const short = GROWING.filter((table) => Number(found?.[table] ?? 0) < (rows.get(table) ?? 0));
  if (short.length > 0) throw new Error(`After the import these tables lack rows: ${short.join(', ')}.`);
}

const sum = (rows: ReadonlyMap<string, number>): number => [...rows.values()].reduce((all, n) => all + n, 0);

const verification = ({ checked, broken }: { checked: number; broken: { entry: number } | null }): string =>
  broken
    ? `Its journal differs from its seals at entry ${String(broken.entry)}.`
    : `Its journal agrees with its seals: ${String(checked)} entries.`;

function* both(...parts: Iterable<string>[]): Generator<string> {
  for (const part of parts) yield* part;
}
