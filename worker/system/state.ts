/** The state of the running system, for an admin. */
import { channelKinds } from '../contract/channels';
import type { SystemState } from '../contract/system/system';
import { ask, map, row, rows, together } from '../db/queries';
import { heardFrom } from '../live/object';
import { headsIn } from '../live/replay';
import type { Scope } from '../scope';

const DAY_MS = 86_400_000;

/** The channels that many share; the others belong to one person or one session. */
const shared = channelKinds.filter((kind) => kind !== 'user' && kind !== 'session');

/** The tables that grow with use and count their rows: the highest number is read from the end of the table, never a count. */
const growing = ['journal', 'attendance', 'breaks', 'sales', 'payments', 'people'] as const;

/** One D1 call, and one call of each shared channel's object. */
export async function readSystem(scope: Scope): Promise<SystemState> {
  const { d1 } = scope;
  const [found, heard] = await Promise.all([
    ask(
      d1,
      together({
        heads: headsIn(d1, ...shared),
        jobs: rows<SystemState['jobs'][number]>(
          d1,
          'SELECT job, at, ms, failures, failed_at AS failedAt FROM job_runs ORDER BY job',
        ),
        oldest: row<{ at: number; bytes: number }>(
          d1,
          'SELECT at, bytes FROM database_sizes ORDER BY date LIMIT 1',
        ),
        rows: map(
          row<Record<string, number>>(
            d1,
            `SELECT ${growing.map((table) => `(SELECT coalesce(max(rowid), 0) FROM ${table}) AS ${table}`).join(', ')}`,
          ),
          (last) => growing.map((table) => ({ table, rows: last?.[table] ?? 0 })),
        ),
        bytes: sizeOf(d1),
      }),
    ),
    Promise.all(shared.map((channel) => heardFrom(scope.env, channel))),
  ]);
  const now = scope.now();
  return {
    now,
    zone: scope.me.settings.zone,
    channels: shared.map((channel, at) => ({
      channel,
      head: found.heads.heads[channel] ?? 0,
      heard: heard[at] ?? null,
    })),
    jobs: found.jobs,
    size: { bytes: found.bytes, perDay: growth(found, now) },
    rows: found.rows,
  };
}

/** D1 tells its size with every answer. */
const sizeOf = (d1: D1Database) => ({
  statements: [d1.prepare('SELECT 1')],
  read: ([result]: readonly D1Result[]) => result?.meta.size_after ?? 0,
});

/** Bytes a day since the first measurement of the last 30 days. */
function growth(
  { oldest, bytes }: { oldest: { at: number; bytes: number } | undefined; bytes: number },
  now: number,
): number | null {
  if (!oldest || now - oldest.at < DAY_MS) return null;
  return ((bytes - oldest.bytes) * DAY_MS) / (now - oldest.at);
}
