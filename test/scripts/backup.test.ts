/** Backups of a workplace on this machine, through the real runtime, and what a restore makes of them. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backup } from '../../scripts/backup/backup.ts';
import { dump, load, writeSql } from '../../scripts/backup/dump.ts';
import { localWorkplace } from '../../scripts/backup/local.ts';
import { restore } from '../../scripts/backup/restore.ts';
import type { Workplace } from '../../scripts/backup/workplaces.ts';
import { migrations } from '../../scripts/migrations.ts';
import { applyTo, contentsOf, fill, person, restored } from './workplaces.ts';

const NOW = Date.parse('2026-11-18T09:10:00Z');
const scratch = mkdtempSync(join(tmpdir(), 'muster-backups-'));
let source: Workplace;
/** The backup of the source. */
let made: string;
/** A place to which no test writes. */
let empty: Workplace;
const opened: Workplace[] = [];

const said: string[] = [];
const say = (line: string) => said.push(line);
const folder = (prefix: string) => mkdtempSync(join(scratch, `${prefix}-`));
const open = async (at = folder('place')) => {
  const it = await localWorkplace(at, false);
  opened.push(it);
  return it;
};
const backedUp = (workplace: Workplace, dryRun = false) =>
  backup({ workplace, to: folder('backups'), now: NOW, dryRun, say });
const restoring = (workplace: Workplace, from: string, options: object = {}) =>
  restore({ workplace, folder: from, replace: false, unverified: false, dryRun: false, say, ...options });
const copyOf = (backupFolder: string) => {
  const copy = folder('copy');
  cpSync(backupFolder, copy, { recursive: true });
  return copy;
};
const one = async (workplace: Workplace, sql: string) => (await workplace.query(sql))[0];

beforeAll(async () => {
  await fill(join(scratch, 'source'), { demo: false });
  source = await localWorkplace(join(scratch, 'source'), true);
  made = await backedUp(source);
  empty = await localWorkplace(join(scratch, 'empty'), false);
});
afterEach(async () => {
  for (const it of opened.splice(0)) await it.close();
  said.length = 0;
});
afterAll(async () => {
  await source.close();
  await empty.close();
  rmSync(scratch, { recursive: true });
});

