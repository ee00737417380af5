/**
 * The journal's hash chain. Each seal hashes the previous seal and its entry, so a changed, removed or inserted entry breaks
 * every later seal. A person who recomputes them all is detected by a copy of the latest seal kept elsewhere.
 */
import { rowsOf } from '../db/queries';
import type { Broken, Verification } from '../contract/journal/journal';
import { sha256 } from '../contract/secrets';
import type { Scope } from '../scope';

/** The seal before the first entry. */
export const GENESIS = '0'.repeat(64);
/** Entries sealed by one run of the job, and checked in one step of verifying. */
const SEALED_AT_ONCE = 500;
const VERIFIED_AT_ONCE = 2_000;

/** The raw columns, hashed in this order. */
interface Entry {
  id: number;
  at: number;
  actor: string | null;
  action: string;
  subject: string;
  before: string | null;
  after: string | null;
}

const ENTRY = 'journal.id, journal.at, actor, action, subject, before, after';

/**
 * Seals unsealed entries, oldest first. Numbers follow the order of commits, so no entry appears before an existing one. Two
 * simultaneous jobs compute the same seals; the second writes nothing.
 */
export async function sealJournal({ d1 }: Scope): Promise<void> {
  const last = await latestSeal(d1);
  const { results } = await d1
    .prepare(`SELECT ${ENTRY} FROM journal WHERE id > ?1 ORDER BY id LIMIT ${SEALED_AT_ONCE}`)
    .bind(last?.entry ?? 0)
    .all<Entry>();
  let hash = last?.hash ?? GENESIS;
  const seals: { entry: number; hash: string }[] = [];
  for (const entry of results) {
    hash = await sealOf(hash, entry);
    seals.push({ entry: entry.id, hash });
  }
  if (seals.length === 0) return;
  // Requires the seal that was read: if another job was faster, the next run continues from there.
  await d1
    .prepare(
      `INSERT INTO seals (entry, hash) SELECT value ->> 'entry', value ->> 'hash' FROM json_each(?1)
       WHERE (SELECT max(entry) FROM seals) IS ?2 ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(seals), last?.entry ?? null)
    .run();
}

export const latestSeal = (d1: D1Database): Promise<{ entry: number; hash: string } | null> =>
  d1.prepare('SELECT entry, hash FROM seals ORDER BY entry DESC LIMIT 1').first();

/**
 * Checks the entries after a verified one, and names the first that differs from its seal.
 * @param from a verified entry and its seal; 0 and `GENESIS` at first
 */
export async function verifyJournal(
  { d1 }: Scope,
  from: { after: number; hash: string },
): Promise<Verification> {
  const [rows, waiting, last] = await d1.batch([
    d1
      .prepare(
        `SELECT ids.id AS entry, seals.hash, ${ENTRY} FROM (
           SELECT entry AS id FROM seals WHERE entry > ?1
           UNION SELECT id FROM journal WHERE id > ?1 AND id <= (SELECT max(entry) FROM seals)
           ORDER BY 1 LIMIT ${VERIFIED_AT_ONCE}) AS ids
         LEFT JOIN seals ON seals.entry = ids.id LEFT JOIN journal ON journal.id = ids.id ORDER BY ids.id`,
      )
      .bind(from.after),
    d1.prepare(
      'SELECT count(*) AS count FROM journal WHERE id > coalesce((SELECT max(entry) FROM seals), 0)',
    ),
    d1.prepare('SELECT coalesce(max(entry), 0) AS entry FROM seals'),
  ]);
  let { hash } = from;
  let [checked, through] = [0, from.after];
  let broken: Broken | null = null;
  for (const row of rowsOf<Sealed>(rows)) {
    broken = await brokenBy(hash, row);
    if (broken) break;
    hash = row.hash ?? hash;
    through = row.entry;
    checked += 1;
  }
  return {
    checked,
    through,
    hash,
    broken,
    more: broken === null && through < (rowsOf<{ entry: number }>(last)[0]?.entry ?? 0),
    waiting: rowsOf<{ count: number }>(waiting)[0]?.count ?? 0,
  };
}

/** An entry and its seal; either may be missing. */
type Sealed = { entry: number; hash: string | null } & (Entry | { [K in keyof Entry]: null });

async function brokenBy(before: string, row: Sealed): Promise<Broken | null> {
  if (row.id === null) return { entry: row.entry, what: 'missing' };
  if (row.hash === null) return { entry: row.entry, what: 'inserted' };
  return (await sealOf(before, row)) === row.hash ? null : { entry: row.entry, what: 'altered' };
}

/** SHA-256 in lower-case hex of the previous seal and the entry's columns as a JSON array. */
async function sealOf(before: string, { id, at, actor, action, subject, ...change }: Entry): Promise<string> {
  const content = JSON.stringify([id, at, actor, action, subject, change.before, change.after]);
  return sha256(`${before}\n${content}`);
}
