/** A customers' screen: its columns, and that numbers never overlap. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DisplayBoard, DisplayState } from '$contract/sales/displays/displays';
import type { ApiClient } from '$lib/api';
import { fit, LEAST } from '$lib/sales/displays/fit';
import { Screen } from '$lib/sales/displays/Screen.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';

const [café, shop, kiosk] = [1, 2, 3].map((n) => `019dd7f0-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const number = (it: number, state: DisplayState, at: number, placeId = café) => ({
  placeId,
  date: '2026-11-21',
  number: it,
  state,
  at,
});
const board: DisplayBoard = {
  at: { epoch, heads: { display: 0 } },
  now: 1_000_000,
  organisation: 'Harbour Clinic',
  zone: 'Europe/Berlin',
  place: null,
  places: [
    { id: café, name: 'Café' },
    { id: shop, name: 'Shop' },
  ],
  numbers: [number(3, 'preparing', 30), number(2, 'preparing', 20), number(1, 'ready', 40)],
};

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.useRealTimers();
});

function setUp(from: DisplayBoard = board) {
  vi.useFakeTimers({ now: 1_000_000 });
  const server = { board: from, requests: 0 };
  const socket = new FakeSocket();
  const network: Network = {
    connect: () => socket as unknown as WebSocket,
    since: () => Promise.resolve({ reset: false, epoch, head: seq, events: [], more: false }),
    heads: () => Promise.resolve({ epoch, heads: {} }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const api = {
    display: {
      $get: () => {
        server.requests += 1;
        return Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(server.board) });
      },
    },
  } as unknown as ApiClient;
  const screen = new Screen(from, { api, network, ended: () => undefined });
  stops.push(screen.start());
  socket.hello(0, { channel: 'display' });
  let seq = 0;
  const publish = (data: object) => {
    seq += 1;
    const event = { seq, entry: seq, type: 'display.changed', at: 1_000_000, by: null, data };
    socket.say({ kind: 'events', epoch, from: seq, events: [event] });
  };
  const shown = () => [screen.preparing, screen.ready].map((column) => column.map((it) => it.number));
  return { screen, publish, shown, server, socket };
}

describe('a customers’ screen', () => {
  it('sorts numbers in preparation by waiting time, and ready ones by the last call', () => {
    const { shown, publish } = setUp();
    expect(shown()).toEqual([[2, 3], [1]]);
    publish(number(2, 'ready', 50));
    publish(number(4, 'preparing', 55));
    expect(shown()).toEqual([
      [3, 4],
      [2, 1],
    ]);
    publish(number(1, 'gone', 60));
    expect(shown()).toEqual([[3, 4], [2]]);
    publish(number(2, 'preparing', 65));
    expect(shown()).toEqual([[3, 4, 2], []]);
  });

  it('calls only a number that becomes ready while it is open', () => {
    const { screen, publish } = setUp();
    const called = () => screen.ready.filter((it) => screen.isCalled(it)).map((it) => it.number);
    expect(called()).toEqual([]);
    publish(number(2, 'ready', 50));
    publish(number(1, 'ready', 51)); // taken over: it was ready before
    expect(called()).toEqual([2]);
    publish(number(2, 'preparing', 52));
    expect(called()).toEqual([]);
  });

  it('names the place of a number that two places have', () => {
    const { screen, publish, shown } = setUp();
    publish(number(1, 'ready', 70, shop));
    expect(shown()[1]).toEqual([1, 1]);
    expect(screen.ready.map((it) => screen.placeName(it))).toEqual(['Shop', 'Café']);
  });

  it('of one place ignores the others’ numbers and shows no place names', () => {
    const place = { id: café, name: 'Café' };
    const { screen, publish, shown } = setUp({ ...board, place, places: [place] });
    publish(number(9, 'ready', 50, shop));
    expect(shown()).toEqual([[2, 3], [1]]);
    expect(screen.ready.map((it) => screen.placeName(it))).toEqual([null]);
  });

  it('loads the name of a place that was added later', async () => {
    const { screen, publish, server } = setUp();
    server.board = {
      ...board,
      at: { epoch, heads: { display: 1 } },
      places: [...board.places, { id: kiosk, name: 'Kiosk' }],
      numbers: [number(7, 'preparing', 50, kiosk)],
    };
    publish(number(7, 'preparing', 50, kiosk));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.requests).toBe(1);
    expect(screen.preparing.map((it) => screen.placeName(it))).toEqual(['Kiosk']);
  });
});

describe('the numbers of a column', () => {
  const boxes = [
    [78, 60],
    [88, 75],
    [85, 80],
    [40, 30],
    [10, 8],
  ] as const;

  it.each(boxes)('fit into %d by %d without overlapping, and are never small', (width, height) => {
    for (const labelled of [true, false])
      for (const digits of [3, 4])
        for (let count = 0; count <= 120; count += 1) {
          const { size, columns, shown } = fit(count, { width, height }, { digits, labelled });
          expect(size).toBeGreaterThanOrEqual(LEAST);
          expect(shown).toBeLessThanOrEqual(count);
          const places = shown === count ? count : shown + 1;
          const rows = Math.ceil(places / columns);
          if (columns > 1)
            expect(columns * size * (digits * 0.62 + 0.3) + (columns - 1) * 0.12 * size).toBeLessThanOrEqual(
              width,
            );
          if (rows > 1)
            expect(rows * size * (labelled ? 1.3 : 1) + (rows - 1) * 0.12 * size).toBeLessThanOrEqual(height);
        }
  });

  it('are as large as there is room for', () => {
    const sizes = [1, 6, 12, 24].map(
      (count) => fit(count, { width: 80, height: 65 }, { digits: 3, labelled: false }).size,
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBe(30);
  });
});
