/** What each minute leaves behind: when each job last ran, and the database's size on each date. */
import { query, statement } from '../db/queries';

export interface Run {
  job: string;
  /** UTC epoch milliseconds. */
  at: number;
  ms: number;
  failed: boolean;
}

/** Growth is measured over this. */
const KEPT_MS = 30 * 86_400_000;

/** Keeps the last run of each job, and the first size of a UTC date. */
export async function keepRuns(d1: D1Database, now: number, runs: readonly Run[]): Promise<void> {
  const kept = query(
    `INSERT INTO job_runs (job, at, ms, failures, failed_at)
     SELECT value ->> 'job', value ->> 'at', value ->> 'ms', value ->> 'failed', iif(value ->> 'failed', value ->> 'at', NULL)
     FROM json_each(?1) WHERE true
     ON CONFLICT (job) DO UPDATE SET at = excluded.at, ms = excluded.ms, failures = failures + excluded.failures,
       failed_at = coalesce(excluded.failed_at, failed_at)`,
    [JSON.stringify(runs)],
  );
  // D1 tells its size with the answer to a call.
  const { meta } = await statement(d1, kept).run();
  const sized = query(
    `INSERT INTO database_sizes (date, at, bytes) VALUES (date(?1 / 1000, 'unixepoch'), ?1, ?2)
     ON CONFLICT (date) DO NOTHING`,
    [now, meta.size_after],
  );
  const forgotten = query(`DELETE FROM database_sizes WHERE date < date(?1 / 1000, 'unixepoch')`, [
    now - KEPT_MS,
  ]);
  await d1.batch([sized, forgotten].map((it) => statement(d1, it)));
}
