/**
 * The one way anything changes: ONE D1 batch writes the row, proves by a journal entry that the write changed something,
 * remembers the request's key, and gives each event its channel's next number. Nothing is told before it is committed,
 * and whatever is committed can be told again from the log.
 */
import { tellsWhom } from '../contract/channels';
import type { ProblemCode } from '../contract/errors';
import type { Publication } from '../contract/events';
import type { Receipt } from '../contract/receipts';
import type { Envelope } from '../contract/wire';
import { Batch } from '../db/batch';
import { type Query, query } from '../db/client';
import type { News } from './hand-over';

/** A guarded write (it must change exactly one row) and what the journal says of it. Every change has its own entry. */
export interface Change extends Entry {
  write: Query;
  action: string;
  /** Where one statement changes many rows: what the others' entries say. It must change exactly as many rows as it has entries. */
  more?: readonly Entry[] | undefined;
  /** What else must hold, whatever the write itself says: else nothing is written at all. */
  onlyIf?: Condition | undefined;
}

/** An SQL expression in which `?7` is the value, and why a request is refused where it does not hold. */
export interface Condition {
  sql: string;
  value: string;
  otherwise: ProblemCode;
}

export interface Entry {
  /** What changed, as `slice/id`: ids are made by clients, so only the slice's name keeps two kinds apart. */
  subject: string;
  before: unknown;
  after: unknown;
}

export interface Commit {
  /** Who did it; null for the system itself. */
  by: string | null;
  /** UTC epoch milliseconds. */
  at: number;
  /** The request's key and a hash of what it asked; a key takes effect once. */
  key?: Key | undefined;
  /** At least one; the last one's `after` is the answer. */
  changes: readonly Change[];
  publish: readonly Publication[];
  /** Further writes that come with it, unguarded and without an entry of their own, such as a notification's row. */
  also?: readonly Query[] | undefined;
}

export interface Key {
  value: string;
  fingerprint: string;
}

/** The journal entry that answers a request, now or when it is asked again. */
export interface Answer {
  after: unknown;
  receipt: Receipt;
}

/**
 * - `committed`: it is true now; hand `news` over.
 * - `repeated`: this key had taken effect before; `news` carries heads only, in case the first hand-over was lost.
 * - `refused`: a guard matched nothing or a unique rule stood in the way; nothing was written.
 * - `key_reused`: this key had taken effect for another request; nothing was written.
 * - `unknown`: D1 failed and does not know the key; the same request may be sent again.
 */
export type Outcome =
  | { kind: 'committed' | 'repeated'; answer: Answer; news: News[] }
  | { kind: 'refused' | 'key_reused' }
  | { kind: 'unknown'; error: unknown };

export async function commit(db: D1Database, it: Commit): Promise<Outcome> {
  try {
    const { batch, last, numbers } = batched(db, it);
    const results = await batch.run();
    const entry = last?.(results).at(-1)?.entry;
    if (entry === undefined) throw new Error('a commit has at least one change');
    const answer = { after: it.changes.at(-1)?.after, receipt: { entry, at: it.at } };
    return { kind: 'committed', answer, news: deliveries(it, entry, numbers(results)) };
  } catch (error) {
    // The batch may have failed before its commit, or its answer may have been lost after it. The key knows.
    const earlier =
      it.key && it.by !== null ? await answered(db, it.by, it.key).catch(() => undefined) : undefined;
    if (earlier) return earlier;
    return isRefusal(error) ? { kind: 'refused' } : { kind: 'unknown', error };
  }
}

/** Which of the changes' conditions does not hold, if one does not: why a commit was refused. */
export async function unmet(
  db: D1Database,
  changes: readonly Pick<Change, 'onlyIf'>[],
): Promise<Condition | undefined> {
  const conditions = changes.flatMap(({ onlyIf }) => (onlyIf ? [onlyIf] : []));
  if (conditions.length === 0) return undefined;
  const results = await db.batch<{ holds: number }>(
    conditions.map(({ sql, value }) => db.prepare(`SELECT ${sql.replace('?7', '?1')} AS holds`).bind(value)),
  );
  return conditions.find((_, index) => results[index]?.results[0]?.holds !== 1);
}

/** Spends the key on a subject's first journal entry of an action, unless it is spent already, and answers with what it is spent on. */
export async function answerWith(
  db: D1Database,
  {
    by,
    at,
    key,
    subject,
    action,
  }: { by: string; at: number; key: Key | undefined; subject: string; action: string },
): Promise<Outcome> {
  const entry = await db
    .prepare(
      'SELECT id AS entry, at, after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id LIMIT 1',
    )
    .bind(subject, action)
    .first<{ entry: number; at: number; after: string }>();
  if (!entry) return { kind: 'refused' };
  if (key) {
    await db
      .prepare(
        `INSERT INTO idempotency (actor, key, fingerprint, entry, at, channels) VALUES (?1, ?2, ?3, ?4, ?5, '[]')
         ON CONFLICT DO NOTHING`,
      )
      .bind(by, key.value, key.fingerprint, entry.entry, at)
      .run();
    const spent = await answered(db, by, key);
    if (spent) return spent;
  }
  const receipt = { entry: entry.entry, at: entry.at };
  return { kind: 'repeated', answer: { after: JSON.parse(entry.after) as unknown, receipt }, news: [] };
}

