/** What the Worker does by the clock, every minute. A job may run late, twice, or not for days: it looks at what is due, never at when it ran. */
import { markAbsences } from './attendance/absences';
import { closeForgotten, endBreaks, remindOfCheckOut } from './attendance/due';
import type { Bindings } from './bindings';
import { sealJournal } from './journal/chain';
import { trim } from './live/trim';
import { writeKeys } from './people/search';
import { applyTerms } from './people/staff';
import { deleteLoosePhotos } from './people/photos/store';
import { deleteTickets } from './sessions/scan/ticket';
import { orders } from './sales/orders/orders';
import { registrations } from './sales/registrations/registrations';
import { expireUnpaid } from './sales/due';
import { Scope } from './scope';
import { moveSessions } from './sessions/due';
import { computeDue } from './attendance/planned-ends';

const QUARTER_MS = 15 * 60_000;

type Job = (scope: Scope) => Promise<void>;

/** In the order they run: each sees what the one before has made true. */
const jobs: readonly Job[] = [
  applyTerms,
  computeDue,
  closeForgotten,
  endBreaks,
  remindOfCheckOut,
  markAbsences,
  moveSessions,
  (scope) => expireUnpaid(scope, orders),
  (scope) => expireUnpaid(scope, registrations),
  sealJournal,
  deleteLoosePhotos,
  deleteTickets,
  writeKeys,
];

/** @param now UTC epoch milliseconds */
export async function runJobs(
  env: Bindings,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  now: number,
): Promise<void> {
  const scope = new Scope(env, ctx, undefined, undefined, () => now);
  for (const job of jobs) await attempt(() => job(scope));
  if (now % QUARTER_MS < 60_000) await attempt(() => trim(env, now));
}

/** One job's failure must not keep the others from running; it is tried again in a minute. */
async function attempt(job: () => Promise<void>): Promise<void> {
  try {
    await job();
  } catch (error) {
    console.error({ message: 'job failed', error: String(error) });
  }
}
