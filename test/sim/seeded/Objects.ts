/** The channels' objects: real `Channel`s whose sockets, hibernation, resets and calls are the schedule's. */
import type { Channel } from '../../../worker/live/channel';
import type { Bindings } from '../../../worker/bindings';
import { Owner } from './Scheduler';
import type { Holder, Link, ServerSocket } from './sockets';
import type { World } from './World';

interface Accepted {
  socket: ServerSocket;
  tags: readonly string[];
  pingedAt: number | undefined;
}

/** One object: what the runtime keeps for it, and the instance that is awake, if any. */
class ChannelObject implements Holder {
  readonly accepted: Accepted[] = [];
  response: string | undefined;
  #instance: { channel: Channel; owner: Owner } | undefined;

  constructor(
    private readonly world: World,
    private readonly name: string,
    private readonly make: (ctx: DurableObjectState) => Channel,
  ) {}

  get awake(): { channel: Channel; owner: Owner } {
    if (!this.#instance) {
      const owner = new Owner(this.name);
      this.#instance = { channel: this.make(this.#state(owner)), owner };
    }
    return this.#instance;
  }

  /** Its memory is gone; its sockets and its auto-response stay. It hibernates only while nothing runs in it. */
  hibernate(): void {
    if (this.#instance?.owner.pending === 0) this.#instance = undefined;
  }

  /** Everything of it is gone; its callers get an error. */
  abort(): void {
    this.#instance?.owner.end();
    this.#instance = undefined;
    this.response = undefined;
    for (const { socket } of this.accepted.splice(0)) socket.link.cut();
  }

  autoResponse(): string | undefined {
    return this.response;
  }

  pinged(socket: ServerSocket): void {
    const its = this.accepted.find((each) => each.socket === socket);
    if (its) its.pingedAt = this.world.scheduler.now;
  }

  message(socket: ServerSocket, data: string): void {
    this.#inside((channel) => channel.webSocketMessage(socket as unknown as WebSocket, data));
  }

  closed(socket: ServerSocket, code: number): void {
    const at = this.accepted.findIndex((each) => each.socket === socket);
    if (at < 0) return;
    this.#inside((channel) => channel.webSocketClose(socket as unknown as WebSocket, code));
    this.accepted.splice(at, 1);
  }

  #inside(act: (channel: Channel) => void): void {
    const { channel, owner } = this.awake;
    this.world.scheduler.later(0, () => act(channel), owner);
  }

  #state(owner: Owner): DurableObjectState {
    const { accepted } = this;
    const held = (socket: WebSocket) => accepted.find((each) => each.socket === (socket as unknown));
    return {
      id: { name: this.name },
      waitUntil: () => undefined,
      acceptWebSocket: (socket: WebSocket, tags: string[]) => {
        const server = socket as unknown as ServerSocket;
        if (owner.ended) return server.link.cut();
        server.link.holder = this;
        accepted.push({ socket: server, tags, pingedAt: undefined });
      },
      getWebSockets: (tag?: string) =>
        accepted.filter(({ tags }) => tag === undefined || tags.includes(tag)).map(({ socket }) => socket),
      getTags: (socket: WebSocket) => held(socket)?.tags ?? [],
      setWebSocketAutoResponse: ({ response }: { response: string }) => {
        if (!owner.ended) this.response = response;
      },
      getWebSocketAutoResponse: () =>
        this.response === undefined ? null : { request: 'ping', response: this.response },
      getWebSocketAutoResponseTimestamp: (socket: WebSocket) => {
        const at = held(socket)?.pingedAt;
        return at === undefined ? null : new Date(at);
      },
    } as unknown as DurableObjectState;
  }
}

export class Objects {
  readonly #objects = new Map<string, ChannelObject>();
  readonly #toLose = new Map<string, number>();
  #deafUntil = 0;
  /** The socket that the object of this turn accepts. */
  upgrading: Link | undefined;

  constructor(
    private readonly world: World,
    private readonly make: (ctx: DurableObjectState) => Channel,
  ) {}

  get binding(): Bindings['CHANNELS'] {
    return {
      idFromName: (name: string) => name,
      get: (name: string) => this.#stub(name),
    } as unknown as Bindings['CHANNELS'];
  }

  get names(): string[] {
    return [...this.#objects.keys()];
  }

  object(name: string): ChannelObject {
    const known = this.#objects.get(name);
    if (known) return known;
    const object = new ChannelObject(this.world, name, this.make);
    this.#objects.set(name, object);
    return object;
  }

  abortAll(): void {
    for (const object of this.#objects.values()) object.abort();
  }

  /** No call arrives for a while. */
  deafen(ms: number): void {
    this.#deafUntil = this.world.scheduler.now + ms;
  }

  /** The next calls of each object do not arrive. */
  loseEach(calls: number): void {
    for (const name of this.names) this.#toLose.set(name, calls);
  }

  /** Calls arrive once, twice, late or never. */
  #stub(name: string): unknown {
    const { world } = this;
    const call = <T>(act: (channel: Channel) => T | Promise<T>, repeats = false): Promise<T> => {
      const left = this.#toLose.get(name) ?? 0;
      this.#toLose.set(name, Math.max(0, left - 1));
      const isDeaf = world.scheduler.now < this.#deafUntil;
      if (isDeaf || left > 0 || world.hits('lose')) return world.scheduler.pause(world.latency()).then(lost);
      if (repeats && world.hits('double')) void this.#call(name, act, world.latency()).catch(() => undefined);
      const late = repeats && world.hits('delay') ? world.random() * 4_000 : 0;
      return this.#call(name, act, world.latency() + late);
    };
    return {
      fetch: (request: Request) => this.#upgrade(request, call),
      deliver: (...given: Parameters<Channel['deliver']>) =>
        call((channel) => channel.deliver(...structuredClone(given)), true),
      revoke: (...given: Parameters<Channel['revoke']>) => call((channel) => channel.revoke(...given), true),
      pass: (...given: Parameters<Channel['pass']>) => call((channel) => channel.pass(...given)),
      attended: () => call((channel) => channel.attended()),
      status: () => call((channel) => channel.status()),
    };
  }

  #upgrade(
    request: Request,
    call: (act: (channel: Channel) => Promise<Response>) => Promise<Response>,
  ): Promise<Response> {
    const link = this.upgrading;
    return call((channel) => {
      this.upgrading = link;
      return channel.fetch(request);
    });
  }

  #call<T>(name: string, act: (channel: Channel) => T | Promise<T>, go: number): Promise<T> {
    const { world } = this;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const asker = world.scheduler.owner;
    world.scheduler.later(
      go,
      () => {
        const { channel, owner } = this.object(name).awake;
        const back = (outcome: () => void) => void world.scheduler.later(world.latency(), outcome, asker);
        const withdraw = owner.onEnd(() =>
          back(() => reject(new Error('Durable Object reset because it was aborted.'))),
        );
        const done = (outcome: () => void) => {
          withdraw();
          if (!owner.ended) back(outcome);
        };
        world.scheduler.later(
          0,
          () =>
            void Promise.try(act, channel).then(
              (value) => done(() => resolve(value)),
              (error: unknown) => done(() => reject(error)),
            ),
          owner,
        );
      },
      world.network,
    );
    return promise;
  }
}

const lost = (): never => {
  throw new Error('Network connection lost.');
};
