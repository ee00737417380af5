/** Runs the jobs every minute. A run may be late, doubled or days overdue, so a job reads what is due and never when it last ran. */
import type { Bindings } from './bindings';
import { Scope } from './scope';
import { type Job, jobs, retention } from './slices';

const QUARTER_MS = 15 * 60_000;

/** @param now UTC epoch milliseconds */
export async function runJobs(
  env: Bindings,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  now: number,
): Promise<void> {
  const scope = new Scope(env, ctx, { now: () => now });
  for (const job of jobs) await attempt(job, scope);
  if (now % QUARTER_MS < 60_000) for (const job of retention) await attempt(job, scope);
}

/** A job that fails must not stop the others; it runs again in a minute. */
async function attempt(job: Job, scope: Scope): Promise<void> {
  try {
    await job(scope);
  } catch (error) {
    console.error({ message: 'job failed', error: String(error) });
  }
}
