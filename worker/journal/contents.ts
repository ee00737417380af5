/** Reads contents wherever they are, and drops those of an erased person. */
import type { Bindings } from '../bindings';
import { type Query, query, rowsOf } from '../db/queries';
import type { Scope } from '../scope';
import { archivedDay, dayOf } from './archive';
import type { Contents } from './chain';

/** Files in memory at a time, and files that one request reads: a quiet workplace has few entries a day. */
const READ_AT_ONCE = 6;
const FILES_A_REQUEST = 20;
const EXPORTED_AT_ONCE = 500;

/** Where an entry's contents are. */
export interface Placed {
  id: number;
  at: number;
  archived: number | null;
  /** The `person.erased` that lists it, if any. */
  erasure: number | null;
  before: string | null;
  after: string | null;
}

/** The first rows, whose contents are in as many files as a request reads. */
export function withinFiles<Row extends { at: number | null; archived: number | null }>(
  rows: readonly Row[],
): readonly Row[] {
  const days = new Set<string>();
  const end = rows.findIndex(({ at, archived }) => {
    if (archived === 1 && at !== null) days.add(dayOf(at));
    return days.size > FILES_A_REQUEST;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** The entries with the contents that are in R2. Each day's file is read once, a few files at a time. */
export async function withArchived<Row extends Placed>(env: Bindings, rows: readonly Row[]): Promise<Row[]> {
  const away = rows.filter(({ archived, erasure }) => archived === 1 && erasure === null);
  const contents = await archivedContents(env, away);
  return rows.map((row) => {
    const its = contents.get(row.id);
    return its ? { ...row, before: its.before, after: its.after } : row;
  });
}

/** Contents by entry. */
export async function archivedContents(
  env: Bindings,
  entries: readonly { id: number; at: number }[],
): Promise<Map<number, Contents>> {
  const days = [...Map.groupBy(entries, ({ at }) => dayOf(at))];
  const all = new Map<number, Contents>();
  while (days.length > 0) {
    const reading = days
      .splice(0, READ_AT_ONCE)
      .map(([day, its]) => archivedDay(env, day, new Set(its.map(({ id }) => id))));
    for (const { contents } of await Promise.all(reading)) for (const [id, its] of contents) all.set(id, its);
  }
  return all;
}

type Listed = Placed & { action: string; subject: string };

/** These entries with their contents, a few at a time. */
export async function* entriesOf({ d1, env }: Scope, ids: readonly number[]): AsyncGenerator {
  for (let from = 0; from < ids.length; from += EXPORTED_AT_ONCE) {
    const result = await d1
      .prepare(
        `SELECT journal.id, journal.at, action, subject, before, after, archived, erasure FROM journal
         LEFT JOIN seals ON seals.entry = journal.id LEFT JOIN erased_entries ON erased_entries.entry = journal.id
         WHERE journal.id IN (SELECT value FROM json_each(?1)) ORDER BY journal.id`,
      )
      .bind(JSON.stringify(ids.slice(from, from + EXPORTED_AT_ONCE)))
      .all();
    for (const { id, at, action, subject, before, after } of await withArchived(env, rowsOf<Listed>(result)))
      yield { id, at, action, subject, before: parsed(before), after: parsed(after) };
  }
}

/** The contents as they were before they became text. */
export const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

/** Drops the contents of the entries that the newest journal entry, a `person.erased`, lists. */
export const dropContents = (): Query[] => [
  query(
    `INSERT INTO erased_entries (entry, erasure) SELECT value, journal.id FROM journal, json_each(journal.after, '$.entries')
     WHERE journal.id = last_insert_rowid() AND action = 'person.erased' ON CONFLICT DO NOTHING`,
  ),
  query(
    `UPDATE journal SET before = NULL, after = NULL
     WHERE id IN (SELECT value FROM journal AS erasure, json_each(erasure.after, '$.entries') WHERE erasure.id = last_insert_rowid())`,
  ),
  query(
    `UPDATE seals SET salt = NULL
     WHERE entry IN (SELECT value FROM journal AS erasure, json_each(erasure.after, '$.entries') WHERE erasure.id = last_insert_rowid())`,
  ),
];
