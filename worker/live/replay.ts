/**
 * Reads the log: events after a cursor, and heads. Push, reconnect, catch-up and polling all use it. Each answer comes from ONE
 * D1 batch, so its head and its events are of one moment.
 */
import type { Envelope, Heads, Since } from '../contract/wire';
import type { Fact } from '../db/queries';

interface Position {
  epoch: string;
  head: number;
  floor: number;
}

const POSITION = `SELECT (SELECT epoch FROM log) AS epoch, coalesce(max(seq), 0) AS head, coalesce(max(floor), 0) AS floor
  FROM heads WHERE channel = ?1`;

/** A channel without events is at 0. */
function headsAt(db: D1Database, ...channels: string[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT (SELECT epoch FROM log) AS epoch, names.value AS channel, coalesce(heads.seq, 0) AS head
       FROM json_each(?1) AS names LEFT JOIN heads ON heads.channel = names.value`,
    )
    .bind(JSON.stringify(channels));
}

function readHeads(result: D1Result | undefined): Heads {
  const rows = (result?.results ?? []) as { epoch: string | null; channel: string; head: number }[];
  const epoch = rows[0]?.epoch;
  if (!epoch) throw new Error('the log has no epoch: are the migrations applied?');
  return { epoch, heads: Object.fromEntries(rows.map(({ channel, head }) => [channel, head])) };
}

export const headsIn = (db: D1Database, ...channels: string[]): Fact<Heads> => ({
  statements: [headsAt(db, ...channels)],
  read: ([heads]) => readHeads(heads),
});

/**
 * At most `limit` events after `since`, in order. `reset` if there would be a gap: another epoch, a cursor below the floor
 * (trimmed) or above the head (an older database was restored).
 */
export async function eventsSince(
  db: D1Database,
  channel: string,
  from: { epoch?: string | undefined; since: number },
  limit: number,
): Promise<Since> {
  const [position, rows] = (await db.batch([
    db.prepare(POSITION).bind(channel),
    db
      .prepare(
        'SELECT seq, entry, type, at, by, data FROM events WHERE channel = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3',
      )
      .bind(channel, from.since, limit),
  ])) as [D1Result<Position>, D1Result<Row>];
  const { epoch, head, floor } = position.results[0] as Position;
  if ((from.epoch !== undefined && from.epoch !== epoch) || from.since < floor || from.since > head) {
    return { reset: true, epoch, head };
  }
  const events = rows.results.map(envelope);
  return { reset: false, epoch, head, events, more: from.since + events.length < head };
}

export async function headsOf(db: D1Database, channels: readonly string[]): Promise<Heads> {
  return readHeads(await headsAt(db, ...channels).run());
}

interface Row {
  seq: number;
  entry: number;
  type: string;
  at: number;
  by: string | null;
  data: string;
}

function envelope({ data, ...row }: Row): Envelope {
  return { ...row, data: JSON.parse(data) as unknown };
}
