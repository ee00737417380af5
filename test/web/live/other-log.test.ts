/** What the live client does when its snapshot and the log are of different epochs, or too far apart. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cursor, pong } from '$contract/wire';
import { epoch, event, restored, World } from '../World';

const settle = () => vi.advanceTimersByTimeAsync(0);
let world: World;
const open = (head = 0): World => (world = new World(head));
/** A newer snapshot replaces the screen's, because another channel of its view was reset. */
const rebase = (at: Cursor) => {
  world.screen.cursor = at;
  world.channel.rebase(at);
};

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  world.stop();
  vi.useRealTimers();
});

describe('a live channel beside another log', () => {
  it('reloads when the heads check finds an older log', async () => {
    const { channel, socket } = open(3);
    socket.hello(3);
    world.log.pop();
    for (let passed = 0; passed < 80_000; passed += 10_000) {
      await vi.advanceTimersByTimeAsync(10_000);
      socket.say(pong({ epoch, head: 3 })); // the channel does not know it
    }
    expect([world.reloads, channel.cursor]).toEqual([1, { epoch, head: 2 }]);
  });

  it('reloads the snapshot when the log has another epoch, and then pulls once more', async () => {
    const { channel, socket } = open(5);
    socket.hello(5);
    world.epoch = restored;
    world.log = [event(1)];
    socket.say({ kind: 'hello', v: 1, channel: 'attendance', epoch: restored, head: 1, replay: false });
    await settle();
    expect(world.reloads).toBe(1);
    expect(channel.cursor).toEqual({ epoch: restored, head: 1 });
    expect(channel.status).toBe('live');
    expect(world.pulls).toBe(2);
  });

  it('loads a snapshot that failed to load again once the channel has greeted', async () => {
    const { channel, socket, screen } = open(4);
    socket.hello(4);
    socket.end();
    world.reached = false;
    await channel.reload(screen);
    expect(channel.status).toBe('offline');
    await vi.advanceTimersByTimeAsync(5_000);
    world.reached = true;
    world.socket.hello(4);
    await settle();
    expect(world.reloads).toBe(1);
    expect(channel.status).toBe('live');
  });

  it('opens another socket if its object still names the epoch before a restore', async () => {
    const { channel, socket } = open(4);
    socket.hello(4);
    world.epoch = restored;
    channel.hear({ epoch: restored, head: 4 });
    await settle();
    expect(socket.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.socket).not.toBe(socket);
    world.socket.say({ kind: 'hello', v: 1, channel: 'attendance', epoch: restored, head: 4, replay: false });
    expect(channel.status).toBe('live');
  });

  it('reloads when its cursor is below the log’s floor', async () => {
    const { socket } = open(1);
    world.happen(20);
    world.floor = 10;
    socket.hello(21);
    await settle();
    expect(world.reloads).toBe(1);
    expect(world.channel.cursor.head).toBe(21);
  });

  it('ignores a head that the log does not have', async () => {
    const { channel, socket } = open(1);
    socket.hello(99);
    await settle();
    expect(world.pulls).toBe(1);
    expect(channel.status).toBe('live');
  });

  it('rebases to a newer snapshot without a repeated or lost event', async () => {
    const { channel, socket } = open(2);
    socket.hello(2);
    world.happen(3);
    // A snapshot with 4 of the 5 events arrives during the pull.
    socket.events(5);
    rebase({ epoch, head: 4 });
    await settle();
    expect(world.seqs).toEqual([5]);
    // A snapshot from before the last event: that event is replayed.
    rebase({ epoch, head: 4 });
    expect(channel.status).toBe('catching_up');
    await settle();
    expect(world.applied.at(-1)).toEqual({ seq: 5, replayed: true });
    expect(world.seqs).toEqual([5, 5]);
    expect(channel.status).toBe('live');
    expect(world.reloads).toBe(0);
  });

  it('applies no event of an old epoch to a snapshot that was rebased during a pull', async () => {
    const { channel, socket } = open(1);
    socket.hello(1);
    world.happen(4);
    socket.events(5);
    world.epoch = restored;
    world.log = [];
    world.happen(3);
    rebase({ epoch: restored, head: 2 });
    await settle();
    expect(world.seqs).toEqual([3]);
    expect(channel.cursor).toEqual({ epoch: restored, head: 3 });
    expect(world.reloads).toBe(0);
  });
});
