/**
 * A flood is refused before anything else looks at a request: a refusal must cost far less than the work that it saves. Through
 * Hono and with a log line each, it cost twice the processor time.
 */
import { Waiting } from '../db/calls';
import { logRefusals } from '../log';
import { refuseEarly } from './early';
import { RETRY_AFTER } from './problems';

/** Of this isolate, over all its requests. */
export const waiting = new Waiting();

/** Between two log lines, milliseconds. */
const LOG_MS = 1_000;
const refused = { count: 0, loggedAt: -Infinity };

/** @returns a refusal, problem `unavailable`, while the isolate waits for too many calls of D1, or for one too long */
export function refuseOverload(request: Request): Response | undefined {
  const now = Date.now();
  const isOver = waiting.isSlow(now) || waiting.mustRefuse(now);
  if (isOver) refused.count += 1;
  if (refused.count > 0 && Math.abs(now - refused.loggedAt) >= LOG_MS) {
    logRefusals(refused.count);
    Object.assign(refused, { count: 0, loggedAt: now });
  }
  return isOver ? refuseEarly(request, 'unavailable', { 'Retry-After': String(RETRY_AFTER) }) : undefined;
}
