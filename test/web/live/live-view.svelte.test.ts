/** A page's live class over two channels: one snapshot, one reload for both, no repeated or lost event. */
import { Place } from '$contract/products/products';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '$contract/sales/orders/orders';
import type { Envelope, Heads } from '$contract/wire';
import { LiveChannel } from '$live/LiveChannel.svelte';
import { LiveView, MOST_KEPT, type Snapshot } from '$live/LiveView.svelte';
import type { Dependencies, Network } from '$live/network';
import { Presence } from '$live/Presence.svelte';
import { epoch, FakeSocket, restored } from '../World';

type Row = Pick<Order, 'id' | 'version'>;
interface Rows extends Snapshot {
  orders: readonly Row[];
}
interface Page extends Dependencies {
  own: LiveChannel<'presence'>;
  load(): Promise<Rows>;
}

const placeId = '01900000-0000-7000-8000-000000000001';
const place = { id: placeId, name: 'Counter', active: true, asksReceiver: false };
const row = (id: string, version = 1): Row => ({ id, version });

class View extends LiveView<Rows, Page> {
  readonly orders = this.collect<Row>(
    ({ orders }) => orders,
    ({ version }) => version,
  );
  readonly heard: string[] = [];
  readonly channel = this.follow('orders', {
    'place.updated': [
      Place,
      ({ name }, { seq, replayed }) => {
        this.heard.push(`${name} ${seq}${replayed ? ' again' : ''}`);
        this.orders.upsert(row(name, seq), { seq, replayed });
      },
    ],
    'stock.changed': () => this.reloadWithin(2_000),
  });

  constructor(snapshot: Rows, it: Page) {
    super(snapshot, it);
    this.follow(it.own, { 'roster.updated': ({ seq }) => this.heard.push(`roster ${seq}`) });
  }

  protected load(): Promise<Rows> {
    return this.it.load();
  }
}

const stops: (() => void)[] = [];
beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

