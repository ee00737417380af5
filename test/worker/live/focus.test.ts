import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { LEASE_MS } from '../../../worker/live/leases';
import { channelObject, listen, Listening, signedIn, someone } from '../workplace';

type Focus = { person: string; on: string; doing: string };
type Received = { kind: string; presence?: string[]; joined?: string[]; focuses?: Focus[] };

/** A page that watches the channel's presence. */
async function page(as: { cookie: string }, channel = 'orders'): Promise<Listening> {
  const socket = await listen(as, channel, '?presence=watch');
  if (socket instanceof Response) throw new Error(`refused: ${await socket.text()}`);
  await socket.until(() => socket.frames.length > 0);
  return socket;
}

const cashier = () => someone({ roles: ['cashier'] });
const releasing = () => someone({ roles: ['releasing'] });

const look = ({ socket }: Listening, on: string | null, doing = 'viewing') =>
  socket.send(JSON.stringify({ kind: 'focus', on, doing }));

/** The page's latest focuses, as "person doing thing". */
const seen = ({ frames }: Listening): string[] =>
  ((frames as Received[]).findLast(({ focuses }) => focuses)?.focuses ?? [])
    .map(({ person, on, doing }) => `${person} ${doing} ${on}`)
    .sort();

/** Of one person only: tests of one file share the channel. */
const seenOf = (it: Listening, { id }: { id: string }) => seen(it).filter((line) => line.startsWith(id));

describe('a focus', () => {
  it.each(['orders', 'registrations'])(
    'is sent to all watchers of %s, and to those who join later',
    async (channel) => {
      const [ana, ben] = [await cashier(), await releasing()];
      const [till, desk] = [await page(ana, channel), await page(ben, channel)];
      await till.until(() => (till.frames as Received[]).some(({ joined }) => joined?.includes(ben.id)));
      look(till, 'order-1', 'editing');
      await desk.until(() => seenOf(desk, ana).length > 0);
      expect(seenOf(desk, ana)).toEqual([`${ana.id} editing order-1`]);
      const late = await page(await someone({ roles: ['admin'] }), channel);
      expect((late.frames[0] as Received).presence).toEqual(expect.arrayContaining([ana.id, ben.id]));
      expect(seenOf(late, ana)).toEqual([`${ana.id} editing order-1`]);
      look(till, null);
      await desk.until(() => seenOf(desk, ana).length === 0);
    },
  );

  it('counts once for each thing over all tabs of a person, and ends with the tab', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    const phone = await signedIn(ana.id);
    const [first, second, third, desk] = [
      await page(ana),
      await page(ana),
      await page(phone),
      await page(ben),
    ];
    look(first, 'order-1');
    look(second, 'order-1', 'editing');
    look(third, 'order-2');
    const all = [`${ana.id} editing order-1`, `${ana.id} viewing order-2`];
    await desk.until(() => seenOf(desk, ana).join() === all.join());
    second.socket.close(1000);
    await desk.until(() => seenOf(desk, ana)[0] === `${ana.id} viewing order-1`);
    first.socket.close(1000);
    await desk.until(() => seenOf(desk, ana).join() === `${ana.id} viewing order-2`);
  });

  it('ends with a socket that fails without a close frame', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    const [till, desk] = [await page(ana), await page(ben)];
    look(till, 'order-1');
    await desk.until(() => seenOf(desk, ana).length > 0);
    await runInDurableObject(channelObject('orders'), (object, state) => {
      for (const socket of state.getWebSockets(`person:${ana.id}`)) object.webSocketError(socket);
    });
    await desk.until(() => seenOf(desk, ana).length === 0);
  });

  it('ends for a page that was silent for long, although its socket seems open', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 101_000 });
    const [till, desk] = [await page(ana), await page(ben)];
    look(till, 'order-1');
    await desk.until(() => seenOf(desk, ana).length > 0);
    vi.useRealTimers();
    look(desk, 'order-2');
    await desk.until(() => seenOf(desk, ben).length > 0);
    expect(seenOf(desk, ana)).toEqual([]);
    expect(seenOf(await page(await releasing()), ana)).toEqual([]);
    expect(desk.closed).toBeUndefined();
  });

  it('survives a hibernation of the object', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    const [till, desk] = [await page(ana), await page(ben)];
    look(till, 'order-1', 'editing');
    await desk.until(() => seenOf(desk, ana).length > 0);
    await evictDurableObject(channelObject('orders'));
    expect(seenOf(await page(ben), ana)).toEqual([`${ana.id} editing order-1`]);
    look(till, 'order-2');
    await desk.until(() => seenOf(desk, ana).join() === `${ana.id} viewing order-2`);
  });

  it('ends when its person is signed out, and when their lease ends', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const [ana, chi, ben] = [await cashier(), await cashier(), await releasing()];
      const [till, other, desk] = [await page(ana), await page(chi), await page(ben)];
      look(till, 'order-1');
      look(other, 'order-2');
      await desk.until(() => seenOf(desk, ana).length + seenOf(desk, chi).length === 2);
      await channelObject('orders').revoke({ session: ana.session });
      await desk.until(() => seenOf(desk, ana).length === 0);

      await env.DB.prepare('DELETE FROM sessions WHERE id = ?1').bind(chi.session).run();
      vi.setSystemTime(Date.now() + LEASE_MS + 1);
      look(other, 'order-3', 'editing');
      await desk.until(() => seenOf(desk, chi).length === 0);
      await other.until(() => other.closed !== undefined);
      expect(other.closed?.code).toBe(4001);
      expect(JSON.stringify(desk.frames)).not.toContain('order-3');
    } finally {
      vi.useRealTimers();
    }
  });

  it('survives the renewal of a lease', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const [ana, ben] = [await cashier(), await releasing()];
      const [till, desk] = [await page(ana, 'registrations'), await page(ben, 'registrations')];
      vi.setSystemTime(Date.now() + LEASE_MS - 1_000);
      look(till, 'order-1');
      await desk.until(() => seenOf(desk, ana).length > 0);
      vi.setSystemTime(Date.now() + 2_000);
      look(desk, 'order-2');
      await desk.until(() => seenOf(desk, ben).length > 0);
      expect(seenOf(desk, ana)).toEqual([`${ana.id} viewing order-1`]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('costs others few frames when a person moves quickly', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    const [till, desk] = [await page(ana), await page(ben)];
    const before = desk.frames.length;
    for (let n = 1; n <= 9; n += 1) look(till, `order-${n}`);
    await desk.until(() => seenOf(desk, ana).join() === `${ana.id} viewing order-9`);
    expect(desk.frames.length - before).toBeLessThanOrEqual(3);
  });
});

