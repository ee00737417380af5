/** Deletes old events and used keys. */
import { retention } from '../contract/channels';
import type { Scope } from '../scope';

/** Trims each channel to its retention and moves its floor, in one batch that reads little more than it deletes. */
export async function trim({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  const { default: usual, attendance } = retention;
  // Kept: events of the retention time, and the channel's last ones of any age.
  const floors = `UPDATE heads SET floor = max(floor, min(
    coalesce((SELECT seq FROM events WHERE events.channel = heads.channel AND at >= ?2 ORDER BY seq LIMIT 1) - 1, seq), seq - ?3))`;
  const at = now();
  const before = at - usual.ms;
  await d1.batch([
    d1.prepare(`${floors} WHERE channel <> ?1`).bind('attendance', before, usual.events),
    d1.prepare(`${floors} WHERE channel = ?1`).bind('attendance', at - attendance.ms, attendance.events),
    d1.prepare(
      `DELETE FROM events WHERE (channel, seq) IN (
         SELECT old.channel, old.seq FROM heads JOIN events AS old ON old.channel = heads.channel AND old.seq <= heads.floor)`,
    ),
    d1.prepare('DELETE FROM idempotency WHERE at < ?1').bind(before),
  ]);
}