/** @param kept what a device had kept, for a page that does not reach the server */
function setUp(kept?: { asOf: number; since: Snapshot['since'] }) {
  const sockets = new Map<string, FakeSocket>();
  const server = {
    epoch,
    logs: { orders: [] as Envelope[], presence: [] as Envelope[] },
    floor: 0,
    rows: [row('tea')] as readonly Row[],
    loads: 0,
    /** Delays snapshots after they were read. */
    gate: Promise.resolve(),
    watching: [] as boolean[],
  };
  const logOf = (channel: string) => (channel === 'orders' ? server.logs.orders : server.logs.presence);
  const heads = (): Heads => ({
    epoch: server.epoch,
    heads: { orders: server.logs.orders.length, presence: server.logs.presence.length },
  });
  const network: Network = {
    connect: (channel, _at, watches) => {
      const socket = new FakeSocket();
      sockets.set(channel, socket);
      server.watching.push(watches);
      return socket as unknown as WebSocket;
    },
    since: (channel, at) => {
      const log = logOf(channel);
      const here = { epoch: server.epoch, head: log.length };
      const reset = at.epoch !== server.epoch || at.head < server.floor || at.head > log.length;
      if (reset) return Promise.resolve({ reset, ...here });
      return Promise.resolve({ reset, ...here, events: log.slice(at.head), more: false });
    },
    heads: () => Promise.resolve(heads()),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const snapshot = (): Rows => ({ at: heads(), now: 1_000_000, orders: server.rows });
  const first = kept
    ? { ...snapshot(), at: { ...heads(), asOf: kept.asOf }, since: kept.since ?? [] }
    : snapshot();
  const own = new LiveChannel('presence', { epoch, head: 0 }, { network, ended: () => undefined });
  const view = new View(first, {
    network,
    own,
    ended: () => undefined,
    load: async () => {
      server.loads += 1;
      const loaded = snapshot();
      await server.gate;
      return loaded;
    },
  });
  stops.push(own.start(), view.start());
  const greet = (name: 'orders' | 'presence') =>
    sockets.get(name)?.hello(logOf(name).length, { channel: name, epoch: server.epoch });
  if (!kept) greet('orders');
  if (!kept) greet('presence');
  const happen = (channel: 'orders' | 'presence', type: string, data: object): Envelope => {
    const log = logOf(channel);
    const event = { seq: log.length + 1, entry: 1, type, at: 1, by: null, data };
    log.push(event);
    return event;
  };
  const push = (channel: 'orders' | 'presence', ...events: Envelope[]) =>
    sockets.get(channel)?.say({ kind: 'events', epoch: server.epoch, from: events[0]?.seq, events });
  const open = (name: string) => happen('orders', 'place.updated', { ...place, name });
  return { view, server, sockets, own, greet, happen, push, open };
}

describe('a live view', () => {
  it('gives each event with parsed data to its handler, and ignores unknown ones', () => {
    const { view, push, open, happen } = setUp();
    push('orders', open('Café'), happen('orders', 'order.unheard_of', {}));
    push('presence', happen('presence', 'roster.updated', {}));
    expect(view.heard).toEqual(['Café 1', 'roster 1']);
    expect(view.channel.cursor.head).toBe(2);
  });

  it('is not live while an event’s data do not match the contract', async () => {
    const { view, push, happen } = setUp();
    const escaped = vi.fn();
    process.once('uncaughtException', escaped);
    push('orders', happen('orders', 'place.updated', { name: 7 }));
    expect(view.channel.status).toBe('catching_up');
    expect(view.channel.cursor.head).toBe(0);
    await settle();
  });

  it('loads one snapshot when several channels are reset, and each continues from it', async () => {
    const { view, server, own, greet, happen } = setUp();
    server.epoch = restored;
    server.logs = { orders: [], presence: [] };
    server.rows = [row('soup')];
    for (let n = 0; n < 3; n += 1) happen('presence', 'roster.updated', {});
    greet('orders');
    greet('presence');
    await settle();
    expect(server.loads).toBe(1);
    expect(view.orders.rows).toEqual([row('soup')]);
    expect([view.channel.cursor, own.cursor]).toEqual([
      { epoch: restored, head: 0 },
      { epoch: restored, head: 3 },
    ]);
    expect([view.channel.status, own.status]).toEqual(['live', 'live']);
    expect(view.heard).toEqual([]);
  });

  it('applies an event during a load once', async () => {
    const { view, server, push, open } = setUp();
    let opened = (): void => undefined;
    server.gate = new Promise((resolve) => (opened = resolve));
    void view.reload();
    await vi.advanceTimersByTimeAsync(10);
    push('orders', open('Café'));
    opened();
    await settle();
    expect(view.heard).toEqual(['Café 1']);
    expect(view.orders.get('Café')).toEqual(row('Café', 1));
    expect(view.orders.touchedAt('Café')).toBeGreaterThan(0);
    expect(view.channel.status).toBe('live');
  });

  it('reloads once more when a reload is requested during a reload', async () => {
    const { view, server } = setUp();
    let opened = (): void => undefined;
    server.gate = new Promise((resolve) => (opened = resolve));
    void view.reload();
    await settle();
    server.rows = [row('soup')];
    const again = view.reload();
    opened();
    await again;
    expect(server.loads).toBe(2);
    expect(view.orders.rows).toEqual([row('soup')]);
  });

  it('keeps an answer that is newer than the loaded snapshot, but not after a restored database', async () => {
    const { view, server, greet } = setUp();
    view.orders.upsert(row('tea', 2));
    await view.reload();
    expect(view.orders.get('tea')?.version).toBe(2);
    server.epoch = restored;
    greet('orders');
    await settle();
    expect(view.orders.get('tea')?.version).toBe(1);
  });

  it('drops what an older database does not know, before its epoch changes', async () => {
    const { view, server, push, open } = setUp();
    push('orders', open('Café'));
    view.orders.upsert(row('tea', 2));
    server.logs.orders.pop();
    view.channel.hear({ epoch, head: 0 });
    await settle();
    expect(view.orders.rows).toEqual([row('tea', 1)]);
    expect(view.channel.cursor).toEqual({ epoch, head: 0 });
  });

  it('reloads once for many changes', async () => {
    const { server, push, happen } = setUp();
    for (let n = 0; n < 5; n += 1) push('orders', happen('orders', 'stock.changed', { changes: [] }));
    expect(server.loads).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.loads).toBe(1);
  });

  it('continues from its cursor when it is started again', async () => {
    const { view, push, open, server, greet } = setUp();
    push('orders', open('Café'));
    stops.pop()?.();
    open('Shop');
    stops.push(view.start());
    greet('orders');
    await settle();
    expect(view.heard).toEqual(['Café 1', 'Shop 2 again']);
    expect(server.loads).toBe(0);
  });
});

