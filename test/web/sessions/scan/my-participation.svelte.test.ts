/** A scan on a phone whose network loses answers. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProblemCode } from '$contract/errors';
import type { MySession, OwnParticipation, Scanned } from '$contract/sessions/sessions';
import type { ApiClient } from '$lib/api';
import type { Keyed } from '$lib/Command.svelte';
import { problemOf } from '../../problems.ts';
import { MyParticipation } from '$lib/sessions/scan/MyParticipation.svelte';
import { participationResult, unanswered } from '$lib/sessions/scan/results';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const me = idOf(1);
const missing: OwnParticipation = {
  sessionId: idOf(2),
  title: 'Anatomy',
  personId: me,
  status: null,
  at: null,
  asking: false,
};
const present: OwnParticipation = { ...missing, status: 'present', at: 1 };

const codes: Record<number, ProblemCode> = {
  401: 'not_signed_in',
  409: 'session_locked',
  503: 'unavailable',
};
type Answer = 'lost' | number | Scanned['outcome'];
const stops: (() => void)[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  stops.splice(0).forEach((stop) => stop());
  vi.useRealTimers();
});

/** @param answers one after the other; the last one repeats */
async function scan(...answers: Answer[]) {
  const keys: string[] = [];
  let ended = 0;
  const post = (_: unknown, { headers }: Keyed) => {
    keys.push(headers['Idempotency-Key']);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'lost';
    if (answer === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
    const failed = typeof answer === 'number';
    const status = failed ? answer : 200;
    const body = failed
      ? problemOf(codes[answer] ?? 'not_found')
      : { outcome: answer, participation: present };
    return Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(body) });
  };
  const api = { sessions: { ':id': { attendance: { $post: post } } } } as unknown as ApiClient;
  const network: Network = {
    connect: () => new FakeSocket() as unknown as WebSocket,
    since: (_, { head }) => Promise.resolve({ reset: false, epoch, head, events: [], more: false }),
    heads: () => Promise.resolve({ epoch, heads: {} }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const own = new LiveChannel(`user.${me}`, { epoch, head: 1 }, { network, ended: () => undefined });
  const snapshot = {
    at: { epoch, heads: { [own.name]: 1 } },
    now: 1,
    session: { id: missing.sessionId, title: missing.title, placed: false },
    participation: missing,
  } as unknown as MySession;
  const left = { ticket: 'ticket', fresh: true, refusal: null };
  const part = new MyParticipation(snapshot, left, { api, network, own, ended: () => void (ended += 1) });
  stops.push(part.start());
  await vi.advanceTimersByTimeAsync(3_300);
  return { part, keys, ended: () => ended };
}

it.each<[string, Answer[], string, number]>([
  ['puts the person on the list', ['in'], 'You are in', 1],
  ['of a person on the list says so', ['already_in'], 'You are already in', 1],
  ['whose answer was lost counts as the first', ['lost', 'already_in'], 'You are in', 2],
  ['after a server’s error counts as the first', [503, 'already_in'], 'You are in', 2],
])('a scan %s', async (_what, answers, title, tries) => {
  const { part, keys } = await scan(...answers);
  expect([part.busy, part.result.title, keys.length]).toEqual([undefined, title, tries]);
  expect(new Set(keys).size).toBe(1);
});

it('a late scan says by how many minutes of those shown, and one that a host marked late says that', () => {
  const title = (at: number) => {
    const part = { ...missing, status: 'late' as const, at };
    return participationResult(part, 'late', { title: missing.title, startsAt: 9 * 3_600_000 }).title;
  };
  expect(title(9 * 3_600_000 + 12 * 60_000 + 59_000)).toBe('You are in, 12 min late');
  expect(title(9 * 3_600_000 - 60_000)).toBe('You are in, late');
});

it('a scan without an answer says so, and a retry sends the same request', async () => {
  const { part, keys } = await scan('lost', 503, 'lost', 'already_in');
  expect([part.busy, part.result, keys.length]).toEqual([undefined, unanswered, 3]);
  await part.again();
  expect(part.result.title).toBe('You are in');
  expect(new Set(keys).size).toBe(1);
});

it('a refused scan is not sent again and shows the reason', async () => {
  const { part, keys } = await scan(409);
  expect([part.busy, part.in, keys.length]).toEqual([undefined, false, 1]);
  expect(part.result).not.toEqual(unanswered);
});

it('a scan of a signed-out person ends the page’s session', async () => {
  const { ended, keys } = await scan(401);
  expect([ended(), keys.length]).toEqual([1, 1]);
});
