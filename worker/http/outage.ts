/** What of D1, an object or R2 is an outage that passes, not a fault of ours. */
import { Late } from '../db/calls';

/**
 * Texts from developers.cloudflare.com: /d1/observability/debug-d1, /durable-objects/observability/troubleshooting, and
 * /r2/api/error-codes.
 */
const OUTAGES = [
  /network connection lost/i,
  /overloaded|requests queued/i,
  /\breset because\b|object to be reset/i,
  /timed out|timeout/i,
  /internal error/i,
  /transient issue/i,
  /\(100(01|43|58)\)/, // R2: internal, unavailable, too many at once
];

/** Whether the error, or one that caused it, is such an outage. Objects mark theirs `retryable` or `overloaded`. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Late) return true;
  const marked = ('retryable' in error && error.retryable) || ('overloaded' in error && error.overloaded);
  return marked === true || OUTAGES.some((it) => it.test(error.message)) || isOutage(error.cause);
}
