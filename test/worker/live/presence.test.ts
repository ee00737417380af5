import { describe, expect, it, vi } from 'vitest';
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import type { Channel } from '../../../worker/live/channel';
import {
  channelObject,
  crowd,
  impatiently,
  listen,
  Listening,
  listening,
  someone,
  type Someone,
} from '../workplace';

/** An open page that does not watch. */
const open = (person: Someone) => listening(person, 'presence');

async function watch(person: Someone): Promise<Listening> {
  const socket = await listen(person, 'presence', '?presence=watch');
  if (socket instanceof Response) throw new Error(`refused: ${await socket.text()}`);
  await socket.until(() => socket.frames.length > 0);
  return socket;
}

/** The people whom the watcher shows as present. */
function seen({ frames }: Listening): Set<string> {
  const here = new Set<string>();
  for (const frame of frames as { presence?: string[]; joined?: string[]; left?: string[] }[]) {
    for (const person of frame.presence ?? []) here.add(person);
    for (const person of frame.joined ?? []) here.add(person);
    for (const person of frame.left ?? []) here.delete(person);
  }
  return here;
}

async function close(page: Listening): Promise<void> {
  page.socket.close(1000);
  await page.until(() => page.closed !== undefined);
}

/** The people who left, as the watcher got them, in order. */
const leaves = ({ frames }: Listening) => (frames as { left?: string[] }[]).flatMap(({ left = [] }) => left);

const changes = ({ frames }: Listening) =>
  (frames as { kind: string }[]).filter(({ kind }) => kind === 'presence').length;

describe('presence', () => {
  it('is in a watcher’s greeting, and is sent as people join', async () => {
    const [ana, ben, chi] = [await someone({ roles: ['supervisor'] }), await someone(), await someone()];
    await open(ben);
    const board = await watch(ana);
    expect(seen(board)).toEqual(new Set([ana.id, ben.id]));
    await open(chi);
    await board.until(() => seen(board).has(chi.id));
  });

  it('is sent to watchers only, and others may not watch', async () => {
    const [ana, ben, eve] = [await someone({ roles: ['admin'] }), await someone(), await someone()];
    const own = await open(eve);
    const board = await watch(ana);
    await open(ben);
    await board.until(() => seen(board).has(ben.id));
    expect(own.frames).toEqual([expect.not.objectContaining({ presence: expect.anything() as unknown })]);
    for (const [as, channel] of [
      [eve, 'presence'],
      [ana, 'attendance'],
      [ana, `user.${ana.id}`],
    ] as const) {
      const refused = await listen(as, channel, '?presence=watch');
      expect(refused).toBeInstanceOf(Response);
      expect((refused as Response).status).toBe(403);
    }
  });

  it('counts people, not tabs, and a reload is not a leave', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await impatiently(async () => {
      const [ana, ben, chi] = [await someone({ roles: ['admin'] }), await someone(), await someone()];
      const board = await watch(ana);
      const [first, second] = [await open(ben), await open(ben)];
      await board.until(() => seen(board).has(ben.id));
      /** Lets time pass, and waits until the object has sent what was due: the witness joins after that. */
      const later = async (ms: number, witness: Someone) => {
        vi.setSystemTime(Date.now() + ms);
        await open(witness);
        await board.until(() => seen(board).has(witness.id));
      };

      await close(first);
      await later(15_000, chi);
      expect(seen(board).has(ben.id)).toBe(true);

      await close(second);
      await later(5_000, await someone());
      const third = await open(ben);
      await later(15_000, await someone());
      expect(seen(board).has(ben.id)).toBe(true);
      expect(leaves(board)).toEqual([]);

      await close(third);
      vi.setSystemTime(Date.now() + 5_000);
      const late = await watch(ana);
      expect(seen(late).has(ben.id)).toBe(true); // still within the grace period, also for a new watcher
      vi.setSystemTime(Date.now() + 6_000);
      await board.until(() => !seen(board).has(ben.id));
      await late.until(() => !seen(late).has(ben.id));
      expect(leaves(board)).toEqual([ben.id]);
    }).finally(() => vi.useRealTimers());
  });

  it('costs a watcher few frames for a crowd that joins together', async () => {
    const ana = await someone({ roles: ['admin'] });
    const board = await watch(ana);
    const before = changes(board);
    const many = await crowd(20);
    await Promise.all(many.map(open));
    await board.until(() => many.every(({ id }) => seen(board).has(id)));
    expect(changes(board) - before).toBeLessThanOrEqual(3);
  });

  it('survives a hibernation of the object', async () => {
    const [ana, ben] = [await someone({ roles: ['admin'] }), await someone()];
    await open(ben);
    const before = await watch(ana);
    await before.until(() => seen(before).has(ben.id));
    await evictDurableObject(channelObject('presence'));
    expect(seen(await watch(ana))).toContain(ben.id);
  });

  it('reaches the others when one watcher’s socket fails, and that socket is closed', async () => {
    const [ana, chi] = [await someone({ roles: ['admin'] }), await someone({ roles: ['supervisor'] })];
    const [broken, board] = [await watch(ana), await watch(chi)];
    await runInDurableObject(channelObject('presence'), (_object, state) => {
      for (const socket of state.getWebSockets(`person:${ana.id}`))
        socket.send = () => {
          throw new TypeError('no longer');
        };
    });
    const ben = await someone();
    await open(ben);
    await board.until(() => seen(board).has(ben.id));
    await broken.until(() => broken.closed !== undefined);
    expect(seen(broken).has(ben.id)).toBe(false);
  });

  it('ends once for a revoked person, without waiting for the close frame', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await impatiently(async () => {
      const [ana, ben] = [await someone({ roles: ['admin'] }), await someone()];
      const board = await watch(ana);
      const page = await open(ben);
      await board.until(() => seen(board).has(ben.id));
      let late: () => void = () => undefined;
      await runInDurableObject(channelObject('presence'), (object: Channel, state) => {
        const [socket] = state.getWebSockets(`person:${ben.id}`) as [WebSocket];
        const hear = object.webSocketClose.bind(object);
        late = () => hear(socket, 4001);
        object.webSocketClose = () => undefined;
        object.revoke({ person: ben.id });
      });
      await page.until(() => page.closed !== undefined);
      vi.setSystemTime(Date.now() + 11_000);
      await board.until(() => !seen(board).has(ben.id));
      await runInDurableObject(channelObject('presence'), () => late());
      expect(seen(await watch(ana)).has(ben.id)).toBe(false);
      expect(leaves(board).filter((id) => id === ben.id)).toHaveLength(1);
    }).finally(() => vi.useRealTimers());
  });

  it('is sent in full to a watcher who joins right after a revoke', async () => {
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
    await open(ben);
    await channelObject('presence').revoke({ person: ana.id });
    const board = await watch(ana);
    await board.until(() => seen(board).has(ben.id));
    expect(seen(board)).toContain(ana.id);
  });
});
