/** What may be called live after a sleep, a return and a silence, on a fake network and a fake clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pong } from '$contract/wire';
import { epoch, World } from '../World';

let world: World;
const live = (...how: ConstructorParameters<typeof World>): World => {
  world = new World(...how);
  world.socket.hello(how[0] ?? 0);
  expect(world.channel.status).toBe('live');
  return world;
};
const answer = (head = 0) => world.socket.say(pong({ epoch, head }));
/** The device's clock advances; no timer runs. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const pings = () => world.socket.sent.filter((text) => text === 'ping').length;

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  world.stop();
  vi.useRealTimers();
});

describe('a page that wakes up', () => {
  it.each([20_000, 40_000, 600_000])('after %i ms is live only once a ping is answered', async (ms) => {
    const { channel, socket } = live();
    sleep(ms);
    await pass(1_000); // the first timer that runs again
    expect([channel.status, pings()]).toEqual(['catching_up', 1]);
    await pass(7_900);
    expect([channel.status, socket.closed]).toEqual(['catching_up', false]);
    answer();
    expect(channel.status).toBe('live');
  });

  it('is not live by what lay in the buffer, and replays it silently', async () => {
    const { channel, socket } = live();
    await pass(25_000); // a ping is under way
    expect(pings()).toBe(1);
    world.happen(2);
    sleep(20_000);
    socket.events(1);
    expect(channel.status).toBe('catching_up');
    answer(1); // to the ping before the sleep
    socket.events(2);
    await pass(0);
    expect([channel.status, channel.missed, pings()]).toEqual(['catching_up', 0, 2]);
    answer(2);
    expect([channel.status, channel.missed]).toEqual(['live', 2]);
    expect(world.applied).toEqual([
      { seq: 1, replayed: true },
      { seq: 2, replayed: true },
    ]);
    world.happen(1);
    socket.events(3);
    expect([world.applied.at(-1), channel.missed]).toEqual([{ seq: 3, replayed: false }, 2]);
  });

  it('is not live although the log answers, while its socket is silent', async () => {
    const { channel } = live();
    world.happen(1);
    sleep(600_000);
    await pass(1_000);
    expect([world.seqs, channel.status]).toEqual([[1], 'catching_up']);
    await pass(8_000);
    expect(channel.status).not.toBe('live');
  });

  it('is not live by a greeting that lay in the buffer', async () => {
    world = new World();
    world.page?.resumed(); // while the socket connects
    world.socket.hello(0);
    await pass(0);
    expect([world.channel.status, pings()]).toEqual(['catching_up', 1]);
    answer();
    expect(world.channel.status).toBe('live');
  });

  it('is current by its polls while a socket connects', async () => {
    world = new World();
    world.socket.end();
    await pass(1_000);
    world.page?.resumed();
    await pass(0);
    expect([world.channel.status, world.channel.asOf]).toEqual(['polling', Date.now()]);
  });
});

describe('a page that is looked at again', () => {
  it('is live only once the ping of that moment is answered', () => {
    const { channel } = live();
    world.page?.resumed();
    expect(channel.status).toBe('catching_up');
    answer();
    expect(channel.status).toBe('live');
  });

  it('needs the answer to its last ping', () => {
    const { channel } = live();
    world.page?.resumed();
    world.page?.resumed();
    answer();
    expect(channel.status).toBe('catching_up');
    answer();
    expect(channel.status).toBe('live');
  });
});

it('a question is sent back as it came, and says nothing of the channel', () => {
  const { channel, socket } = live();
  const before = [channel.status, channel.asOf];
  socket.say('ping 01900000-0000-7000-8000-000000000009');
  expect(socket.sent.at(-1)).toBe('ping 01900000-0000-7000-8000-000000000009');
  expect([channel.status, channel.asOf, socket.closed]).toEqual([...before, false]);
});

describe('silence', () => {
  const me = 'user.01900000-0000-7000-8000-000000000001';

  it.each([me, 'display'] as const)('of %s on a visible page is noticed within 9 s', async (name) => {
    const { channel, socket } = live(0, { name });
    await pass(5_000);
    expect(pings()).toBe(1);
    answer();
    await pass(5_000);
    expect([channel.status, pings()]).toEqual(['live', 2]);
    await pass(4_000);
    expect([channel.status, socket.closed]).toEqual(['catching_up', true]);
  });

  it.each([
    { name: me, visible: false, what: 'a person’s channel on a hidden page' },
    { name: 'attendance', visible: true, what: 'any other channel' },
  ] as const)('$what pings every 25 s', async ({ name, visible }) => {
    world = new World(0, { name });
    world.visible = visible;
    world.socket.hello(0);
    await pass(24_900);
    expect(pings()).toBe(0);
    await pass(100);
    expect(pings()).toBe(1);
  });

  it('of the person’s channel ends Live on the others until they are answered', async () => {
    const { channel } = live();
    world.page?.silent?.();
    expect([channel.status, pings()]).toEqual(['catching_up', 1]);
    answer();
    expect(channel.status).toBe('live');
    await pass(0);
  });

  it('is reported by the person’s channel alone', async () => {
    live(0, { name: me });
    await pass(9_000);
    expect(world.doubts).toBe(1);
    world.stop();
    live();
    await pass(33_000);
    expect([world.socket.closed, world.doubts]).toEqual([true, 0]);
  });

  it('does not hurry a channel that waits to reconnect: a drop may hit all screens', async () => {
    live();
    world.socket.end();
    world.page?.silent?.();
    expect(world.sockets).toHaveLength(1);
    await pass(5_000);
    expect(world.sockets).toHaveLength(2);
  });

  it('is not assumed while frames arrive', async () => {
    const { socket } = live();
    await pass(25_000);
    for (let seq = 1; seq <= 3; seq += 1) {
      await pass(6_000);
      world.happen(1);
      socket.events(seq);
    }
    expect(socket.closed).toBe(false);
    await pass(8_000);
    expect(socket.closed).toBe(true);
  });
});
