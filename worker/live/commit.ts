/**
 * The one way anything changes: ONE D1 batch writes the row, proves by a journal entry that the write changed something, stores
 * the request's key, and gives each event its channel's next number. Events are published after the commit only, and can be
 * read again from the log.
 */
import { namesActor } from '../contract/channels';
import type { ProblemCode } from '../contract/errors';
import type { Publication } from '../contract/events';
import type { Receipt } from '../contract/receipts';
import type { Envelope } from '../contract/wire';
import { Batch, type Query, query } from '../db/queries';
import { answered } from './answers';
import type { Delivery } from './delivery';

/** A guarded write, which must change exactly one row, and its journal entry. */
export interface Change extends Entry {
  write: Query;
  action: string;
  /** The entries of the other rows, if one statement changes many: it must change exactly as many rows as it has entries. */
  more?: readonly Entry[] | undefined;
  /** If it does not hold, the whole batch is undone. */
  onlyIf?: Condition | undefined;
}

/** An SQL expression in which `?7` is the value, and the refusal if it does not hold. */
export interface Condition {
  sql: string;
  value: string;
  otherwise: ProblemCode;
}

export interface Entry {
  /** `slice/id`: clients make ids, so only the slice's name tells two kinds apart. */
  subject: string;
  before: unknown;
  after: unknown;
}

export interface Commit {
  /** The person's id; null for the system. */
  by: string | null;
  /** UTC epoch milliseconds. */
  at: number;
  /** The request's key and a hash of the request. */
  key?: Key | undefined;
  /** At least one; the last one's `after` is the answer. */
  changes: readonly Change[];
  publish: readonly Publication[];
  /** Unguarded writes without a journal entry, such as a notification's row. What they return goes to `afterCommit` (scope.ts). */
  also?: readonly Query[] | undefined;
}

export interface Key {
  value: string;
  fingerprint: string;
}

/** The journal entry that answers a request, also when it is repeated. */
export interface Answer {
  after: unknown;
  receipt: Receipt;
}

/**
 * - `committed`: deliver the events.
 * - `repeated`: the key took effect before; the deliveries carry heads only, in case the first ones were lost.
 * - `refused`: a guard or a unique rule refused; nothing was written.
 * - `key_reused`: the key took effect for another request; nothing was written.
 * - `unknown`: D1 failed and does not know the key; the same request may be sent again.
 */
export type Outcome =
  | { kind: 'committed'; answer: Answer; deliveries: Delivery[]; returned: unknown[] }
  | { kind: 'repeated'; answer: Answer; deliveries: Delivery[] }
  | { kind: 'refused' | 'key_reused' }
  | { kind: 'unknown'; error: unknown };

export async function commit(db: D1Database, it: Commit): Promise<Outcome> {
  try {
    const { batch, last, numbers, more } = batched(db, it);
    const results = await batch.run();
    const entry = last?.(results).at(-1)?.entry;
    if (entry === undefined) throw new Error('a commit has at least one change');
    const answer = { after: it.changes.at(-1)?.after, receipt: { entry, at: it.at } };
    const returned = more.flatMap((rows) => rows(results));
    return { kind: 'committed', answer, deliveries: deliveriesOf(it, entry, numbers(results)), returned };
  } catch (error) {
    // The batch failed before its commit, or its answer was lost after it. The key tells which.
    const earlier =
      it.key && it.by !== null ? await answered(db, it.by, it.key).catch(() => undefined) : undefined;
    if (earlier) return earlier;
    return isRefusal(error) ? { kind: 'refused' } : { kind: 'unknown', error };
  }
}

/** The first condition that does not hold, if any: the reason of a refused commit. */
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

