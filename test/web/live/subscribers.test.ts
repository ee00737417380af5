/** Several snapshots of different moments on one channel: no subscriber gets an event twice or misses one. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cursor, Envelope } from '$contract/wire';
import { epoch, restored, World } from '../World';

const settle = () => vi.advanceTimersByTimeAsync(0);
let world: World;
const open = (head = 0): World => (world = new World(head));

/** A page's list: its snapshot's cursor, and the events applied to it. */
class List {
  applied: { seq: number; replayed: boolean }[] = [];
  reloads = 0;
  broken = false;
  constructor(public cursor: Cursor) {}

  apply({ seq }: Envelope, { replayed }: { replayed: boolean }): void {
    if (this.broken) throw new Error('the page broke');
    this.applied.push({ seq, replayed });
  }
  reload(): Promise<void> {
    this.reloads += 1;
    this.cursor = { epoch: world.epoch, head: world.head };
    return Promise.resolve();
  }
  get seqs(): number[] {
    return this.applied.map(({ seq }) => seq);
  }
}
const list = (head: number, life = epoch) => new List({ epoch: life, head });

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  world.stop();
  vi.useRealTimers();
});

describe('a subscriber', () => {
  it('shares its socket and its events', () => {
    const { channel, socket } = open(2);
    socket.hello(2);
    const page = list(2);
    channel.subscribe(page);
    world.happen(1);
    socket.events(3);
    expect(page.applied).toEqual([{ seq: 3, replayed: false }]);
    expect(world.applied).toEqual([{ seq: 3, replayed: false }]);
    expect([world.sockets.length, world.pulls]).toEqual([1, 0]);
    expect(channel.status).toBe('live');
  });

  it('with an older snapshot gets the missing events as replayed, and the others do not get them again', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(5);
    socket.events(1, 2, 3, 4, 5);
    const page = list(2);
    channel.subscribe(page);
    expect(channel.status).toBe('catching_up');
    await settle();
    expect(page.applied).toEqual([3, 4, 5].map((seq) => ({ seq, replayed: true })));
    expect(world.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(channel.status).toBe('live');
    expect(channel.missed).toBe(0); // no one was offline
  });

  it('with a newer snapshot lets the others catch up, and gets only later events', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(3);
    const page = list(3);
    channel.subscribe(page);
    await settle();
    expect(world.seqs).toEqual([1, 2, 3]);
    socket.events(1, 2, 3); // the push comes later than the pull
    expect(world.seqs).toEqual([1, 2, 3]);
    expect(page.seqs).toEqual([]);
    expect(channel.missed).toBe(0);
    world.happen(1);
    socket.events(4);
    expect(page.seqs).toEqual([4]);
  });

  it('that joins further behind during a catch-up gets all events in order', async () => {
    const { channel, socket } = open(4);
    socket.hello(4);
    world.happen(20);
    socket.events(24);
    const page = list(1);
    channel.subscribe(page); // the first page of the pull is under way
    await settle();
    expect(world.seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
    expect(page.seqs).toEqual(Array.from({ length: 23 }, (_, index) => index + 2));
    expect(channel.status).toBe('live');
  });

  it('before the start moves the cursor to the slowest', async () => {
    const { channel } = open(6);
    world.stop();
    channel.subscribe(list(3));
    expect(channel.cursor).toEqual({ epoch, head: 3 });
    channel.start();
    await settle();
  });

  it('that has left gets no events and does not hold the cursor back', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(4);
    socket.events(1, 2, 3, 4);
    world.reached = false;
    const page = list(1);
    const leave = channel.subscribe(page);
    await settle();
    leave();
    expect(channel.cursor.head).toBe(4);
    world.happen(1);
    socket.events(5);
    expect(world.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(page.seqs).toEqual([]);
  });

  it('that joins later does not count events missed before', async () => {
    const { channel, socket } = open();
    world.happen(2);
    socket.hello(2);
    await settle();
    expect(channel.missed).toBe(2);
    channel.subscribe(list(2));
    expect(channel.missed).toBe(0);
  });
});

describe('a reset', () => {
  it('reloads all snapshots together, and each continues from its own', async () => {
    const { channel, socket } = open(5);
    const page = list(5);
    channel.subscribe(page);
    socket.hello(5);
    world.epoch = restored;
    world.log = world.log.slice(0, 1);
    // The page's snapshot is a moment newer: it has one event more.
    page.reload = () => {
      page.reloads += 1;
      if (page.reloads === 1) world.happen(1);
      page.cursor = { epoch: restored, head: 2 };
      return Promise.resolve();
    };
    socket.say({ kind: 'hello', v: 1, channel: 'attendance', epoch: restored, head: 1, replay: false });
    await settle();
    expect([world.reloads, page.reloads]).toEqual([1, 1]);
    expect(channel.cursor).toEqual({ epoch: restored, head: 2 });
    expect(world.seqs).toEqual([2]);
    expect(page.seqs).toEqual([]);
  });

  it('reloads all when a subscriber joins from another epoch', async () => {
    const { channel, socket } = open(5);
    socket.hello(5);
    const page = list(2, restored);
    channel.subscribe(page);
    expect(channel.status).toBe('catching_up');
    await settle();
    expect([world.reloads, page.reloads]).toEqual([1, 1]);
    expect(channel.status).toBe('live');
  });

  it('with one failed snapshot is retried for all, and the channel is not live before', async () => {
    const { channel, socket } = open(1);
    const page = list(1);
    channel.subscribe(page);
    let fails = 1;
    page.reload = () =>
      fails-- > 0 ? Promise.reject(new TypeError('Failed to fetch')) : List.prototype.reload.call(page);
    world.happen(20);
    world.floor = 10;
    socket.hello(21);
    await settle();
    expect(channel.status).toBe('catching_up');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(channel.status).toBe('live');
    expect(channel.cursor.head).toBe(21);
    expect([world.reloads, page.reloads]).toEqual([2, 1]);
  });
});

it('a subscriber that failed to apply an event gets it again, and the others do not', async () => {
  const { channel, socket } = open();
  const page = list(0);
  channel.subscribe(page);
  socket.hello(0);
  world.happen(1);
  page.broken = true;
  const escaped = vi.fn();
  process.once('uncaughtException', escaped);
  socket.events(1);
  page.broken = false;
  await settle();
  expect(page.seqs).toEqual([1]);
  expect(world.seqs).toEqual([1]);
  expect(channel.status).toBe('live');
});
