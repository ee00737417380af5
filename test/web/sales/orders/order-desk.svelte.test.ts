/** The release desk of orders: its queue, and which orders are new. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import type { Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { OrderDesk } from '$lib/sales/orders/OrderDesk.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';

const NOON = Date.parse('2026-06-10T12:00+02:00');
const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [rita, carla] = [
  { id: idOf(1), name: 'Rita Desk' },
  { id: idOf(2), name: 'Carla Till' },
];
const [here, there] = [
  { id: idOf(3), name: 'Café' },
  { id: idOf(4), name: 'Shop' },
];
const paid = (number: number, paidAt = NOON + number, place = here): Order => ({
  id: idOf(100 + number),
  number,
  place,
  date: '2026-06-10',
  state: 'for_release',
  version: 3,
  lines: [{ productId: idOf(9), name: 'Mint tea', quantity: 1 }],
  createdAt: NOON,
  createdBy: carla,
  expiresAt: null,
  paidAt,
  claim: null,
  ready: null,
  release: null,
  cancellation: null,
  changed: { by: carla, at: paidAt },
  arrivedAt: null,
});

let log: Envelope[];
let sockets: FakeSocket[];
let desk: OrderDesk;
let stop: () => void;

/** Adds the paid order to the log. */
function pay(order: Order, by = carla): void {
  const seq = log.length + 1;
  log.push({ seq, entry: seq, type: 'order.status_changed', at: NOON, by: by.id, data: order });
}
const push = (): void =>
  sockets.at(-1)?.say({ kind: 'events', epoch, from: log.length, events: log.slice(-1) });
const greet = (): void => sockets.at(-1)?.hello(log.length, { channel: 'orders' });
const numbers = (): (number | null)[] => desk.waiting.map(({ number }) => number);
const fresh = (): string[] => [...desk.newWork.chime.unseen];

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  [log, sockets] = [[], []];
  const network: Network = {
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    since: (_channel, { head }) =>
      Promise.resolve({ reset: false, epoch, head: log.length, events: log.slice(head), more: false }),
    heads: () => Promise.resolve({ epoch, heads: { orders: log.length } }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const list = {
    at: { epoch, heads: { orders: 0 } },
    now: NOON,
    today: '2026-06-10',
    dayStart: '04:00',
    orders: [paid(1, NOON - 86_400_000)],
    comments: [],
    places: [here, there].map((place) => ({ ...place, active: true, asksReceiver: false })),
    staff: [rita, carla],
    truncated: false,
  };
  desk = new OrderDesk(list, {
    api: {} as ApiClient,
    network,
    place: here.id,
    keep: () => undefined,
    ended: () => undefined,
    me: { ...rita, roles: ['releasing'], zone: 'Europe/Berlin' },
  });
  stop = desk.start();
  greet();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('an order paid while the desk is open is new, an earlier one is not', () => {
  expect([numbers(), fresh()]).toEqual([[1], []]);
  pay(paid(2));
  push();
  expect([numbers(), fresh()]).toEqual([[1, 2], [idOf(102)]]);
});

it('an order of another place, or paid by the same person, is not new', () => {
  pay(paid(2, NOON + 2, there));
  push();
  pay(paid(3), rita);
  push();
  expect([numbers(), fresh()]).toEqual([[1, 3], []]);
});

it('an order caught up after a lost connection is listed and not new', async () => {
  sockets.at(-1)?.end();
  pay(paid(2));
  await vi.advanceTimersByTimeAsync(5_000);
  greet();
  await vi.advanceTimersByTimeAsync(0);
  expect([numbers(), fresh()]).toEqual([[1, 2], []]);
  pay(paid(3));
  push();
  expect(fresh()).toEqual([idOf(103)]);
});

it('a new order that another person claims needs no sound any more', () => {
  pay(paid(2));
  push();
  pay({ ...paid(2), version: 4, claim: { by: carla, at: NOON }, changed: { by: carla, at: NOON + 9 } });
  push();
  desk.newWork.settle();
  expect([numbers(), fresh()]).toEqual([[1, 2], []]);
});