/** The order of the statements matters: `changes()` and `last_insert_rowid()` refer to the statement before. */
function batched(db: D1Database, { by, at, key, changes, publish, also = [] }: Commit) {
  const batch = new Batch(db);
  const entries = changes.map((change) => {
    batch.write(change.write);
    // changes() counts the write before it: a guard that matched no row fails the CHECK and undoes the batch.
    return batch.rows<{ entry: number }>(
      change.more?.length ? journalMany(by, at, change) : journalOne(by, at, change),
    );
  });
  // From here last_insert_rowid() is the journal entry: the tables below have no rowid.
  const channels = [...new Set(publish.map(({ channel }) => channel))];
  if (key)
    batch.write(
      query(
        `INSERT INTO idempotency (actor, key, fingerprint, entry, at, channels)
         VALUES (?1, ?2, ?3, last_insert_rowid(), ?4, ?5)`,
        [by, key.value, key.fingerprint, at, JSON.stringify(channels)],
      ),
    );
  const events = numbered(publish, by);
  batch.write(
    query(
      `INSERT INTO heads (channel, seq)
       SELECT value ->> 'channel', count(*) FROM json_each(?1) GROUP BY 1
       ON CONFLICT (channel) DO UPDATE SET seq = seq + excluded.seq`,
      [events],
    ),
  );
  const numbers = batch.rows<Numbered>(
    query(
      `INSERT INTO events (channel, seq, entry, type, at, by, data)
       SELECT heads.channel, heads.seq - (value ->> 'after'), last_insert_rowid(), value ->> 'type', ?2, value ->> 'by', value -> 'data'
       FROM json_each(?1) JOIN heads ON heads.channel = value ->> 'channel'
       RETURNING channel, seq, (SELECT epoch FROM log) AS epoch`,
      [events, at],
    ),
  );
  const more = also.map((write) => batch.rows<unknown>(write));
  return { batch, last: entries.at(-1), numbers, more };
}

const journalOne = (
  by: string | null,
  at: number,
  { action, subject, before, after, onlyIf }: Change,
): Query =>
  query(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(${onlyIf?.sql ?? '?7 IS NULL'}, changes(), 0)) RETURNING id AS entry`,
    [at, by, action, subject, json(before), json(after), onlyIf?.value ?? null],
  );

const journalMany = (by: string | null, at: number, { action, more = [], onlyIf, ...own }: Change): Query =>
  query(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT ?1, ?2, ?3, value ->> 'subject', value ->> 'before', value ->> 'after',
       changes() = json_array_length(?4) AND ${onlyIf?.sql ?? '?7 IS NULL'}
     FROM json_each(?4) WHERE true RETURNING id AS entry`,
    [at, by, action, JSON.stringify([...more, own].map(textOf)), null, null, onlyIf?.value ?? null],
  );

interface Numbered {
  channel: string;
  seq: number;
  epoch: string;
}

/** The publications as JSON rows. An event's number is the new head minus the count of later events of its channel (`after`). */
function numbered(publish: readonly Publication[], by: string | null): string {
  return JSON.stringify(
    publish.map((it, index) => ({
      ...it,
      by: namesActor(it.channel) ? by : null,
      after: publish.slice(index + 1).filter(({ channel }) => channel === it.channel).length,
    })),
  );
}

function deliveriesOf({ by, at, publish }: Commit, entry: number, numbers: readonly Numbered[]): Delivery[] {
  const deliveries = new Map<string, Delivery>();
  for (const { channel, type, data } of publish) {
    const mine = numbers.filter((row) => row.channel === channel).sort((a, b) => a.seq - b.seq);
    const last = mine.at(-1);
    const delivery = deliveries.get(channel) ?? {
      channel,
      epoch: last?.epoch ?? '',
      head: last?.seq ?? 0,
      events: [],
    };
    const seq = mine[delivery.events.length]?.seq;
    if (seq === undefined) throw new Error(`an event of ${channel} got no number`);
    const envelope: Envelope = { seq, entry, type, at, by: namesActor(channel) ? by : null, data };
    delivery.events.push(envelope);
    deliveries.set(channel, delivery);
  }
  return [...deliveries.values()];
}

/** An entry as a JSON row: the journal stores `before` and `after` as text. */
const textOf = ({ subject, before, after }: Entry) => ({
  subject,
  before: json(before),
  after: json(after),
});

const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** D1 names a violated constraint only in the error's text. The guard is a CHECK; a second open record violates a UNIQUE. */
function isRefusal(error: unknown): boolean {
  return /(CHECK|UNIQUE|PRIMARY KEY) constraint failed|SQLITE_CONSTRAINT/.test(String(error));
}
