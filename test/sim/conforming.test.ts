/** The real D1 and object, and the simulated ones, do what the product relies on. */
import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { describe, it } from 'vitest';
import type { ChannelName } from '../../worker/contract/channels';
import { type Envelope, PING, pong } from '../../worker/contract/wire';
import { objectOf } from '../../worker/live/object';
import { headsOf } from '../../worker/live/replay';
import { admission } from '../../worker/live/socket';
import { Listening } from '../worker/workplace';
import { ofDatabase, ofObject, type OpenChannel } from './conforming';
import { Owner } from './seeded/Scheduler';
import { Link } from './seeded/sockets';
import { calm, World } from './seeded/World';
import { inRuntime } from './storage';

const someChannel = (): ChannelName => `user.${uuidv7()}`;

const event = (seq: number): Envelope => ({ seq, entry: seq, type: 'test', at: 1, by: null, data: {} });

const admitted = (epoch: string) => ({
  [admission.person]: 'ana',
  [admission.session]: 'a session',
  [admission.cursor]: pong({ epoch, head: 0 }),
});

async function real(): Promise<OpenChannel> {
  const name = someChannel();
  const { epoch } = await headsOf(env.DB, [name]);
  const headers = { Upgrade: 'websocket', ...admitted(epoch) };
  const { webSocket } = await objectOf(env, name).fetch(new Request('https://muster.test/', { headers }));
  if (!webSocket) throw new Error('the object did not accept');
  const socket = new Listening(webSocket);
  return {
    epoch,
    async received(count) {
      await socket.until(() => socket.texts.length >= count);
      return socket.texts;
    },
    async closed() {
      await socket.until(() => socket.closed !== undefined);
      return socket.closed?.code ?? 0;
    },
    ping: () => socket.socket.send(PING),
    deliver: (head) => objectOf(env, name).deliver(epoch, head, [event(head)]),
    revoke: () => objectOf(env, name).revoke({ person: 'ana' }),
    hibernate: () => evictDurableObject(objectOf(env, name)),
    abort: () => abortAllDurableObjects(),
  };
}

const simulated = (test: (channel: OpenChannel) => Promise<void>): Promise<void> =>
  inRuntime(async (it) => {
    const world = new World(1, it);
    world.odds = calm;
    const leave = world.enter();
    try {
      await test(await openIn(world));
    } finally {
      leave();
    }
  });

async function openIn(world: World): Promise<OpenChannel> {
  const name = someChannel();
  const [texts, codes]: [string[], number[]] = [[], []];
  /** Lets time pass until it has ended. */
  const ended = async <T>(pending: Promise<T>): Promise<T> => {
    let isPending = true;
    void pending.finally(() => (isPending = false)).catch(() => undefined);
    while (isPending) await world.runFor(50);
    return pending;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await world.runFor(50);
  };
  const { epoch } = await ended(headsOf(world.env.DB, [name]));
  const link = new Link(world, { owner: new Owner('page'), signal: 'up', reachableFor: 0 });
  link.client.addEventListener('message', ({ data }) => void texts.push(String(data)));
  link.client.addEventListener('close', ({ code }) => void codes.push(code));
  world.objects.upgrading = link;
  const object = objectOf(world.env, name);
  const headers = new Headers(admitted(epoch));
  await ended(object.fetch({ url: 'https://muster.test/', headers } as unknown as Request));
  link.open();
  await until(() => texts.length > 0);
  return {
    epoch,
    async received(count) {
      await until(() => texts.length >= count);
      return texts;
    },
    async closed() {
      await until(() => codes.length > 0);
      return codes[0] ?? 0;
    },
    ping: () => link.client.send(PING),
    deliver: (head) => ended(object.deliver(epoch, head, [event(head)])),
    revoke: () => ended(object.revoke({ person: 'ana' })),
    async hibernate() {
      await world.runFor(1_000);
      world.objects.object(name).hibernate();
    },
    abort: () => Promise.resolve(world.objects.object(name).abort()),
  };
}

describe('D1', () => {
  it.each(Object.entries(ofDatabase))('%s', (_, test) => test(env.DB));
});

describe('the simulated D1', () => {
  it.each(Object.entries(ofDatabase))('%s', (_, test) =>
    inRuntime(async (it) => {
      const world = new World(1, it);
      world.odds = calm;
      const undo = it.sql.begin();
      let isPending = true;
      const pending = test(world.db.d1).finally(() => (isPending = false));
      pending.catch(() => undefined);
      while (isPending) await world.runFor(50);
      undo();
      await pending;
    }),
  );
});

describe('a channel’s object', () => {
  it.each(Object.entries(ofObject))('%s', async (_, test) => test(await real()));
});

describe('a simulated object', () => {
  it.each(Object.entries(ofObject))('%s', (_, test) => simulated(test));
});
