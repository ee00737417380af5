/** A page's presence and focus, sent and received. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PACE } from '$live/connection';
import { World } from '../World';

const [ana, ben, chi] = [
  '019dd7f0-0000-7000-8000-00000000000a',
  '019dd7f0-0000-7000-8000-00000000000b',
  '019dd7f0-0000-7000-8000-00000000000c',
] as const;
let world: World;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  world = new World(0, { watches: true });
});
afterEach(() => {
  world.stop();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
/** The focuses that this page has sent over its current socket. */
const sentFocuses = () =>
  world.socket.sent.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as object);
const focus = (on: string | null, doing = 'viewing') => ({ kind: 'focus', on, doing });

describe('a page that watches', () => {
  it('knows the people present and their focus only while its socket is up', async () => {
    const { channel, socket } = world;
    expect(channel.present).toBeUndefined();
    socket.hello(0, { presence: [ana, ben], focuses: [{ person: ben, on: 'order-1', doing: 'editing' }] });
    expect(channel.present).toEqual(new Set([ana, ben]));
    expect(channel.focuses).toEqual([{ person: ben, on: 'order-1', doing: 'editing' }]);
    socket.say({ kind: 'presence', joined: [chi], left: [ben], focuses: [] });
    expect([channel.present, channel.focuses]).toEqual([new Set([ana, chi]), []]);
    socket.say({ kind: 'presence', joined: [], left: [chi] });
    expect(channel.present).toEqual(new Set([ana]));
    socket.end();
    expect(channel.present).toBeUndefined();
    expect(channel.focuses).toEqual([]);
    await vi.advanceTimersByTimeAsync(PACE.spread);
  });

  it('keeps them while it catches up', () => {
    const { channel, socket } = world;
    socket.hello(0, { presence: [ana], focuses: [] });
    world.happen(3);
    socket.events(3);
    expect(channel.status).toBe('catching_up');
    expect(channel.present).toEqual(new Set([ana]));
  });

  it('sends its focus after the greeting, and again after every reconnect', async () => {
    world.channel.look('order-1', 'editing');
    expect(sentFocuses()).toEqual([]);
    world.socket.hello(0);
    await settle();
    expect(sentFocuses()).toEqual([focus('order-1', 'editing')]);
    world.socket.end();
    await vi.advanceTimersByTimeAsync(PACE.spread);
    expect(world.sockets).toHaveLength(2);
    expect(sentFocuses()).toEqual([]);
    world.socket.hello(0);
    await settle();
    expect(sentFocuses()).toEqual([focus('order-1', 'editing')]);
  });

  it('does not drop a focus that it sets again in the same turn', async () => {
    world.socket.hello(0);
    world.channel.look('order-1');
    await vi.advanceTimersByTimeAsync(1_000);
    world.channel.look(null);
    world.channel.look('order-1', 'editing');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sentFocuses()).toEqual([focus('order-1'), focus('order-1', 'editing')]);
  });

  it('sends the last of many focuses, at most four a second', async () => {
    world.socket.hello(0);
    for (let n = 1; n <= 30; n += 1) {
      world.channel.look(`order-${n}`);
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sentFocuses().length).toBeLessThanOrEqual(7);
    expect(sentFocuses().at(-1)).toEqual(focus('order-30'));
    world.channel.look('order-30');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(
      sentFocuses().filter((it) => JSON.stringify(it) === JSON.stringify(focus('order-30'))),
    ).toHaveLength(1);
  });

  it('sends its focus again when the person returns, because a silent page expires', async () => {
    world.socket.hello(0);
    world.channel.look('order-1');
    await vi.advanceTimersByTimeAsync(1_000);
    world.page?.resumed();
    await settle();
    expect(sentFocuses()).toEqual([focus('order-1'), focus('order-1')]);
  });
});
