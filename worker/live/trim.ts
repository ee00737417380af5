/** What the scheduled job forgets: old events and spent keys. The journal keeps everything. */
import type { Bindings } from '../bindings';

const KEEP_MS = 7 * 86_400_000;
const KEEP_EVENTS = 1_000;

/** Trims each channel to the last 7 days and at least its last 1,000 events, and moves its floor, in one batch. */
export async function trim(env: Pick<Bindings, 'DB'>, now: number): Promise<void> {
  const before = now - KEEP_MS;
  const floor = `(SELECT max(seq) FROM events WHERE events.channel = heads.channel AND at < ?1 AND events.seq <= heads.seq - ?2)`;
  await env.DB.batch([
    env.DB.prepare(`UPDATE heads SET floor = max(floor, coalesce(${floor}, 0))`).bind(before, KEEP_EVENTS),
    env.DB.prepare(
      'DELETE FROM events WHERE seq <= (SELECT floor FROM heads WHERE heads.channel = events.channel)',
    ),
    env.DB.prepare('DELETE FROM idempotency WHERE at < ?1').bind(before),
    env.DB.prepare('DELETE FROM tries WHERE resets_at < ?1').bind(now),
    env.DB.prepare('DELETE FROM sessions WHERE expires_at < ?1').bind(now),
    env.DB.prepare('DELETE FROM setup_links WHERE expires_at < ?1').bind(before),
  ]);
}