describe('a live view of a device', () => {
  it('goes on from what was kept as of then, and from the log once there is one', async () => {
    const online = setUp();
    online.push('orders', online.open('Café'), online.open('Shop'));
    online.push('presence', online.happen('presence', 'roster.updated', {}));
    const { since } = online.view.kept;
    expect(since.map(([name, { seq }]) => `${name} ${seq}`)).toEqual(['orders 1', 'orders 2', 'presence 1']);

    const { view, server, greet, open } = setUp({ asOf: 900_000, since });
    expect(view.heard).toEqual(['Café 1 again', 'Shop 2 again', 'roster 1']);
    expect(view.channel.asOf).toBe(900_000);
    expect(view.channel.cursor).toMatchObject({ epoch, head: 2 });
    expect(view.kept.since).toEqual(since);
    server.logs.orders = [...online.server.logs.orders];
    open('Pier');
    greet('orders');
    await settle();
    expect(view.heard.slice(3)).toEqual(['Pier 3 again']);
    expect(view.channel.asOf).toBe(1_000_000);
    expect(view.channel.missed).toBe(1);
  });

  it('drops kept events that do not follow its snapshot', () => {
    const online = setUp();
    online.push('orders', online.open('Café'), online.open('Shop'));
    const [, shop] = online.view.kept.since;
    const { view } = setUp({ asOf: 900_000, since: shop && [shop] });
    expect(view.heard).toEqual([]);
    expect(view.channel.cursor.head).toBe(0);
  });

  it('keeps the latest snapshot and only the events since', async () => {
    const { view, push, open, server } = setUp();
    push('orders', open('Café'));
    server.rows = [row('soup')];
    await view.reload();
    expect(view.kept).toMatchObject({ loaded: { orders: [row('soup')] }, since: [] });
    push('orders', open('Shop'));
    expect(view.kept.since.map(([, { seq }]) => seq)).toEqual([2]);
  });

  it('applies every event for weeks, and holds no more than 2,000 of them until its next snapshot', async () => {
    const { view, push, open } = setUp();
    push('orders', ...Array.from({ length: MOST_KEPT + 500 }, () => open('Café')));
    expect(view.heard).toHaveLength(MOST_KEPT + 500);
    expect(view.kept.since).toHaveLength(MOST_KEPT);
    await view.reload();
    push('orders', open('Shop'));
    expect(view.kept.since.map(([, { seq }]) => seq)).toEqual([MOST_KEPT + 501]);
  });

  it('is listed while it is shown', () => {
    const { view } = setUp();
    expect(LiveView.shown.has(view)).toBe(true);
    stops.pop()?.();
    expect(LiveView.shown.has(view)).toBe(false);
  });
});

it('a shared channel receives presence once a view watches it', async () => {
  const { own, sockets, server } = setUp();
  const before = sockets.get('presence');
  expect(server.watching).toEqual([false, false]);
  own.watch(new Presence());
  expect(before?.closed).toBe(true);
  expect(server.watching).toEqual([false, false, true]);
  sockets.get('presence')?.hello(0, { channel: 'presence', presence: [placeId] });
  expect(own.present).toEqual(new Set([placeId]));
  expect(own.status).toBe('live');
  await settle();
});
