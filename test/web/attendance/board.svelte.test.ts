/** The board on a fake network: its requests and how often it computes its rows. */
import { flushSync } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Board as Snapshot } from '$contract/attendance/board';
import type { Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Board } from '$lib/attendance/Board.svelte';
import * as rows from '$lib/attendance/rows';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSockets, idOf, ok } from '../World';

vi.mock('$lib/attendance/rows', { spy: true });

const DATE = '2026-06-10';
const NOON = Date.parse(`${DATE}T12:00+02:00`);
const person = (n: number) => ({
  id: idOf(n),
  name: `Person ${n}`,
  department: null,
  position: null,
  category: null,
  photo: null,
});
const record = (n: number, outAt: number | null = null): AttendanceRecord => ({
  id: idOf(1000 + n),
  personId: idOf(n),
  workDate: DATE,
  zone: 'Europe/Berlin',
  inAt: NOON - 1000,
  outAt,
  auto: false,
  corrected: false,
  photo: null,
});
/** A break in the record of person 1. */
const breakUntil = (endAt: number | null): Break => ({
  id: idOf(2000),
  recordId: record(1).id,
  personId: idOf(1),
  kind: 'meal',
  startAt: NOON - 600,
  endAt,
  dueAt: NOON + 600_000,
  auto: false,
});

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

function setUp(count: number) {
  const sockets = new FakeSockets();
  const requests = { board: 0, since: 0 };
  const snapshot: Snapshot = {
    at: { epoch, heads: { 'admin.dashboard': 0 } },
    now: NOON,
    zone: 'Europe/Berlin',
    date: DATE,
    today: DATE,
    people: Array.from({ length: count }, (_, n) => person(n)),
    records: [],
    breaks: [],
    marks: [],
    plans: [],
    expected: {},
    carried: {},
    holiday: null,
    breakKinds: [],
  };
  const network: Network = {
    connect: sockets.connect,
    since: () => {
      requests.since += 1;
      return Promise.resolve({ reset: false, epoch, head: 0, events: [], more: false });
    },
    heads: () => Promise.resolve({ epoch, heads: {} }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const api = {
    attendance: {
      board: {
        $get: () => {
          requests.board += 1;
          return ok(snapshot);
        },
      },
    },
  } as unknown as ApiClient;
  const ended = () => undefined;
  const presence = new LiveChannel('presence', { epoch, head: 0 }, { network, ended });
  const board = new Board(snapshot, { api, network, presence, ended });
  stops.push(presence.start(), board.start());
  // Follows the counts and the feed, as the page does.
  stops.push(
    $effect.root(() => {
      $effect(() => void [board.counts, board.feed]);
    }),
  );
  const socket = sockets.of('admin.dashboard');
  socket.hello(0);
  const push = (from: number, events: Pick<Envelope, 'type' | 'data'>[]) =>
    socket.say({
      kind: 'events',
      epoch,
      from,
      events: events.map((it, n) => ({ seq: from + n, entry: from + n, at: NOON, by: null, ...it })),
    });
  return { board, push, requests, presence: sockets.of('presence') };
}

it('a burst of 200 changes is computed a few times, without a request', () => {
  const { board, push, requests } = setUp(200);
  flushSync();
  vi.mocked(rows.rowsOf).mockClear();
  const before = { ...requests };
  push(
    1,
    Array.from({ length: 200 }, (_, n) => ({
      type: 'attendance.checked_in',
      data: { person: person(n), record: record(n) },
    })),
  );
  flushSync();
  expect(board.counts.in).toBe(200);
  expect(vi.mocked(rows.rowsOf).mock.calls.length).toBeLessThanOrEqual(3);
  expect(requests).toEqual(before);
});

it('breaks and marks change the rows of their people, and not those of other days', () => {
  const { board, push } = setUp(3);
  const pause = breakUntil(null);
  const mark = {
    personId: idOf(2),
    workDate: DATE,
    status: 'excused',
    note: 'Dentist',
    setBy: idOf(0),
    at: NOON,
  };
  push(1, [
    { type: 'attendance.checked_in', data: { person: person(1), record: record(1) } },
    { type: 'break.updated', data: { person: person(1), break: pause } },
    { type: 'day.marked', data: mark },
    { type: 'day.marked', data: { ...mark, workDate: '2026-06-09', personId: idOf(0) } },
  ]);
  expect(board.rows.map(({ presence, day }) => [presence, day.status])).toEqual([
    ['none', null],
    ['break', 'present'],
    ['none', 'excused'],
  ]);
  push(5, [{ type: 'attendance.updated', data: { person: person(1), record: record(1, NOON) } }]);
  expect(board.rows[1]?.presence).toBe('out');
});

it('corrected days replace all their records and breaks', () => {
  const { board, push } = setUp(3);
  const at = (n: number, outAt: number | null = null) => ({ person: person(n), record: record(n, outAt) });
  const pause = breakUntil(NOON - 500);
  const other = { ...record(1, NOON), id: idOf(3000), corrected: true };
  const earlier = { ...other, id: idOf(3001), workDate: '2026-06-09' };
  push(1, [
    { type: 'attendance.checked_in', data: at(1) },
    { type: 'attendance.checked_in', data: at(2) },
    { type: 'break.updated', data: { person: person(1), break: pause } },
    {
      type: 'days.replaced',
      data: {
        personId: idOf(1),
        from: '2026-06-09',
        to: DATE,
        days: [
          { record: earlier, breaks: [] },
          { record: other, breaks: [] },
        ],
        people: { '2026-06-09': { ...person(1), name: 'Then' }, [DATE]: { ...person(1), name: 'Now' } },
      },
    },
  ]);
  const row = board.rows.find(({ id }) => id === idOf(1));
  expect(row).toMatchObject({ person: { name: 'Now' }, presence: 'out', breaks: [] });
  expect(row?.records.map(({ id }) => id)).toEqual([other.id]);
  expect(board.counts).toMatchObject({ in: 1, out: 1 });
});

it('several changes of the roster cause one reload', async () => {
  vi.useFakeTimers();
  try {
    const { push, requests } = setUp(1);
    push(
      1,
      [1, 2, 3].map(() => ({ type: 'roster.updated', data: {} })),
    );
    await vi.advanceTimersByTimeAsync(2_500);
    expect(requests.board).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it('the people online are known only while the socket is up', () => {
  const { board, presence } = setUp(2);
  expect(board.online).toBeUndefined();
  presence.hello(0, { channel: 'presence', presence: [idOf(1)] });
  expect([...(board.online ?? [])]).toEqual([idOf(1)]);
  presence.say({ kind: 'presence', joined: [idOf(0)], left: [idOf(1)] });
  expect([...(board.online ?? [])]).toEqual([idOf(0)]);
  presence.end();
  expect(board.online).toBeUndefined();
});
