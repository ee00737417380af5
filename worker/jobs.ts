/** Runs the jobs every minute. A run may be late, doubled or days overdue, so a job reads what is due and never when it last ran. */
import type { Bindings } from './bindings';
import { watched } from './db/watched';
import { Scope, Stopped } from './scope';
import { type Job, jobs, retention } from './slices';

const QUARTER_MS = 15 * 60_000;

/** The D1 calls of one run, shared by all jobs. Production allows 1,000 (developers.cloudflare.com/d1/platform/limits). */
export const CALLS = 500;

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
  const scope = new Scope({ ...env, DB }, ctx, { now: () => now, mayGoOn: () => left > 0 });
  const due = now % QUARTER_MS < 60_000 ? [...retention, ...jobs] : jobs;
  for (const job of due) if (left > 0) await attempt(job, scope);
  if (left <= 0) console.warn({ message: 'jobs go on in the next minute', calls: CALLS - left });
}

/** A job that fails must not stop the others; it runs again in a minute. */
async function attempt(job: Job, scope: Scope): Promise<void> {
  try {
    await job(scope);
  } catch (error) {
    if (error instanceof Stopped) return;
    console.error({ message: 'job failed', error: String(error) });
  }
}
