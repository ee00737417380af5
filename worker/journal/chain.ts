/**
 * The journal's hash chain. Each seal hashes the previous seal, its entry and the hash of the entry's contents, so a changed,
 * removed or inserted entry breaks every later seal, while contents can move or be erased. A person who recomputes all seals is
 * detected by a copy of the latest one kept elsewhere.
 */
import { newSecret, sha256 } from '../contract/secrets';
import type { Scope } from '../scope';

/** The seal before the first entry. */
export const GENESIS = '0'.repeat(64);
/** Entries sealed by one run of the job. */
const SEALED_AT_ONCE = 500;

/** What changed, as stored, and the salt without which its hash reveals a guess. */
export interface Contents {
  salt: string | null;
  before: string | null;
  after: string | null;
}

/** The raw columns of an entry. */
export interface Entry extends Omit<Contents, 'salt'> {
  id: number;
  at: number;
  actor: string | null;
  action: string;
  subject: string;
}

export const ENTRY = 'journal.id, journal.at, actor, action, subject, before, after';

/**
 * Seals unsealed entries, oldest first. Numbers follow the order of commits, so no entry appears before an existing one. Of two
 * simultaneous jobs the second writes nothing.
 */
export async function sealJournal({ d1 }: Scope): Promise<void> {
  const last = await latestSeal(d1);
  const { results } = await d1
    .prepare(`SELECT ${ENTRY} FROM journal WHERE id > ?1 ORDER BY id LIMIT ${SEALED_AT_ONCE}`)
    .bind(last?.entry ?? 0)
    .all<Entry>();
  let hash = last?.hash ?? GENESIS;
  const seals: { entry: number; hash: string; salt: string; content: string }[] = [];
  for (const entry of results) {
    const salt = newSecret();
    const content = await contentHash({ salt, before: entry.before, after: entry.after });
    hash = await sealOf(hash, entry, content);
    seals.push({ entry: entry.id, hash, salt, content });
  }
  if (seals.length === 0) return;
  // Requires the seal that was read: if another job was faster, the next run continues from there. An entry may have been
  // erased since it was read: its salt must not be stored.
  await d1
    .prepare(
      `INSERT INTO seals (entry, hash, content, salt)
       SELECT value ->> 'entry', value ->> 'hash', value ->> 'content',
         iif(EXISTS (SELECT 1 FROM erased_entries WHERE entry = value ->> 'entry'), NULL, value ->> 'salt')
       FROM json_each(?1) WHERE (SELECT max(entry) FROM seals) IS ?2 ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(seals), last?.entry ?? null)
    .run();
}

export const latestSeal = (d1: D1Database): Promise<{ entry: number; hash: string } | null> =>
  d1.prepare('SELECT entry, hash FROM seals WHERE entry = (SELECT max(entry) FROM seals)').first();

/** SHA-256 in lower-case hex of salt, before and after as a JSON array. */
export const contentHash = ({ salt, before, after }: Contents): Promise<string> =>
  sha256(JSON.stringify([salt, before, after]));

/** SHA-256 in lower-case hex of the previous seal, the entry's columns and the hash of its contents, as a JSON array. */
export const sealOf = (
  previous: string,
  { id, at, actor, action, subject }: Omit<Entry, 'before' | 'after'>,
  content: string,
): Promise<string> => sha256(JSON.stringify([previous, id, at, actor, action, subject, content]));

/** A seal from before contents had a hash of their own. */
export const plainSealOf = (
  previous: string,
  { id, at, actor, action, subject, before, after }: Entry,
): Promise<string> =>
  sha256(`${previous}\n${JSON.stringify([id, at, actor, action, subject, before, after])}`);
