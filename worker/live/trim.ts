/** Deletes old events and used keys. */
import { retention } from '../contract/channels';
import { LONGEST_KEPT_MS } from '../contract/tap';
import type { Scope } from '../scope';

/** One run deletes at most this many events: a statement ends after 30 s (developers.cloudflare.com/d1/platform/limits). */
const MOST = 50_000;

/**
 * SQL: the channels that have events, each found by one search. A channel outlives its events, as its numbers must never repeat, so
 * `heads` has a row for every session there ever was.
 */
export const KEPT_CHANNELS = `WITH RECURSIVE kept (channel) AS (
  SELECT min(channel) FROM events
  UNION ALL SELECT (SELECT min(channel) FROM events WHERE channel > kept.channel) FROM kept WHERE channel IS NOT NULL)`;

/** Moves each channel's floor past its old events and deletes them, in one batch that reads about what it deletes. */
export async function trim({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  const at = now();
  const before = at - retention.default;
  await d1.batch([
    d1
      .prepare(
        `${KEPT_CHANNELS}, oldest AS (SELECT channel, CASE channel WHEN 'attendance' THEN ?2 ELSE ?1 END AS before FROM kept),
         moving AS (SELECT oldest.channel, before, floor, seq FROM oldest CROSS JOIN heads ON heads.channel = oldest.channel
           WHERE (SELECT at FROM events WHERE events.channel = oldest.channel AND events.seq > floor
                  ORDER BY events.seq LIMIT 1) < before)
         UPDATE heads SET floor = coalesce((SELECT events.seq - 1 FROM events WHERE events.channel = moving.channel
           AND events.seq > moving.floor AND at >= before ORDER BY events.seq LIMIT 1), moving.seq)
         FROM moving WHERE heads.channel = moving.channel`,
      )
      .bind(before, at - retention.attendance),
    d1.prepare(
      `${KEPT_CHANNELS} DELETE FROM events WHERE (channel, seq) IN (
         SELECT old.channel, old.seq FROM kept CROSS JOIN heads ON heads.channel = kept.channel
         CROSS JOIN events AS old ON old.channel = heads.channel AND old.seq <= heads.floor LIMIT ${MOST})`,
    ),
    // As long as a device may keep a tap, and a day more: its clock and its journey take time too.
    d1.prepare('DELETE FROM idempotency WHERE at < ?1').bind(at - LONGEST_KEPT_MS - 86_400_000),
  ]);
}
