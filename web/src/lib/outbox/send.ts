import type { Problem } from '$contract/errors';
import { SENT_AT } from '$contract/tap';
import { UNAVAILABLE } from '$lib/live/network';
import { problemIn } from '$lib/problem';
import type { Act, Reply } from './act';
import { isDeclared } from './declared';

/** How long one try waits for its answer, milliseconds. */
const TIMEOUT_MS = 10_000;

/** Refusals that say nothing about the act: it is sent again when what they name has passed. */
const passing = new Set([401, 408, 425, 429]);

const unknown: Problem = {
  type: 'about:blank',
  title: 'This version of Muster can’t send it. Tell your supervisor the time.',
  status: 400,
  code: 'invalid_input',
};

/** Sends an act once. */
export async function send({ v, act, key, person, tappedAt, body }: Act, now: () => number): Promise<Reply> {
  if (!isDeclared(act) || !/^[\w-]{8,64}$/.test(key)) return { kind: 'refused', problem: unknown };
  const request = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, [SENT_AT]: String(now()) },
    body: JSON.stringify({ ...body, tapped: { v, person, at: tappedAt } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  try {
    const answer = await fetch(`/api/v1/${act}`, request);
    if (answer.status === 503) dispatchEvent(new Event(UNAVAILABLE));
    if (answer.ok) return { kind: 'confirmed', body: await answer.json() };
    const problem = await problemIn(answer);
    const later = answer.status >= 500 || passing.has(answer.status) || problem.code === 'another_person';
    if (!later) return { kind: 'refused', problem };
    const after = Number(answer.headers.get('Retry-After')) * 1000;
    const signedOut = answer.status === 401 || problem.code === 'another_person';
    return { kind: 'later', signedOut, ...(after > 0 && { after }) };
  } catch {
    return { kind: 'later', signedOut: false };
  }
}
