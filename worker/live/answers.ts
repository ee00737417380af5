/** The answers of earlier commits: by a request's key, and by what was done. */
import { rowsOf } from '../db/queries';
import type { Answer, Key, Outcome } from './commit';
import type { Delivery } from './delivery';

/**
 * Binds an unused key to the subject's first journal entry of the action. The answer is the entry that the key is bound to.
 * @returns `refused` if there is none, or its contents are archived or erased
 */
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
  const first = `FROM journal WHERE id = (SELECT id FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id LIMIT 1)
    AND NOT EXISTS (SELECT 1 FROM seals WHERE entry = journal.id AND archived)
    AND NOT EXISTS (SELECT 1 FROM erased_entries WHERE entry = journal.id)`;
  const [entries, bound] = await db.batch([
    db.prepare(`SELECT id AS entry, at, after ${first}`).bind(subject, action),
    ...(key
      ? [
          boundTo(db, by, key),
          db
            .prepare(
              `INSERT INTO idempotency (actor, key, fingerprint, entry, at, channels)
               SELECT ?3, ?4, ?5, id, ?6, '[]' ${first} ON CONFLICT DO NOTHING`,
            )
            .bind(subject, action, by, key.value, key.fingerprint, at),
        ]
      : []),
  ]);
  const [entry] = rowsOf<Answered>(entries);
  if (!entry) return { kind: 'refused' };
  return (
    (key && outcomeOf(rowsOf<Bound>(bound), key)) ?? {
      kind: 'repeated',
      answer: answerOf(entry),
      deliveries: [],
    }
  );
}

/** The first answer of a key that took effect before, unless it was erased. */
export async function answered(db: D1Database, by: string, key: Key): Promise<Outcome | undefined> {
  const { results } = await boundTo(db, by, key).all<Bound>();
  return outcomeOf(results, key);
}

/** A journal entry as an answer. */
interface Answered {
  entry: number;
  at: number;
  after: string;
}

/** The entry to which a key is bound, once for each of its channels. */
interface Bound extends Answered {
  fingerprint: string;
  channel: Delivery['channel'] | null;
  head: number;
  epoch: string;
}

const boundTo = (db: D1Database, by: string, key: Key): D1PreparedStatement =>
  db
    .prepare(
      `SELECT i.fingerprint, j.id AS entry, j.at, j.after, names.value AS channel, heads.seq AS head, (SELECT epoch FROM log) AS epoch
       FROM idempotency AS i JOIN journal AS j ON j.id = i.entry
       LEFT JOIN json_each(i.channels) AS names LEFT JOIN heads ON heads.channel = names.value
       WHERE i.actor = ?1 AND i.key = ?2 AND NOT EXISTS (SELECT 1 FROM erased_entries WHERE entry = i.entry)`,
    )
    .bind(by, key.value);

function outcomeOf(bound: readonly Bound[], key: Key): Outcome | undefined {
  const [first] = bound;
  if (!first) return undefined;
  if (first.fingerprint !== key.fingerprint) return { kind: 'key_reused' };
  const deliveries = bound.flatMap(({ channel, epoch, head }) =>
    channel ? [{ channel, epoch, head, events: [] }] : [],
  );
  return { kind: 'repeated', answer: answerOf(first), deliveries };
}

function answerOf({ entry, at, after }: Answered): Answer {
  const parsed: unknown = JSON.parse(after);
  return { after: parsed, receipt: { entry, at } };
}