describe('a backup', () => {
  it('restored into an empty place has every row and every object, under a new epoch', async () => {
    const at = folder('demo');
    await fill(at, { demo: true });
    const demo = await open(at);
    const before = await contentsOf(demo);
    const target = await open();
    await restoring(target, await backedUp(demo));
    const now = await one(target, 'SELECT epoch FROM log');
    expect(await contentsOf(target)).toEqual(restored(before, now?.['epoch']));
    expect(await one(demo, 'SELECT epoch FROM log')).not.toEqual(now);
    expect(await target.query('PRAGMA foreign_key_check')).toEqual([]);
    expect(said.join('\n')).toMatch(/Its journal agrees with its seals: \d{4,} entries\./);
    // The job's note names no journal, so that it restarts all channels.
    const note = Buffer.from((await target.bucket.get('system/journal.json')) ?? []).toString();
    expect(JSON.parse(note)).toEqual({ epoch: now?.['epoch'], entry: 0, seal: '' });
  });

  it('says what it holds, and is readable by its owner only', () => {
    const manifest = JSON.parse(readFileSync(join(made, 'manifest.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ format: 1, at: '2026-11-18T09:10:00.000Z', rows: { setup_links: 0 } });
    expect(manifest).toHaveProperty(
      'migrations',
      migrations().map(({ name }) => name),
    );
    expect(manifest).toHaveProperty('journal.entry');
    expect(statSync(made).mode & 0o077).toBe(0);
    expect(statSync(join(made, 'database.sql')).mode & 0o077).toBe(0);
    expect(statSync(join(scratch, 'empty')).mode & 0o077).toBe(0); // so is a place that a restore makes
    expect(readdirSync(made)).not.toContain('system');
  });

  it('has no statement that D1 refuses or cuts', () => {
    const statements = readFileSync(join(made, 'database.sql'), 'utf8').split(/;\n/);
    const longest = Math.max(...statements.map((statement) => Buffer.byteLength(statement)));
    expect(longest).toBeLessThan(100_000);
    expect(statements.filter((statement) => statement.includes(';'))).toEqual([]);
  });

  it('copies the database again if a photo is replaced meanwhile', async () => {
    const at = join(folder('copy'), 'source');
    cpSync(join(scratch, 'source'), at, { recursive: true });
    const place = await open(at);
    const other = '0190aaaa-0000-7000-8000-000000000002';
    let copies = 0;
    const replaced: Workplace = {
      ...place,
      async copyTo(file, into) {
        await place.copyTo(file, into);
        copies += 1;
        if (copies > 1) return;
        await place.bucket.put(`people/${person.id}/${other}`, Buffer.from('new'), 'image/png');
        await place.bucket.delete(`people/${person.id}/${person.photo}`);
        const db = new DatabaseSync(place.file);
        db.prepare('UPDATE people SET image = ? WHERE id = ?').run(other, person.id);
        db.close();
      },
    };
    const target = await open();
    await restoring(target, await backedUp(replaced));
    expect(copies).toBe(2);
    expect(await one(target, `SELECT image FROM people WHERE id = '${person.id}'`)).toEqual({ image: other });
    expect(await target.bucket.get(`people/${person.id}/${other}`)).toBeDefined();
  });

  it('that fails leaves nothing', async () => {
    const to = folder('backups');
    const broken: Workplace = {
      ...source,
      bucket: { ...source.bucket, get: () => Promise.reject(new Error('away')) },
    };
    await expect(backup({ workplace: broken, to, now: NOW, dryRun: false, say })).rejects.toThrow('away');
    expect(readdirSync(to)).toEqual([]);
  });
});

/** Changes a copy of the backup. */
const faults: [what: string, change: (at: string) => void, words: string][] = [
  [
    'a row was changed',
    (at) => {
      const file = join(at, 'database.sql');
      writeFileSync(file, readFileSync(file, 'utf8').replace('@', '+'));
    },
    'database.sql was changed',
  ],
  ['a photo is missing', (at) => rmSync(join(at, 'objects', 'people'), { recursive: true }), 'is missing'],
  [
    'a file was added',
    (at) => {
      mkdirSync(join(at, 'objects', 'people', 'x'));
      writeFileSync(join(at, 'objects', 'people', 'x', 'y'), 'z');
    },
    'objects/people/x/y was added',
  ],
  ['it has no manifest', (at) => rmSync(join(at, 'manifest.json')), 'so it is no backup'],
  [
    'a path leads out of it',
    edited((it) => it.replace('"objects/people/', '"objects/../')),
    'is not one that this Muster reads',
  ],
  [
    'it is of a newer Muster',
    edited((it) => it.replace('0001_foundation', '9001_future')),
    'this checkout does not know 9001_future.sql',
  ],
];
function edited(change: (manifest: string) => string) {
  return (at: string) => {
    const file = join(at, 'manifest.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
}

it.each(faults)('when %s, a restore says so and writes nothing', async (_, change, words) => {
  const copy = copyOf(made);
  change(copy);
  const written: string[] = [];
  const watched: Workplace = {
    ...empty,
    import: (file) => Promise.resolve(void written.push(file)),
    bucket: { ...empty.bucket, put: (key) => Promise.resolve(void written.push(key)) },
  };
  await expect(restoring(watched, copy)).rejects.toThrow(words);
  expect(written).toEqual([]);
});

describe('a changed journal', () => {
  /** Changed by somebody who also wrote its checksum anew. */
  const forged = async () => {
    const copy = copyOf(made);
    const file = join(copy, 'database.sql');
    const db = new DatabaseSync(':memory:');
    await load(db, file);
    db.exec(`UPDATE journal SET at = at + 1 WHERE id = 2`);
    rmSync(file);
    await writeSql(file, dump(db));
    const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const before = sum(readFileSync(join(made, 'database.sql')));
    edited((it) => it.replace(before, sum(readFileSync(file))))(copy);
    return copy;
  };

  it('is refused, and restored only if that is said', async () => {
    const copy = await forged();
    const target = await open();
    await expect(restoring(empty, copy)).rejects.toThrow('Entry 2 of the backup’s journal is altered');
    expect(await empty.query('SELECT name FROM sqlite_schema')).not.toContainEqual({ name: 'people' });
    await restoring(target, copy, { unverified: true });
    expect(await one(target, 'SELECT count(*) > 0 AS there FROM people')).toEqual({ there: 1 });
  });
});

describe('a workplace with data', () => {
  const used = async () => {
    const at = join(folder('place'), 'source');
    cpSync(join(scratch, 'source'), at, { recursive: true });
    const place = await open(at);
    await place.bucket.put('people/later/photo', Buffer.from('later'), 'image/png');
    await place.bucket.put(`erasures/${person.id}`, Buffer.from('{}'), undefined);
    return place;
  };

  it('is replaced only if that is said, and a dry run changes nothing', async () => {
    const place = await used();
    const before = await contentsOf(place);
    await expect(restoring(place, made)).rejects.toThrow('then give --replace');
    await restoring(place, made, { replace: true, dryRun: true });
    expect(said.join('\n')).toContain('Nothing was changed.');
    expect(await contentsOf(place)).toEqual(before);
  });

  it('does not get back a person who was erased after the backup', async () => {
    const place = await used();
    await restoring(place, made, { replace: true });
    expect(said.join('\n')).toContain('People erased again, as the list in R2 says: 1.');
    const known = await one(place, `SELECT name, email, image FROM people WHERE id = '${person.id}'`);
    expect(known).toMatchObject({ name: `Erased person ${person.id.slice(-4)}`, image: null });
    expect(await place.query(`SELECT * FROM accounts WHERE user_id = '${person.id}'`)).toEqual([]);
    const keys = (await place.bucket.list()).map(({ key }) => key);
    expect(keys).toContain(`erasures/${person.id}`);
    expect(keys.filter((key) => key.startsWith('people/'))).toEqual([]);
    // Its journal has the gaps that the erasure lists, and no others.
    const target = await open();
    await restoring(target, await backedUp(place));
    expect(said.join('\n')).toMatch(/agrees with its seals.*\n(.*\n)*.*agrees with its seals/);
  });

  it('stays as it was if the import fails, and the restore says what to do', async () => {
    const place = await used();
    const before = await place.query('SELECT * FROM people');
    const failing: Workplace = {
      ...place,
      async import(file) {
        writeFileSync(file, `${readFileSync(file, 'utf8')}\nINSERT INTO missing VALUES (1);\n`);
        await place.import(file);
      },
    };
    await expect(restoring(failing, made, { replace: true })).rejects.toThrow(
      'Run the same command again, with --replace',
    );
    expect(await place.query('SELECT * FROM people')).toEqual(before);
    expect(await place.bucket.get('people/later/photo')).toBeDefined();
  });
});

it('an older backup is migrated forward', async () => {
  const older = await open();
  const db = new DatabaseSync(older.file);
  applyTo(db, migrations().slice(0, -2));
  db.close();
  const target = await open();
  await restoring(target, await backedUp(older));
  const names = migrations().map(({ name }) => name);
  expect(said.join('\n')).toContain(`gets ${names.slice(-2).join(', ')}.`);
  expect(await target.query('SELECT name FROM d1_migrations ORDER BY id')).toEqual(
    names.map((name) => ({ name })),
  );
  const schema = "SELECT type, name FROM sqlite_schema WHERE name NOT GLOB '_cf_*' ORDER BY type, name";
  expect(await target.query(schema)).toEqual(await source.query(schema));
});

it('a dry backup writes nothing', async () => {
  const to = folder('backups');
  await backup({ workplace: source, to, now: NOW, dryRun: true, say });
  expect(said.join('\n')).toMatch(/^Would copy the database and 3 objects of /);
  expect(readdirSync(to)).toEqual([]);
});

it('a folder without a workplace is not backed up', async () => {
  await expect(localWorkplace(join(scratch, 'none'), true)).rejects.toThrow('There is no workplace in');
});
