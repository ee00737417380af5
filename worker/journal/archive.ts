/**
 * Contents older than 13 months are in R2: one file a UTC day, one line of JSON an entry. Rows and hashes stay in D1.
 */
import * as v from 'valibot';
import type { Bindings } from '../bindings';
import type { Scope } from '../scope';
import type { Contents } from './chain';

const KEPT_MONTHS = 13;
/** Entries that one run moves, and purges. A larger day takes several runs, which write to the same file. */
const AT_ONCE = 5_000;
/** Files that one run of the purge writes. */
const FILES_AT_ONCE = 20;
/** Every run that may have read contents before they were erased has ended by then. */
const SETTLED_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** Actions whose contents are read again at any age. They are few, and hold no personal data. */
const READ_AGAIN = [
  'course.set',
  'group.set',
  'package.created',
  'person.erased',
  'product.created',
  'stock.adjusted',
];

/** One day's contents by entry, and the version of the file that was read. */
interface Day {
  contents: Map<number, Contents>;
  version: string | undefined;
}

/** The id comes first, so that a line can be skipped without parsing it. */
const Line = v.strictObject({
  id: v.number(),
  salt: v.nullable(v.string()),
  before: v.nullable(v.string()),
  after: v.nullable(v.string()),
});
type Line = v.InferOutput<typeof Line>;

const idOf = (line: string): number => Number(line.slice('{"id":'.length, line.indexOf(',')));

/** @param at UTC epoch milliseconds @returns the UTC date that names the file */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const keyOf = (day: string): string => `journal/${day}.jsonl`;

/** @param named the entries to parse; all if left out */
export async function archivedDay(
  { PHOTOS }: Pick<Bindings, 'PHOTOS'>,
  day: string,
  named?: ReadonlySet<number>,
): Promise<Day> {
  const object = await PHOTOS.get(keyOf(day));
  const all = object ? (await object.text()).split('\n').filter((line) => line !== '') : [];
  const lines = named ? all.filter((line) => named.has(idOf(line))) : all;
  const contents = lines.map((line) => {
    const { id, salt, before, after } = v.parse(Line, JSON.parse(line));
    return [id, { salt, before, after }] as const;
  });
  return { contents: new Map(contents), version: object?.etag };
}

/** @returns false if another run has written the file since it was read */
async function store(
  { PHOTOS }: Pick<Bindings, 'PHOTOS'>,
  day: string,
  { contents, version }: Day,
): Promise<boolean> {
  const lines = [...contents].map(
    ([id, { salt, before, after }]) => `${JSON.stringify({ id, salt, before, after } satisfies Line)}\n`,
  );
  const written = await PHOTOS.put(keyOf(day), lines.join(''), {
    onlyIf: version === undefined ? { etagDoesNotMatch: '*' } : { etagMatches: version },
    httpMetadata: { contentType: 'application/jsonl' },
  });
  return written !== null;
}

/** @returns the start of the first UTC day that stays in D1 */
function keptFrom(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - KEPT_MONTHS, date.getUTCDate());
}

/** Moves the sealed contents of the oldest day to R2. A run that fails between both leaves them in both, and runs again. */
export async function archiveJournal(scope: Scope): Promise<void> {
  const { d1 } = scope;
  const { at } =
    (await d1
      .prepare(
        `SELECT min(at) AS at FROM journal
         WHERE at >= coalesce((SELECT until FROM progress WHERE job = 'archive'), 0) AND at < ?1`,
      )
      .bind(keptFrom(scope.now()))
      .first<{ at: number | null }>()) ?? {};
  if (at === undefined || at === null) return;
  const day = dayOf(at);
  const next = Date.parse(day) + DAY_MS;
  const { results } = await d1
    .prepare(
      `SELECT journal.id, salt, before, after FROM journal JOIN seals ON seals.entry = journal.id
       WHERE at >= ?1 AND at < ?2 AND NOT archived AND (before IS NOT NULL OR after IS NOT NULL)
         AND action NOT IN (SELECT value FROM json_each(?3))
       ORDER BY journal.id LIMIT ${AT_ONCE}`,
    )
    .bind(at, next, JSON.stringify(READ_AGAIN))
    .all<Line>();
  if (results.length > 0 && !(await move(scope, day, results))) return;
  if (results.length === AT_ONCE) return;
  await d1
    .prepare(
      `INSERT INTO progress (job, until) VALUES ('archive', ?1)
       ON CONFLICT (job) DO UPDATE SET until = max(until, excluded.until)`,
    )
    .bind(next)
    .run();
}

async function move({ d1, env }: Scope, day: string, lines: readonly Line[]): Promise<boolean> {
  const file = await archivedDay(env, day);
  for (const { id, salt, before, after } of lines) file.contents.set(id, { salt, before, after });
  if (!(await store(env, day, file))) return false;
  const ids = JSON.stringify(lines.map(({ id }) => id));
  const named = 'IN (SELECT value FROM json_each(?1))';
  await d1.batch([
    d1.prepare(`UPDATE journal SET before = NULL, after = NULL WHERE id ${named}`).bind(ids),
    d1.prepare(`UPDATE seals SET salt = NULL, archived = 1 WHERE entry ${named}`).bind(ids),
  ]);
  return true;
}

/** Deletes erased contents from R2. Also where D1 does not name them as archived: it may have been restored. */
export async function purgeErased(scope: Scope): Promise<void> {
  const { d1, env } = scope;
  const { results } = await d1
    .prepare(
      `SELECT erased_entries.entry, journal.at FROM erased_entries JOIN journal ON journal.id = erased_entries.entry
       JOIN journal AS erasure ON erasure.id = erased_entries.erasure
       WHERE purged = 0 AND erasure.at < ?1 ORDER BY erased_entries.entry LIMIT ${AT_ONCE}`,
    )
    .bind(scope.now() - SETTLED_MS)
    .all<{ entry: number; at: number }>();
  const archivedBefore = keptFrom(scope.now());
  const days = new Map<string, number[]>();
  const done: number[] = [];
  for (const { entry, at } of results) {
    if (at >= archivedBefore) done.push(entry);
    else days.set(dayOf(at), [...(days.get(dayOf(at)) ?? []), entry]);
  }
  for (const [day, entries] of [...days].slice(0, FILES_AT_ONCE)) {
    const file = await archivedDay(env, day);
    const found = entries.filter((entry) => file.contents.delete(entry));
    if (found.length === 0 || (await store(env, day, file))) done.push(...entries);
  }
  if (done.length === 0) return;
  await d1
    .prepare('UPDATE erased_entries SET purged = 1 WHERE entry IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(done))
    .run();
}