/** What this key was answered before, if it was. */
export async function answered(db: D1Database, by: string, key: Key): Promise<Outcome | undefined> {
  const { results } = await db
    .prepare(
      `SELECT i.fingerprint, j.id AS entry, j.at, j.after, names.value AS channel, heads.seq AS head, (SELECT epoch FROM log) AS epoch
       FROM idempotency AS i JOIN journal AS j ON j.id = i.entry
       LEFT JOIN json_each(i.channels) AS names LEFT JOIN heads ON heads.channel = names.value
       WHERE i.actor = ?1 AND i.key = ?2`,
    )
    .bind(by, key.value)
    .all<{
      fingerprint: string;
      entry: number;
      at: number;
      after: string;
      channel: News['channel'] | null;
      head: number;
      epoch: string;
    }>();
  const [first] = results;
  if (!first) return undefined;
  if (first.fingerprint !== key.fingerprint) return { kind: 'key_reused' };
  const news = results.flatMap(({ channel, epoch, head }) =>
    channel ? [{ channel, epoch, head, events: [] }] : [],
  );
  return {
    kind: 'repeated',
    answer: { after: JSON.parse(first.after) as unknown, receipt: { entry: first.entry, at: first.at } },
    news,
  };
}

/** The batch in the order that counts, and how its answer is read. */
function batched(db: D1Database, { by, at, key, changes, publish, also = [] }: Commit) {
  const batch = new Batch(db);
  const entries = changes.map((change) => {
    batch.write(change.write);
    // changes() is of the write just before: a guard that matched too little fails the CHECK and undoes the batch.
    return batch.rows<{ entry: number }>(
      change.more?.length ? journalMany(by, at, change) : journalOne(by, at, change),
    );
  });
  // From here on last_insert_rowid() is the journal entry: the tables below have no rowid.
  const channels = [...new Set(publish.map(({ channel }) => channel))];
  if (key)
    batch.write(
      query(
        `INSERT INTO idempotency (actor, key, fingerprint, entry, at, channels)
         VALUES (?1, ?2, ?3, last_insert_rowid(), ?4, ?5)`,
        ...[by, key.value, key.fingerprint, at, JSON.stringify(channels)],
      ),
    );
  const events = numbered(publish, by);
  batch.write(
    query(
      `INSERT INTO heads (channel, seq)
       SELECT value ->> 'channel', count(*) FROM json_each(?1) GROUP BY 1
       ON CONFLICT (channel) DO UPDATE SET seq = seq + excluded.seq`,
      events,
    ),
  );
  const numbers = batch.rows<Numbered>(
    query(
      `INSERT INTO events (channel, seq, entry, type, at, by, data)
       SELECT heads.channel, heads.seq - (value ->> 'after'), last_insert_rowid(), value ->> 'type', ?2, value ->> 'by', value -> 'data'
       FROM json_each(?1) JOIN heads ON heads.channel = value ->> 'channel'
       RETURNING channel, seq, (SELECT epoch FROM log) AS epoch`,
      ...[events, at],
    ),
  );
  for (const write of also) batch.write(write);
  return { batch, last: entries.at(-1), numbers };
}

const journalOne = (
  by: string | null,
  at: number,
  { action, subject, before, after, onlyIf }: Change,
): Query =>
  query(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(${onlyIf?.sql ?? '?7 IS NULL'}, changes(), 0)) RETURNING id AS entry`,
    ...[at, by, action, subject, json(before), json(after), onlyIf?.value ?? null],
  );

/** The write must have changed as many rows as there are entries. */
const journalMany = (by: string | null, at: number, { action, more = [], onlyIf, ...own }: Change): Query =>
  query(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT ?1, ?2, ?3, value ->> 'subject', value ->> 'before', value ->> 'after',
       changes() = json_array_length(?4) AND ${onlyIf?.sql ?? '?7 IS NULL'}
     FROM json_each(?4) WHERE true RETURNING id AS entry`,
    ...[at, by, action, JSON.stringify([...more, own].map(written)), null, null, onlyIf?.value ?? null],
  );

interface Numbered {
  channel: string;
  seq: number;
  epoch: string;
}

/** The publications as JSON rows, each knowing how many of its channel come after it: its number is the new head less those. */
function numbered(publish: readonly Publication[], by: string | null): string {
  return JSON.stringify(
    publish.map((it, index) => ({
      ...it,
      by: tellsWhom(it.channel) ? by : null,
      after: publish.slice(index + 1).filter(({ channel }) => channel === it.channel).length,
    })),
  );
}

/** The events as the channels' objects get them, with the numbers that the batch returned. */
function deliveries({ by, at, publish }: Commit, entry: number, numbers: readonly Numbered[]): News[] {
  const news = new Map<string, News>();
  for (const { channel, type, data } of publish) {
    const mine = numbers.filter((row) => row.channel === channel).sort((a, b) => a.seq - b.seq);
    const last = mine.at(-1);
    const delivery: News = news.get(channel) ?? {
      channel,
      epoch: last?.epoch ?? '',
      head: last?.seq ?? 0,
      events: [],
    };
    const seq = mine[delivery.events.length]?.seq;
    if (seq === undefined) throw new Error(`an event of ${channel} got no number`);
    const envelope: Envelope = { seq, entry, type, at, by: tellsWhom(channel) ? by : null, data };
    delivery.events.push(envelope);
    news.set(channel, delivery);
  }
  return [...news.values()];
}

/** As one of many rows of JSON, in which what the journal keeps is text. */
const written = ({ subject, before, after }: Entry) => ({
  subject,
  before: json(before),
  after: json(after),
});

const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** D1 tells a broken rule only in the error's text. Our guard is a CHECK, a second open record a UNIQUE. */
function isRefusal(error: unknown): boolean {
  return /(CHECK|UNIQUE|PRIMARY KEY) constraint failed|SQLITE_CONSTRAINT/.test(String(error));
}
