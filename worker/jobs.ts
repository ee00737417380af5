/** Runs the jobs every minute. A run may be late, doubled or days overdue, so a job reads what is due and never when it last ran. */
import type { Bindings } from './bindings';
import { bounded } from './db/bucket';
import { watched } from './db/calls';
import { logFailure } from './log';
import { Scope, Stopped } from './scope';
import { jobs, retention } from './slices';
import { keepRuns, type Run } from './system/runs';

const QUARTER_MS = 15 * 60_000;

/** The D1 calls of one run, shared by all jobs. Production allows 1,000 (developers.cloudflare.com/d1/platform/limits). */
export const CALLS = 500;
/** One run waits this long for R2, once. A day of the archive has megabytes. */
export const BUCKET_MS = 30_000;

/** @param now UTC epoch milliseconds */
export async function runJobs(
  env: Bindings,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  now: number,
): Promise<void> {
  let left = CALLS;
  const DB = watched(env.DB, (_, call) => {
    left -= 1;
    return call();
  });
  const request = crypto.randomUUID();
  const PHOTOS = bounded(env.PHOTOS, BUCKET_MS);
  const scope = new Scope({ ...env, DB, PHOTOS }, ctx, { now: () => now, mayGoOn: () => left > 0, request });
  const due = now % QUARTER_MS < 60_000 ? { ...retention, ...jobs } : jobs;
  const runs: Run[] = [];
  for (const [job, act] of Object.entries(due)) {
    if (left <= 0) break;
    const began = Date.now();
    // A job that fails must not stop the others; it runs again in a minute.
    const error = await act(scope).catch((reason: unknown) => reason);
    const [ms, failed] = [Date.now() - began, error !== undefined && !(error instanceof Stopped)];
    runs.push({ job, at: now, ms, failed });
    if (failed) logFailure('error', { message: 'job failed', request, job, ms, error });
  }
  if (left <= 0)
    logFailure('warn', { message: 'jobs go on in the next minute', request, calls: CALLS - left });
  try {
    await keepRuns(env.DB, now, runs);
  } catch (error) {
    logFailure('error', { message: 'runs not kept', request, error });
  }
}
