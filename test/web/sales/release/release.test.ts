/** The acts of the desk against a server of the test's own: what it is sent, and what is made of its answers. */
import { beforeEach, expect, it, vi } from 'vitest';
import { type MakeMove, UNDO_MS } from '$contract/sales/moves';
import { Clock } from '$lib/live/Clock.svelte';
import { Release } from '$lib/sales/release/Release.svelte';
import type { Answer, Keyed } from '$lib/Command.svelte';

interface Row {
  id: string;
  version: number;
  release: null;
  by?: string;
}
const row = (id: string, version = 1): Row => ({ id, version, release: null });
const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const answer = (status: number, body: unknown): Answer => ({
  ...{ ok: status < 400, status },
  json: () => Promise.resolve(body),
});

let sent: { id: string; json: MakeMove; key: string }[];
let taken: Row[];
let guesses: number;
let next: () => Promise<Answer>;
let many: unknown;

const desk = (): Release<Row> =>
  new Release<Row>({
    clock: new Clock(1_000_000),
    label: ({ id }) => `No ${Number(id.slice(-12))}`,
    move: (id, json, how: Keyed) => {
      sent.push({ id, json, key: how.headers['Idempotency-Key'] });
      return next();
    },
    releaseMany: () => Promise.resolve(answer(200, many)),
    read: (body) => body as Row,
    current: (shown) => shown as Row | undefined,
    known: (id) => row(id, 7),
    take: (it) => void taken.push(it),
    guess: () => {
      guesses += 1;
      return { rollback: () => void (guesses -= 1) };
    },
  });

beforeEach(() => {
  [sent, taken, guesses] = [[], [], 0];
  next = () => Promise.resolve(answer(200, row(idOf(1), 2)));
});

it('an act whose answer was lost is sent again with the same key, and takes effect once', async () => {
  const hands = desk();
  next = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await hands.release(row(idOf(1)), 'Tim')).toBe(false);
  expect(hands.one.message).toMatch(/nothing is done twice/);
  expect(hands.undoable).toEqual([]);
  next = () => Promise.resolve(answer(200, row(idOf(1), 2)));
  expect(await hands.release(row(idOf(1)), 'Tim')).toBe(true);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(taken).toEqual([row(idOf(1), 2)]);
  expect(hands.undoable.map(({ label }) => label)).toEqual(['No 1']);
});

it('whoever was slower is told in words at that one, sees how it stands, and no guess is left', async () => {
  const hands = desk();
  const problem = {
    type: 'about:blank',
    title: 'Someone was faster.',
    status: 409,
    code: 'moved_meanwhile',
  };
  const detail = 'Ana was faster: 042 has been “Released” since 10:42.';
  next = () => Promise.resolve(answer(409, { ...problem, detail, current: row(idOf(1), 9) }));
  expect(await hands.move(row(idOf(1)), 'claim')).toBe(false);
  expect([hands.trouble(idOf(1)), hands.trouble(idOf(2))]).toEqual([detail, undefined]);
  expect(taken).toEqual([row(idOf(1), 9)]);
  expect(guesses).toBe(0);
});

it('two taps are one act', async () => {
  const hands = desk();
  await Promise.all([hands.move(row(idOf(1)), 'claim'), hands.move(row(idOf(1)), 'claim')]);
  expect(sent).toHaveLength(1);
});

it('of many, what became of each is told, and only what was released can be taken back', async () => {
  const hands = desk();
  const words = 'Ana has been releasing 2 since 10:42.';
  many = {
    outcomes: [
      { id: idOf(1), outcome: 'released', words: null },
      { id: idOf(2), outcome: 'claimed', words },
      { id: idOf(3), outcome: 'not_found', words: null },
    ],
  };
  expect(
    await hands.releaseMany(
      [1, 2, 3].map((n) => row(idOf(n))),
      'Tim',
      'orders',
    ),
  ).toBe(true);
  expect(hands.outcome?.released).toBe(1);
  expect(hands.outcome?.missed.map((it) => [it.label, it.words])).toEqual([
    ['No 2', words],
    ['No 3', 'It couldn’t be released.'],
  ]);
  const [undoable] = hands.undoable;
  expect(undoable).toMatchObject({ label: 'No 1', ids: [idOf(1)] });
  if (undoable) await hands.undo(undoable);
  expect(sent).toMatchObject([{ id: idOf(1), json: { move: 'undo', version: 7 } }]);
  expect(hands.undoable).toEqual([]);
});

it('can be taken back for as long as the contract says, by the server’s clock', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  const clock = new Clock(5_000);
  const stop = clock.start();
  const hands = new Release<Row>({
    ...{
      clock,
      label: () => '1',
      read: (body) => body as Row,
      current: () => undefined,
      known: () => undefined,
    },
    ...{ move: () => next(), releaseMany: () => next(), take: () => undefined, guess: () => undefined },
  });
  await hands.release(row(idOf(1)), 'Tim');
  vi.advanceTimersByTime(UNDO_MS - 1_000);
  expect(hands.undoable).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(hands.undoable).toEqual([]);
  stop();
  vi.useRealTimers();
});
