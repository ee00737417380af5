/** A drawer follows two channels that are not in step: late, early and repeated events count once. */
import { flushSync } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import type { Drawer as DrawerRow, OwnDrawer } from '$contract/sales/drawers/drawers';
import type { Payment, Sale } from '$contract/sales/payments/payments';
import type { Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Drawer } from '$lib/sales/drawers/Drawer.svelte';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ana = { id: idOf(1), name: 'Ana Weber' };
const opened = (n: number, float: number): DrawerRow => ({
  id: idOf(n),
  number: n,
  date: '1970-01-01',
  person: ana,
  place: { id: idOf(9), name: 'Café' },
  openedAt: 1,
  float,
  closedAt: null,
  expected: { cash: float, card: 0, transfer: 0 },
  counted: null,
  note: null,
  taxes: [],
  adjustments: [],
  late: [],
  report: null,
});
const closed = (drawer: DrawerRow, cash: number): DrawerRow => ({
  ...drawer,
  closedAt: 2,
  counted: { cash, card: 0, transfer: 0 },
});
const sale = (drawer: number, amount: number, refunded?: number): Sale => {
  const payment: Payment = {
    id: idOf(50),
    kind: 'payment',
    method: 'cash',
    amount,
    rounding: 0,
    tip: 0,
    received: amount,
    change: 0,
    reference: null,
    at: 1,
    by: ana,
    drawerId: idOf(drawer),
  };
  const taxes = [{ rate: 700, net: amount, tax: 0 }];
  const back: Payment[] =
    refunded === undefined ? [] : [{ ...payment, kind: 'refund', drawerId: idOf(refunded) }];
  return {
    id: idOf(40),
    kind: 'order',
    label: '042',
    lines: [],
    subtotal: amount,
    tax: 0,
    total: amount,
    taxes,
    taxIncluded: true,
    discount: null,
    currency: 'EUR',
    payments: [payment],
    refunds: back.map((it) => ({
      ...{ id: it.id, amount, taxes, reason: 'Cold', restocked: true, at: it.at, by: ana, lines: [] },
      payments: [it],
    })),
  };
};
const event = (seq: number, type: string, data: unknown): Envelope => ({
  seq,
  type,
  data,
  entry: seq,
  at: 1,
  by: ana.id,
});

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A drawer whose two channels the test controls. */
function setUp(drawer: DrawerRow | null) {
  const snapshot: OwnDrawer = {
    at: { epoch, heads: { [`user.${ana.id}`]: 0, tills: 0 } },
    now: 1,
    zone: 'Europe/Berlin',
    dayStart: '04:00',
    currency: 'EUR',
    drawer,
    places: [{ id: idOf(9), name: 'Café' }],
  };
  const sockets = new Map<string, FakeSocket>();
  const network: Network = {
    connect: (channel) => {
      const socket = new FakeSocket();
      sockets.set(channel, socket);
      return socket as unknown as WebSocket;
    },
    since: (channel, { head }) => {
      const reset = channel === resets.name;
      const at = { epoch, head: snapshot.at.heads[channel] ?? 0 };
      resets.name = undefined;
      return Promise.resolve(
        reset ? { reset, ...at } : { reset: false, epoch, head, events: [], more: false },
      );
    },
    heads: () => Promise.resolve(snapshot.at),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const resets: { name: string | undefined } = { name: undefined };
  const answer = { ok: true, status: 200, json: () => Promise.resolve(snapshot) };
  const api = { drawers: { mine: { $get: () => Promise.resolve(answer) } } } as unknown as ApiClient;
  const around = { network, ended: () => undefined };
  const own = new LiveChannel(`user.${ana.id}`, { epoch, head: 0 }, around);
  const tills = new LiveChannel('tills', { epoch, head: 0 }, around);
  const it = new Drawer(snapshot, { api, ...around, own, tills });
  stops.push(own.start(), tills.start(), it.start());
  const say = ({ name }: LiveChannel, events: Envelope[]) =>
    flushSync(() => sockets.get(name)?.say({ kind: 'events', epoch, from: events[0]?.seq, events }));
  for (const { name } of [own, tills]) sockets.get(name)?.hello(0, { channel: name });
  return {
    it,
    snapshot,
    hears: (...events: Envelope[]) => say(own, events),
    takes: (...events: Envelope[]) => say(tills, events),
    /** Resets the person's own channel. */
    reset: async () => {
      resets.name = own.name;
      own.hear({ epoch, head: 99 });
      while (it.latest !== snapshot) await Promise.resolve();
    },
  };
}

it('a drawer counts its own payments and refunds only', () => {
  const { it, takes } = setUp(opened(2, 1_000));
  takes(
    event(1, 'sale.paid', sale(2, 450)),
    event(2, 'sale.paid', sale(3, 9_999)),
    event(3, 'sale.updated', sale(2, 450)),
    event(4, 'sale.refunded', sale(3, 200, 2)),
    event(5, 'sale.refunded', sale(2, 70, 3)),
  );
  expect(it.open?.expected).toEqual({ cash: 1_250, card: 0, transfer: 0 });
  expect(it.open?.taxes).toEqual([{ rate: 700, net: 250, tax: 0 }]);
});

it('a drawer counts a payment whose event comes before the opening’s', () => {
  const { it, hears, takes } = setUp(null);
  takes(event(1, 'sale.paid', sale(2, 450)));
  expect(it.open).toBeNull();
  hears(event(1, 'drawer.updated', opened(2, 1_000)));
  expect(it.open?.expected.cash).toBe(1_450);
});

it('a drawer counts a payment once that a snapshot for the other channel contains', async () => {
  const { it, reset, takes, snapshot } = setUp(opened(2, 1_000));
  takes(event(1, 'sale.paid', sale(2, 450)));
  Object.assign(snapshot, {
    at: { epoch, heads: { [`user.${ana.id}`]: 1, tills: 2 } },
    drawer: { ...opened(2, 1_000), expected: { cash: 1_950, card: 0, transfer: 0 } },
  });
  await reset();
  takes(event(2, 'sale.paid', sale(2, 500)), event(3, 'sale.paid', sale(2, 10)));
  expect(it.open?.expected.cash).toBe(1_960);
});

it('a drawer closed here or on another device shows its count until another opens', () => {
  const { it, hears } = setUp(opened(2, 1_000));
  const end = closed(opened(2, 1_000), 990);
  hears(event(1, 'drawer.updated', end));
  expect([it.open, it.closed]).toEqual([null, end]);
  hears(event(2, 'drawer.updated', opened(3, 0)));
  expect([it.open?.id, it.closed]).toEqual([idOf(3), undefined]);
});
