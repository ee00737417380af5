/** One WebSocket: its end in a page and its end in an object. Frames keep their order in each direction. */
import type * as v from 'valibot';
import {
  close,
  type Events as EventsFrame,
  type Hello as HelloFrame,
  PING,
} from '../../../worker/contract/wire';
import { SILENT_MS } from '../../../worker/live/socket';
import type { Owner } from './Scheduler';
import { Broken, type World } from './World';

/** The network of a page. `silent`: nothing arrives and nothing is reported, as after a walk into a cellar. */
export type Signal = 'up' | 'none' | 'silent';

type Listener = (event: { data?: string; code?: number }) => void;

/** What the object behind a socket does with what comes. */
export interface Holder {
  /** The runtime answers pings itself, also while the object hibernates. */
  autoResponse(): string | undefined;
  pinged(socket: ServerSocket): void;
  message(socket: ServerSocket, data: string): void;
  closed(socket: ServerSocket, code: number): void;
}

export class ServerSocket {
  readyState: number = 1;
  #attachment = '';

  constructor(readonly link: Link) {}

  send(data: string): void {
    if (this.readyState !== 1) throw new Error('the socket is closed');
    this.link.toPage({ data });
  }

  close(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (code === close.silent) this.link.mustBeSilent();
    this.link.toPage({ code });
  }

  serializeAttachment(value: unknown): void {
    this.#attachment = JSON.stringify(value);
  }

  deserializeAttachment(): unknown {
    return JSON.parse(this.#attachment);
  }
}

/** An object sends each number once, in order, after its greeting. */
class Order {
  #next: number | undefined;

  constructor(private readonly world: World) {}

  check(text: string): void {
    if (!text.startsWith('{')) return;
    const frame = JSON.parse(text) as Hello | Events;
    if (frame.kind === 'hello') this.#next = undefined;
    if (frame.kind !== 'events') return;
    for (const { seq } of frame.events) {
      if (seq !== (this.#next ?? seq))
        this.world.fail(new Broken(`an object sent ${seq} where ${this.#next} comes next`));
      this.#next = seq + 1;
    }
  }
}

type Hello = v.InferOutput<typeof HelloFrame>;
type Events = v.InferOutput<typeof EventsFrame>;

export class Link {
  readonly server = new ServerSocket(this);
  holder: Holder | undefined;
  readonly #order: Order;
  readonly #openedAt: number;
  /** Frames for a page that has not learned yet that it was admitted. */
  #early: (() => void)[] | undefined = [];
  /** The page has closed its end, or was told that it is closed. */
  #over = false;
  #listeners: [type: string, listener: Listener][] = [];
  /** Moments before which no later frame arrives. */
  #arrival = { page: 0, server: 0 };
  /** What waits for a silent network to return. */
  #held: (() => void)[] = [];

  constructor(
    private readonly world: World,
    private readonly page: { owner: Owner; signal: Signal; reachableFor: number },
  ) {
    this.#order = new Order(world);
    this.#openedAt = world.scheduler.now;
  }

  /** As a page's WebSocket. */
  get client(): WebSocket {
    return {
      addEventListener: (type: string, listener: Listener) => this.#listeners.push([type, listener]),
      send: (data: string) => this.#toServer(() => this.#received(data)),
      close: () => this.#leave(),
    } as unknown as WebSocket;
  }

  /** The page does not learn that it was admitted, if it was. */
  fail(): void {
    this.#dispatch('error', {});
    this.serverEnds();
  }

  /** The page has learned that it was admitted. */
  open(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const act of early) act();
  }

  toPage(it: { data: string } | { code: number }): void {
    if ('data' in it) this.#order.check(it.data);
    const dispatch = () => this.#dispatch('data' in it ? 'message' : 'close', it);
    if (this.#early) this.#early.push(dispatch);
    else this.#travel('page', dispatch);
  }

  /** An object closes no page as silent that was reachable for longer than `SILENT_MS`. */
  mustBeSilent(): void {
    const { world, page } = this;
    const there = Math.min(page.reachableFor, world.scheduler.now - this.#openedAt);
    if (there > SILENT_MS) world.fail(new Broken(`${page.owner.name} was taken for silent`));
  }

  /** The connection is reset: each end learns it, the page when its network lets it. */
  cut(): void {
    this.#held = [];
    this.serverEnds();
    this.#travel('page', () => this.#dispatch('close', { code: 1006 }));
  }

  /** The object or its host is gone. */
  serverEnds(): void {
    const { server, holder } = this;
    if (server.readyState === 3) return;
    server.readyState = 3;
    if (holder) this.world.scheduler.later(0, () => holder.closed(server, 1006), this.world.network);
  }

  /** The network is back: what waited arrives, or the connection turns out to be dead. */
  resume(alive: boolean): void {
    const held = this.#held.splice(0);
    if (alive) for (const act of held) act();
    else this.cut();
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#toServer(() => {
      if (this.server.readyState === 1) this.server.readyState = 2;
      this.holder?.closed(this.server, 1005);
    });
  }

  #received(data: string): void {
    const { holder, server } = this;
    if (!holder || server.readyState !== 1) return;
    const answer = data === PING ? holder.autoResponse() : undefined;
    if (answer === undefined) return holder.message(server, data);
    holder.pinged(server);
    this.toPage({ data: answer });
  }

  #toServer(act: () => void): void {
    this.#travel('server', act);
  }

  /** A frame is on its way; on a silent network it waits. */
  #travel(to: 'page' | 'server', act: () => void): void {
    const { world, page } = this;
    if (page.signal !== 'up') return void this.#held.push(() => this.#travel(to, act));
    const due = Math.max(world.scheduler.now + world.latency(), this.#arrival[to]);
    this.#arrival[to] = due;
    // What has arrived lies in the browser's buffer while the page sleeps, also if the network goes then.
    const arrive = () => {
      if (page.signal !== 'up') this.#held.push(() => this.#travel(to, act));
      else if (to === 'page') world.scheduler.handTo(page.owner, act);
      else act();
    };
    world.scheduler.later(due - world.scheduler.now, arrive, world.network);
  }

  #dispatch(type: string, event: { data?: string; code?: number }): void {
    if (this.#over) return;
    if (type !== 'message') this.#over = true;
    for (const [of, listener] of this.#listeners) if (of === type) listener(event);
  }
}
