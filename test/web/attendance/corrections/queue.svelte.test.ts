/** Decisions on correction requests: optimistic, and one command for each row. */
import { expect, it } from 'vitest';
import type { Correction } from '$contract/attendance/corrections/corrections';
import type { Corrections } from '$contract/attendance/corrections/requests';
import type { ApiClient } from '$lib/api';
import { Queue } from '$lib/attendance/corrections/Queue.svelte';
import type { Answer, Keyed } from '$lib/Command.svelte';
import { noAnswer } from '$lib/problem';
import { problemOf } from '../../problems.ts';
import type { Network } from '$live/network';
import { epoch, idOf } from '../../World';

const day = '2026-06-10';
const correction = (n: number): Correction => ({
  id: idOf(n),
  personId: idOf(90),
  from: day,
  to: day,
  zone: 'Europe/Berlin',
  before: [],
  after: [],
  reason: 'Forgot to check in',
  state: 'pending',
  requestedAt: n,
  decidedBy: null,
  decidedAt: null,
  answer: null,
});
const approved: Correction = { ...correction(1), state: 'approved', decidedAt: 9 };
const answerOf = (status: number, body: unknown): Promise<Answer<Correction>> =>
  Promise.resolve({ ok: status < 400, status, json: () => Promise.resolve(body as Correction) });

function setUp() {
  const sent: { what: string; key: string }[] = [];
  const server = { next: () => answerOf(200, approved) };
  const post = (what: string) => ({
    $post: (_: unknown, { headers }: Keyed) => {
      sent.push({ what, key: headers['Idempotency-Key'] });
      return server.next();
    },
  });
  const api = {
    corrections: { ':id': { approve: post('approve'), reject: post('reject') } },
  } as unknown as ApiClient;
  const snapshot = {
    at: { epoch, heads: { 'admin.dashboard': 1 } },
    now: 1,
    breakKinds: [],
    more: false,
    corrections: [1, 2].map((n) => ({ correction: correction(n), person: { id: idOf(90), name: 'Ben' } })),
  } as unknown as Corrections;
  const me = { id: idOf(91), name: 'Ana' };
  const it = { api, network: {} as Network, ended: () => undefined, me, zone: 'Europe/Berlin' };
  const queue = new Queue(snapshot, it);
  const row = (n: number) => {
    const found = queue.rows.find(({ id }) => id === idOf(n));
    if (!found) throw new Error('no such row');
    return found;
  };
  return { queue, server, sent, row };
}

it('a decision shows before the server answers, then as the server answered', async () => {
  const { queue, row } = setUp();
  const decided = queue.approve(row(1));
  expect([row(1).correction.state, queue.waiting]).toEqual(['approved', 1]);
  expect(await decided).toBe(true);
  expect(row(1).correction).toEqual(approved);
});

it('a decision without an answer is rolled back, and a retry has the same key', async () => {
  const { queue, server, sent, row } = setUp();
  server.next = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await queue.reject(row(1), 'Not on the roster')).toBe(false);
  expect([queue.trouble(idOf(1)), row(1).correction.state]).toEqual([noAnswer, 'pending']);
  expect(await queue.reject(row(1), 'Not on the roster')).toBe(false);
  expect(await queue.approve(row(1))).toBe(false);
  const [first, again, other] = sent;
  expect(sent.map(({ what }) => what)).toEqual(['reject', 'reject', 'approve']);
  expect([again?.key === first?.key, other?.key === first?.key]).toEqual([true, false]);
});

it('a late decision gets a message at its row, which shows the first decision', async () => {
  const { queue, server, row } = setUp();
  const problem = { ...problemOf('already_decided'), current: approved };
  server.next = () => answerOf(409, problem);
  expect(await queue.reject(row(1), 'Not on the roster')).toBe(false);
  expect([queue.trouble(idOf(1)), queue.trouble(idOf(2))]).toEqual(['Already decided.', undefined]);
  expect(row(1).correction).toEqual(approved);
});

it('one row does not wait for another', async () => {
  const { queue, server, sent, row } = setUp();
  server.next = () => new Promise(() => undefined);
  void queue.approve(row(1));
  void queue.approve(row(1));
  server.next = () => answerOf(200, { ...correction(2), state: 'approved' });
  expect(await queue.approve(row(2))).toBe(true);
  expect(sent).toHaveLength(2);
});
