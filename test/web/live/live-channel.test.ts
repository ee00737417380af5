/** The live client's policy on a fake network and a fake clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { close, pong } from '$contract/wire';
import { epoch, World } from '../World';

const settle = () => vi.advanceTimersByTimeAsync(0);
let world: World;
const open = (head = 0): World => (world = new World(head));
/** Time passes while the socket answers each ping. */
const pass = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += 10_000) {
    await vi.advanceTimersByTimeAsync(10_000);
    world.socket.say(pong({ epoch, head: 0 }));
  }
};
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(0.5); // a wait drawn as 0 would try again at once
});
afterEach(() => {
  vi.restoreAllMocks();
  world.stop();
  vi.useRealTimers();
});

describe('a live channel', () => {
  it('is live only after the channel has sent its head', async () => {
    const { channel, socket } = open(4);
    expect(channel.status).toBe('catching_up');
    socket.hello(4);
    expect(channel.status).toBe('live');
    expect(world.pulls).toBe(0);
    await settle();
  });

  it('applies the next number, drops an older one, and pulls a gap once, page by page', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(10);
    socket.events(1);
    socket.events(1);
    expect(world.seqs).toEqual([1]);
    socket.events(9);
    socket.events(10);
    expect(channel.status).toBe('catching_up');
    await settle();
    expect(world.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(world.pulls).toBe(3);
    expect(channel.status).toBe('live');
  });

  it('applies the replay after the greeting without a pull', () => {
    const { channel, socket } = open(2);
    world.happen(2);
    socket.hello(4, { replay: true });
    expect(channel.status).toBe('catching_up');
    socket.events(3, 4);
    expect(channel.status).toBe('live');
    expect(world.pulls).toBe(0);
    expect(world.applied).toEqual([
      { seq: 3, replayed: true },
      { seq: 4, replayed: true },
    ]);
    expect(channel.missed).toBe(2);
  });

  it('marks later events as not replayed', () => {
    const { socket } = open();
    socket.hello(0);
    world.happen(1);
    socket.events(1);
    expect(world.applied).toEqual([{ seq: 1, replayed: false }]);
  });

  it('notices a missed event by the heartbeat', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(2);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(socket.sent).toEqual(['ping']);
    socket.say(pong({ epoch, head: 2 }));
    expect(channel.status).toBe('catching_up');
    await settle();
    expect(world.seqs).toEqual([1, 2]);
    expect(channel.status).toBe('live');
  });

  it('pings each 25 s also if frames keep coming, or the channel would close it as silent', async () => {
    const { socket } = open();
    socket.hello(0);
    world.happen(10);
    let answered = 0;
    for (let seq = 1; seq <= 10; seq += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      socket.events(seq);
      for (; answered < socket.sent.length; answered += 1) socket.say(pong({ epoch, head: seq }));
    }
    expect(socket.sent).toEqual(['ping', 'ping', 'ping']);
  });

  it('notices by the heads check an event that never reached the channel', async () => {
    const { socket } = open();
    socket.hello(0);
    world.happen(1);
    for (let passed = 0; passed < 90_000; passed += 10_000) {
      await vi.advanceTimersByTimeAsync(10_000);
      socket.say(pong({ epoch, head: 0 })); // the channel itself never got the event
    }
    await settle();
    expect(world.seqs).toEqual([1]);
  });

  it('is not live at a head below the one that the heads check named, also after a pull that failed', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(1);
    world.reached = false;
    channel.hear({ epoch, head: 1 });
    await settle();
    socket.say(pong({ epoch, head: 0 })); // the channel itself never got the event
    expect(channel.status).toBe('catching_up');
    world.reached = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect([channel.status, world.seqs]).toEqual(['live', [1]]);
  });

  it('is not live while the log is away although its socket is up, and comes back by itself', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.reached = false;
    await pass(90_000);
    const { asOf } = channel;
    expect(channel.status).toBe('offline');
    world.pulls = 0;
    await pass(300_000);
    expect(world.pulls).toBeLessThan(80);
    expect(channel.asOf).toBe(asOf);
    world.happen(1);
    world.reached = true;
    await pass(30_000);
    expect([channel.status, world.seqs]).toEqual(['live', [1]]);
  });

  it('is not live from the moment that any of the page’s requests is unavailable', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.reached = false;
    world.page?.unavailable?.();
    expect(channel.status).toBe('catching_up');
    await vi.advanceTimersByTimeAsync(20_000);
    socket.say(pong({ epoch, head: 0 }));
    expect(channel.status).toBe('offline');
    world.reached = true;
    await pass(30_000);
    expect(channel.status).toBe('live');
  });

  it('is not live 8 s after an unanswered ping', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(channel.status).toBe('live');
    await vi.advanceTimersByTimeAsync(8_000);
    expect(channel.status).not.toBe('live');
    expect(socket.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000); // the first try is spread over 5 s
    expect(world.sockets.length).toBeGreaterThan(1);
  });

  it('polls at the channel’s pace while sockets fail', async () => {
    const { channel } = open();
    world.socket.end();
    await settle();
    expect(channel.status).toBe('polling');
    world.happen(1);
    const pulls = world.pulls;
    for (let passed = 0; passed < 30_000; passed += 500) {
      await vi.advanceTimersByTimeAsync(500);
      if (!world.socket.closed) world.socket.end();
    }
    expect(world.pulls).toBe(pulls + 1); // 30 s for attendance
    expect(world.seqs).toEqual([1]);
    expect(channel.status).toBe('polling');
    expect(world.sockets.length).toBeGreaterThan(3); // and went on trying
  });

  it('stops polling when a socket greets again', async () => {
    open();
    world.socket.end();
    await vi.advanceTimersByTimeAsync(1_000);
    world.socket.hello(0);
    const { pulls } = world;
    await vi.advanceTimersByTimeAsync(24_000);
    expect(world.channel.status).toBe('live');
    expect(world.pulls).toBe(pulls);
  });

  it('is offline without a network, and keeps the time of its last data', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    const { asOf } = channel;
    world.reached = false;
    await vi.advanceTimersByTimeAsync(10_000);
    world.page?.cut?.();
    expect(channel.status).toBe('offline');
    await vi.advanceTimersByTimeAsync(5_000);
    world.socket.end();
    await settle();
    expect(channel.status).toBe('offline');
    expect(channel.asOf).toBe(asOf);
  });

  it('catches up on its return without notices, and counts what it missed', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.reached = false;
    world.page?.cut?.();
    world.happen(4);
    world.reached = true;
    world.page?.resumed();
    world.socket.hello(4);
    await settle();
    expect(channel.status).toBe('live');
    expect(channel.missed).toBe(4);
    expect(world.applied.every(({ replayed }) => replayed)).toBe(true);
  });

  it('is not live while an event cannot be applied', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    world.happen(1);
    world.applied.push = () => {
      throw new Error('the page broke');
    };
    const escaped = vi.fn(); // the error reaches the console
    process.once('uncaughtException', escaped);
    socket.events(1);
    await settle();
    expect(channel.status).toBe('catching_up');
    expect(channel.cursor.head).toBe(0);
  });

  it.each([close.signedOut, close.notAllowed])('does not reconnect after close code %i', async (code) => {
    const { channel, socket } = open();
    socket.hello(0);
    socket.end(code);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(world.sockets).toHaveLength(1);
    expect(channel.status).toBe('offline');
    expect(world.ended).toBe(1);
  });

  it('ends when the server refuses to replay', async () => {
    open();
    world.denied = true;
    world.socket.end();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(world.ended).toBe(1);
    expect(world.sockets).toHaveLength(1);
  });

  it('drops a socket that sends an unknown frame', async () => {
    const { channel, socket } = open();
    socket.hello(0);
    socket.say('{"kind":"nonsense"}');
    expect(socket.closed).toBe(true);
    expect(channel.status).toBe('catching_up');
    await settle();
  });

  it('leaves no timer and no socket when it is stopped', async () => {
    const { socket } = open();
    socket.hello(0);
    world.stop();
    expect(socket.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await settle();
  });

  it('reconnects within 5 seconds, then with full jitter below a doubling ceiling', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.999);
    open();
    world.socket.hello(0);
    world.socket.end();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(world.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    const waits: number[] = [];
    for (let attempt = 2; attempt < 11; attempt += 1) {
      const before = Date.now();
      world.socket.end();
      while (world.sockets.length === attempt) await vi.advanceTimersByTimeAsync(100);
      waits.push(Math.round((Date.now() - before) / 1000));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30]);
    random.mockRestore();
  });
});
