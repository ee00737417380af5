/** Verifies the journal in steps: the chain, and the contents in D1 and in R2. */
import * as v from 'valibot';
import { rowsOf } from '../db/queries';
import type { Broken, Verification } from '../contract/journal/journal';
import type { Scope } from '../scope';
import { contentHash, type Contents, ENTRY, type Entry, plainSealOf, sealOf } from './chain';
import { archivedContents, withinFiles } from './contents';

const VERIFIED_AT_ONCE = 2_000;

/** An entry and its seal; either may be missing. */
type Sealed = {
  entry: number;
  hash: string | null;
  content: string | null;
  salt: string | null;
  archived: number | null;
  erasure: number | null;
} & (Entry | { [K in keyof Entry]: null });
type Whole = Extract<Sealed, Entry>;

/** The part of a `person.erased` that Verify reads. */
const Erasure = v.looseObject({ entries: v.array(v.number()) });

/** What a step knows besides its rows. */
interface Known {
  archive: ReadonlyMap<number, Contents>;
  /** The entries that each `person.erased` lists. */
  lists: ReadonlyMap<number, ReadonlySet<number>>;
}

/**
 * Checks the entries after a verified one, and names the first that differs from its seal. Contents may be missing only if an
 * unchanged `person.erased` lists the entry.
 * @param from a verified entry and its seal; 0 and `GENESIS` at first
 */
export async function verifyJournal(
  { d1, env }: Scope,
  from: { after: number; hash: string },
): Promise<Verification> {
  const [found, waiting, last] = await d1.batch([
    d1
      .prepare(
        `SELECT ids.id AS entry, seals.hash, content, salt, archived, erasure, ${ENTRY} FROM (
           SELECT entry AS id FROM seals WHERE entry > ?1
           UNION SELECT id FROM journal WHERE id > ?1 AND id <= (SELECT max(entry) FROM seals)
           ORDER BY 1 LIMIT ${VERIFIED_AT_ONCE}) AS ids
         LEFT JOIN seals ON seals.entry = ids.id LEFT JOIN journal ON journal.id = ids.id
         LEFT JOIN erased_entries ON erased_entries.entry = ids.id ORDER BY ids.id`,
      )
      .bind(from.after),
    d1.prepare(
      'SELECT count(*) AS count FROM journal WHERE id > coalesce((SELECT max(entry) FROM seals), 0)',
    ),
    d1.prepare('SELECT coalesce(max(entry), 0) AS entry FROM seals'),
  ]);
  const sealedTo = rowsOf<{ entry: number }>(last)[0]?.entry ?? 0;
  const rows = withinFiles(rowsOf<Sealed>(found));
  const archived = rows.flatMap((row) => (row.archived === 1 && row.id !== null ? [row] : []));
  const known = { archive: await archivedContents(env, archived), lists: await listsOf(d1, rows, sealedTo) };
  let { hash } = from;
  let [checked, through] = [0, from.after];
  let broken: Broken | null = null;
  for (const row of rows) {
    broken = await brokenBy(hash, row, known);
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
    more: broken === null && through < sealedTo,
    waiting: rowsOf<{ count: number }>(waiting)[0]?.count ?? 0,
  };
}

/** Of the erasures that these rows name. One that is sealed must be as it was sealed; one that waits is verified later. */
async function listsOf(d1: D1Database, rows: readonly Sealed[], sealedTo: number): Promise<Known['lists']> {
  const named = new Set(rows.flatMap(({ erasure }) => (erasure === null ? [] : [erasure])));
  if (named.size === 0) return new Map();
  const { results } = await d1
    .prepare(
      `SELECT id, before, after, salt, content FROM journal LEFT JOIN seals ON seals.entry = journal.id
       WHERE id IN (SELECT value FROM json_each(?1)) AND action = 'person.erased'`,
    )
    .bind(JSON.stringify([...named]))
    .all<Contents & { id: number; content: string | null }>();
  const lists = new Map<number, ReadonlySet<number>>();
  for (const { id, content, ...contents } of results) {
    const unchanged = id > sealedTo || (await contentHash(contents)) === content;
    if (!unchanged || contents.after === null) continue;
    const list = v.safeParse(Erasure, JSON.parse(contents.after));
    if (list.success) lists.set(id, new Set(list.output.entries));
  }
  return lists;
}

async function brokenBy(previous: string, row: Sealed, known: Known): Promise<Broken | null> {
  if (row.id === null) return { entry: row.entry, what: 'missing' };
  if (row.hash === null) return { entry: row.entry, what: 'inserted' };
  const contents = row.archived === 1 ? known.archive.get(row.id) : row;
  const right = contents !== undefined && (await matches(previous, row, contents));
  if (right) return null;
  const erased = row.erasure !== null && known.lists.get(row.erasure)?.has(row.id) === true;
  const empty = row.before === null && row.after === null;
  if (erased && empty && (await matchesWithout(previous, row))) return null;
  return { entry: row.entry, what: contents === undefined ? 'missing' : 'altered' };
}

async function matches(previous: string, row: Whole, { salt, before, after }: Contents): Promise<boolean> {
  if (row.content === null) return (await plainSealOf(previous, { ...row, before, after })) === row.hash;
  const same = (await contentHash({ salt, before, after })) === row.content;
  return same && (await sealOf(previous, row, row.content)) === row.hash;
}

/** The seal without its contents. A seal from before contents had a hash of their own cannot be computed: the next one covers it. */
const matchesWithout = async (previous: string, row: Whole): Promise<boolean> =>
  row.content === null || (await sealOf(previous, row, row.content)) === row.hash;
