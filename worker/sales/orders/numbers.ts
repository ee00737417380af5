/** Queue numbers count by place and date. */
import type { Named } from '../../contract/sessions/sessions';

/** A released order may be open again for some seconds: its number is left out for longer than that, milliseconds. */
const UNDONE_MS = 60_000;

/**
 * Draws the next number. Numbers of orders that are still open at the place, from earlier days too, are left out, so that no
 * two orders at a counter are called alike. Draw it after all checks: a commit that fails afterwards leaves a gap, never a
 * number twice.
 */
export async function drawNumber(
  d1: D1Database,
  place: Named | null,
  { date, at }: { date: string; at: number },
): Promise<number> {
  if (!place) throw new Error('an order without a place has no number');
  const last = await d1
    .prepare(
      `WITH open (number) AS (
         SELECT number FROM sales WHERE kind = 'order' AND state NOT IN ('released', 'cancelled') AND place_id = ?1 AND number IS NOT NULL
         UNION SELECT number FROM sales WHERE kind = 'order' AND state IN ('released', 'cancelled') AND state = 'released'
           AND changed_at > ?3 AND place_id = ?1 AND number IS NOT NULL
       )
       INSERT INTO queues (place_id, date, last)
       SELECT ?1, ?2, ${free(`(SELECT coalesce(max(number), 0) + 1 FROM sales WHERE kind = 'order' AND place_id = ?1 AND date = ?2)`)}
       WHERE true
       ON CONFLICT (place_id, date) DO UPDATE SET last = ${free('max(last + 1, excluded.last)')} RETURNING last`,
    )
    .bind(place.id, date, at - UNDONE_MS)
    .first<number>('last');
  if (last === null) throw new Error('no queue number was drawn');
  return last;
}

/** SQL: the first number from that one on that no open order has. */
const free = (first: string) =>
  `(SELECT min(number) FROM (SELECT ${first} AS number UNION ALL SELECT number + 1 FROM open WHERE number >= ${first})
    WHERE number NOT IN (SELECT number FROM open))`;