describe('a socket with a focus', () => {
  it.each([
    ['no JSON', 'hello'],
    ['another kind', { kind: 'events', on: 'order-1', doing: 'viewing' }],
    ['a field too many', { kind: 'focus', on: 'order-1', doing: 'viewing', person: 'eve' }],
    ['a word that is none', { kind: 'focus', on: 'order-1', doing: 'buying' }],
    ['an id that is none', { kind: 'focus', on: '<b>', doing: 'viewing' }],
    ['an id that is too long', { kind: 'focus', on: 'x'.repeat(65), doing: 'viewing' }],
    [
      'a frame that is too long',
      `${JSON.stringify({ kind: 'focus', on: null, doing: 'viewing' })}${' '.repeat(8_192)}`,
    ],
    ['bytes', new Uint8Array([123, 125])],
  ])('is closed after an invalid message: %s', async (_what, message) => {
    const till = await page(await cashier());
    till.socket.send(
      typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message),
    );
    await till.until(() => till.closed !== undefined);
    expect(till.closed?.code).toBe(4010);
  });

  it('is closed when it sends a focus on another channel or without watching', async () => {
    const ana = await someone({ roles: ['admin'] });
    for (const [channel, query] of [
      ['presence', '?presence=watch'],
      ['attendance', ''],
      ['orders', ''],
      ['tills', ''],
    ] as const) {
      const socket = (await listen(ana, channel, query)) as Listening;
      look(socket, 'order-1');
      await socket.until(() => socket.closed !== undefined);
      expect([channel, socket.closed?.code]).toEqual([channel, 4010]);
    }
  });

  it('is closed after more than ten messages in a second', async () => {
    const ana = await cashier();
    const calm = await page(ana);
    for (let n = 0; n < 10; n += 1) look(calm, `order-${n}`);
    await calm.until(() => seenOf(calm, ana).join() === `${ana.id} viewing order-9`);
    const flood = await page(ana);
    for (let n = 0; n < 11; n += 1) look(flood, `order-${n}`);
    await flood.until(() => flood.closed !== undefined);
    expect(flood.closed?.code).toBe(1008);
    expect(calm.closed).toBeUndefined();
  });

  it('is refused to people without the right to watch', async () => {
    const [eve, ana] = [await someone(), await someone({ roles: ['supervisor', 'host'] })];
    for (const channel of ['orders', 'registrations', 'tills', 'display'])
      for (const as of [eve, ana])
        expect(await listen(as, channel, '?presence=watch')).toMatchObject({ status: 403 });
    // A cashier may listen to `tills`, which has no presence to watch.
    expect(await listen(await cashier(), 'tills', '?presence=watch')).toMatchObject({ status: 403 });
  });

  it('neither counts as present nor gets presence without a request', async () => {
    const [ana, ben] = [await cashier(), await releasing()];
    const plain = (await listen(ana, 'orders')) as Listening;
    const desk = await page(ben);
    look(desk, 'order-1');
    await desk.until(() => seenOf(desk, ben).length > 0);
    expect((desk.frames[0] as Received).presence).not.toContain(ana.id);
    expect(plain.frames).toEqual([expect.not.objectContaining({ focuses: expect.anything() as unknown })]);
  });
});
