/** A workplace on this machine with the demo, photos, a sealed journal and an archive. */
import { createHash, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { bound, bucketOf, open } from '../../scripts/backup/local.ts';
import type { Workplace } from '../../scripts/backup/workplaces.ts';
import { seed } from '../../scripts/demo/seed.ts';
import { migrate } from '../../scripts/migrate.ts';
import type { Migration } from '../../scripts/migrations.ts';
import { BATCH, databaseOf } from './seeded.ts';

const NOW = Date.parse('2026-11-18T09:10:00Z');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const person = {
  id: '0190aaaa-0000-7000-8000-100000000010',
  photo: '0190aaaa-0000-7000-8000-000000000001',
};
/** What careless SQL would break at. */
export const awkward = `one; two\r\n'three' -- "four" /* five */ 🦭`;
/** More than D1 takes in one statement. */
export const long = JSON.stringify({ entries: `${awkward}${'🦭é'.repeat(60_000)}` });
const DAY = '2025-09-01';

/** Fills an empty folder: with the demo, or with three people. */
export async function fill(folder: string, { demo }: { demo: boolean }): Promise<void> {
  const { miniflare, file } = await open(folder, { ...bound, modules: true, script: BATCH });
  const d1 = databaseOf(miniflare);
  await migrate(d1);
  if (demo) await seed(d1, { now: NOW, zone: 'Europe/Berlin' });
  const bucket = await bucketOf(miniflare);
  const db = new DatabaseSync(file);
  if (!demo) addPeople(db);
  const [first] = db.prepare(`SELECT id FROM people WHERE roles = '["employee"]' ORDER BY id`).all();
  const id = String(first?.['id']);
  db.prepare('UPDATE people SET image = ? WHERE id = ?').run(person.photo, id);
  db.prepare(`INSERT INTO holidays (date, name) VALUES ('2027-01-01', ?)`).run(awkward);
  db.exec(`
    INSERT INTO holidays (date, name) VALUES ('2027-01-02', 'one; two'), ('2027-01-03', 'one -- two');
    INSERT INTO setup_links (hash, expires_at) VALUES ('h', 1);
    INSERT INTO tries (key, count, resets_at) VALUES ('address:x', 1, 1);
    INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
      SELECT 'session', min(id), 'token', 1, 1, 1 FROM people`);
  const entry = `INSERT INTO journal (at, actor, action, subject, before, after, applied) VALUES (?, NULL, ?, ?, NULL, ?, 1)`;
  db.prepare(entry).run(NOW, 'people.imported', 'import', long);
  db.prepare(entry).run(Date.parse(DAY), 'person.updated', `people/${id}`, awkward);
  await bucket.put(`journal/${DAY}.jsonl`, sealed(db), 'application/jsonl');
  db.close();
  await bucket.put(`people/${id}/${person.photo}`, Buffer.from([0xff, 0xd8, 0, 1]), 'image/jpeg');
  await bucket.put(`erasures/0190aaaa-0000-7000-8000-00000000000e`, Buffer.from('{}'), undefined);
  await bucket.put('system/journal.json', Buffer.from('{}'), undefined);
  await miniflare.dispose();
}

/** Makes our tables, as `wrangler d1 migrations apply` does. */
export function applyTo(db: DatabaseSync, its: readonly Migration[]): void {
  db.exec('CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE)');
  for (const { name, sql } of its) {
    db.exec(sql);
    db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name);
  }
}

function addPeople(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO people (id, name, email, created_at, updated_at)
      SELECT '0190aaaa-0000-7000-8000-1000000000' || value, 'Person ' || value, value || '@example.org', 1, 1
      FROM json_each('[10, 11, 12]');
    INSERT INTO accounts (id, user_id, issuer, account_id, provider_id, password, created_at, updated_at)
      SELECT 'account-' || id, id, 'local', id, 'credential', 'a hash', 1, 1 FROM people;
    INSERT INTO journal (at, actor, action, subject, before, after, applied)
      SELECT ${String(NOW)}, id, 'person.updated', 'people/' || id, NULL, json_object('name', name), 1 FROM people`);
}

/** Seals the journal by the rule of worker/journal/chain.ts, and archives its oldest entry. @returns the archive's file */
function sealed(db: DatabaseSync): Buffer {
  let hash = '0'.repeat(64);
  let archive = '';
  db.exec('BEGIN');
  const insert = db.prepare(
    'INSERT INTO seals (entry, hash, content, salt, archived) VALUES (?, ?, ?, ?, ?)',
  );
  for (const row of db.prepare('SELECT * FROM journal ORDER BY id').all()) {
    const {
      id = null,
      at = null,
      actor = null,
      action = null,
      subject = null,
      before = null,
      after = null,
    } = row;
    const salt = randomBytes(32).toString('hex');
    const content = sha256(JSON.stringify([salt, before, after]));
    hash = sha256(JSON.stringify([hash, id, at, actor, action, subject, content]));
    const away = at === Date.parse(DAY);
    insert.run(id, hash, content, away ? null : salt, Number(away));
    if (away) archive += `${JSON.stringify({ id, salt, before, after })}\n`;
  }
  db.exec(`UPDATE journal SET after = NULL WHERE at = ${String(Date.parse(DAY))}; COMMIT`);
  return Buffer.from(archive);
}

/** All rows by table, and all objects by key, except those that a backup leaves out. */
export async function contentsOf({ query, bucket }: Workplace): Promise<Record<string, unknown>> {
  const tables = await query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*'`);
  const contents: Record<string, unknown> = {};
  for (const table of tables.map((row) => String(row['name'])))
    contents[table] = await query(`SELECT * FROM "${table}"`);
  contents['schema'] = await query(
    `SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*' ORDER BY type, name`,
  );
  contents['sqlite_sequence'] = await query('SELECT * FROM sqlite_sequence ORDER BY name');
  for (const { key, type } of await bucket.list())
    if (!key.startsWith('system/'))
      contents[key] = { type, bytes: Buffer.from((await bucket.get(key)) ?? []).toString('hex') };
  return contents;
}

/** The same with what a restore changes: nobody is signed in, and the epoch is another. */
export const restored = (contents: Record<string, unknown>, epoch: unknown): Record<string, unknown> => ({
  ...contents,
  log: [{ id: 1, epoch }],
  ...Object.fromEntries(
    ['sessions', 'setup_links', 'session_tickets', 'tries', 'verifications'].map((table) => [table, []]),
  ),
});
