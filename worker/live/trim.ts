/** What the scheduled job forgets: old events, spent keys, notifications read long ago. The journal keeps everything. */
import type { Bindings } from '../bindings';
import { retention } from '../contract/channels';

/** How long a notification is kept that has been read; one that has not is never forgotten. */
const READ_MS = 90 * 86_400_000;

/** Trims each channel to what the contract says it keeps, and moves its floor, in one batch that reads little more than it deletes. */
export async function trim({ DB }: Pick<Bindings, 'DB'>, now: number): Promise<void> {
  const { default: usual, attendance } = retention;
  // The first event that is young enough stays, and so do the channel's last ones.
  const floors = `UPDATE heads SET floor = max(floor, min(
    coalesce((SELECT seq FROM events WHERE events.channel = heads.channel AND at >= ?2 ORDER BY seq LIMIT 1) - 1, seq), seq - ?3))`;
  const before = now - usual.ms;
  await DB.batch([
    DB.prepare(`${floors} WHERE channel <> ?1`).bind('attendance', before, usual.events),
    DB.prepare(`${floors} WHERE channel = ?1`).bind('attendance', now - attendance.ms, attendance.events),
    DB.prepare(
      `DELETE FROM events WHERE (channel, seq) IN (
         SELECT old.channel, old.seq FROM heads JOIN events AS old ON old.channel = heads.channel AND old.seq <= heads.floor)`,
    ),
    DB.prepare('DELETE FROM idempotency WHERE at < ?1').bind(before),
    DB.prepare('DELETE FROM tries WHERE resets_at < ?1').bind(now),
    DB.prepare('DELETE FROM sessions WHERE expires_at < ?1').bind(now),
    DB.prepare('DELETE FROM setup_links WHERE expires_at < ?1').bind(before),
    DB.prepare('DELETE FROM notifications WHERE read_at IS NOT NULL AND at < ?1').bind(now - READ_MS),
  ]);
}
