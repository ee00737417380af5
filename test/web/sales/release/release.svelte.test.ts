/** Release at the desk, against a server of the test's own. */
import { flushSync } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { type ReleaseOutcome, UNDO_MS } from '$contract/sales/moves';
import { Clock } from '$lib/live/Clock.svelte';
import { Release, type ReleaseInput } from '$lib/sales/release/Release.svelte';
import type { Answer, Keyed } from '$lib/Command.svelte';

const Row = v.object({ id: v.string(), version: v.number(), release: v.null() });
type Row = v.InferOutput<typeof Row>;
const row = (id: string, version = 1): Row => ({ id, version, release: null });
const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const answer = <Body>(status: number, body: Body): Answer<Body> => ({
  ok: status < 400,
  status,
  json: () => Promise.resolve(body),
});

let sent: { id: string; json: ReleaseInput; key: string }[];
let taken: Row[];
let guesses: number;
let next: () => Promise<Answer>;
let outcomes: ReleaseOutcome[];

const desk = (clock = new Clock(1_000_000)): Release<Row> =>
  new Release<Row>({
    clock,
    schema: Row,
    label: ({ id }) => `No ${Number(id.slice(-12))}`,
    move: (id, json, how: Keyed) => {
      sent.push({ id, json, key: how.headers['Idempotency-Key'] });
      return next();
    },
    releaseMany: () => Promise.resolve(answer(200, { outcomes })),
    read: (body) => body as Row,
    known: (id) => row(id, 7),
    take: (it) => void taken.push(it),
    guess: () => {
      guesses += 1;
      return { rollback: () => void (guesses -= 1) };
    },
  });

beforeEach(() => {
  [sent, taken, guesses, outcomes] = [[], [], 0, []];
  next = () => Promise.resolve(answer(200, row(idOf(1), 2)));
});

it('a release whose answer was lost is sent again with the same key and takes effect once', async () => {
  const releasing = desk();
  next = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await releasing.release(row(idOf(1)), 'Tim')).toBe(false);
  expect(releasing.one.message).toMatch(/nothing is done twice/);
  expect(releasing.undoable).toEqual([]);
  next = () => Promise.resolve(answer(200, row(idOf(1), 2)));
  expect(await releasing.release(row(idOf(1)), 'Tim')).toBe(true);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(taken).toEqual([row(idOf(1), 2)]);
  expect(releasing.undoable.map(({ label }) => label)).toEqual(['No 1']);
});

it('a refused move shows its reason and the current record, and no guess is left', async () => {
  const releasing = desk();
  const detail = 'Ana was faster: 042 has been “Released” since 10:42.';
  const problem = {
    type: 'about:blank',
    title: 'Someone was faster.',
    status: 409,
    code: 'moved_meanwhile',
    detail,
    current: row(idOf(1), 9),
  };
  next = () => Promise.resolve(answer(409, problem));
  expect(await releasing.move(row(idOf(1)), 'claim')).toBe(false);
  expect([releasing.trouble(idOf(1)), releasing.trouble(idOf(2))]).toEqual([detail, undefined]);
  expect(taken).toEqual([row(idOf(1), 9)]);
  expect(guesses).toBe(0);
});

it('a card that was drawn before its first move shows that the move is under way', async () => {
  const releasing = desk();
  const drawn: boolean[] = [];
  const stop = $effect.root(() => {
    $effect(() => void drawn.push(releasing.isBusy(idOf(1))));
  });
  flushSync();
  const moved = releasing.move(row(idOf(1)), 'claim');
  flushSync();
  await moved;
  flushSync();
  expect(drawn).toEqual([false, true, false]);
  stop();
});

it('two taps make one request and one guess', async () => {
  const releasing = desk();
  const moves = [1, 2].map(() => releasing.move(row(idOf(1)), 'claim'));
  expect(guesses).toBe(1);
  await Promise.all(moves);
  expect(sent).toHaveLength(1);
});

it('a release of many shows the result of each, and only what was released can be undone', async () => {
  const releasing = desk();
  const words = 'Ana has been releasing 2 since 10:42.';
  outcomes = [
    { id: idOf(1), outcome: 'released', words: null },
    { id: idOf(2), outcome: 'claimed', words },
    { id: idOf(3), outcome: 'not_found', words: null },
  ];
  const rows = [1, 2, 3].map((n) => row(idOf(n)));
  expect(await releasing.releaseMany(rows, 'Tim', 'orders')).toBe(true);
  expect(releasing.outcome?.released).toBe(1);
  expect(releasing.outcome?.missed.map((it) => [it.label, it.words])).toEqual([
    ['No 2', words],
    ['No 3', 'It couldn’t be released.'],
  ]);
  const [undoable] = releasing.undoable;
  expect(undoable).toMatchObject({ label: 'No 1', ids: [idOf(1)] });
  if (undoable) await releasing.undo(undoable);
  expect(sent).toMatchObject([{ id: idOf(1), json: { move: 'undo', version: 7 } }]);
  expect(releasing.undoable).toEqual([]);
});

it('a release can be undone for as long as the contract says, by the server’s clock', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  const clock = new Clock(5_000);
  const stop = clock.start();
  const releasing = desk(clock);
  await releasing.release(row(idOf(1)), 'Tim');
  vi.advanceTimersByTime(UNDO_MS - 1_000);
  expect(releasing.undoable).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(releasing.undoable).toEqual([]);
  stop();
  vi.useRealTimers();
});
