/** A tab of a browser: the page's own live classes on a network that comes and goes. */
import { type ChannelName, leads } from '../../../worker/contract/channels';
import type { Cursor, Heads, Since } from '../../../worker/contract/wire';
import { HeadsCheck } from '../../../web/src/lib/live/HeadsCheck';
import { LiveChannel } from '../../../web/src/lib/live/LiveChannel.svelte';
import { answerOf, type Network, UNAVAILABLE } from '../../../web/src/lib/live/network';
import { Known } from './Known';
import { Owner } from './Scheduler';
import type { Subscriber } from '../../../web/src/lib/live/Subscribers';
import { Link, type Signal } from './sockets';
import { type Answered, newRequest, Worker } from './Worker';
import { Broken, type World } from './World';

/** How long a page waits for an answer. */
const TIMEOUT_MS = 10_000;

/** A heartbeat, its limit, and a little: of a page that is looked at, and of another. */
const SILENCE_MS = { visible: 12_000, hidden: 36_000 };
/** A sleep that a page notices by its own clock, which it reads each 4 s here. */
const NOTICED_MS = 10_000;
/** The latest heads check and what it may take. */
const BEHIND_MS = 100_000;

type Watch = Parameters<Network['watch']>[0];

export class Page {
  readonly owner: Owner;
  signal: Signal = 'up';
  readonly worker: Worker;
  readonly channels: LiveChannel[] = [];
  readonly heads: HeadsCheck;
  readonly links = new Set<Link>();
  readonly #known: Known;
  readonly #watches = new Set<Watch>();
  isHidden = false;
  /** How often it has asked the log for events. */
  pulls = 0;
  /** Whether the channel that listens for the whole page was live when the network went. */
  #isLed = false;
  /** When its network went away or came back, when it was last shown or hidden, and when it woke. */
  #signalAt: number;
  #seenAt: number;
  #wokeAt: number;
  #sleptAt = 0;
  /** The session has ended for it. */
  isOver = false;

  constructor(
    readonly world: World,
    readonly token: string,
    name: string,
  ) {
    this.owner = new Owner(name);
    this.#known = new Known(world);
    this.worker = new Worker(world);
    this.heads = new HeadsCheck(this.network);
    this.#signalAt = this.#seenAt = this.#wokeAt = world.scheduler.now;
    world.pages.add(this);
  }

  get network(): Network {
    return {
      connect: (channel, at, watches) => this.#connect(channel, at, watches),
      since: (channel, at) => {
        this.pulls += 1;
        const asked = answerOf<Since>(this.get(() => this.worker.since(this.token, channel, at)));
        return this.#known.since(channel, at, asked);
      },
      heads: (channels) =>
        this.#known.heads(answerOf<Heads>(this.get(() => this.worker.heads(this.token, channels)))),
      isVisible: () => !this.isHidden,
      doubt: () => this.#notify((it) => it.silent?.()),
      watch: (on) => {
        this.#watches.add(on);
        return () => this.#watches.delete(on);
      },
    };
  }

  readonly ended = (): void => {
    this.isOver = true;
  };

  follow<Name extends ChannelName>(name: Name, cursor: Cursor): LiveChannel<Name> {
    const { network, ended, heads } = this;
    const channel = new LiveChannel(name, cursor, { network, ended, heads });
    this.channels.push(channel);
    return channel;
  }

  /** Checks what a view gets from its channel: each event once, in order, from its snapshot on. */
  watch(channel: LiveChannel): void {
    let last = channel.cursor;
    const subscriber: Subscriber = {
      cursor: last,
      apply: ({ seq }) => {
        if (seq !== last.head + 1)
          this.world.fail(new Broken(`${this.owner.name} got ${seq} after ${last.head}`));
        last = { ...last, head: seq };
      },
      reload: async () => {
        const answer = await answerOf<Heads>(this.get(() => this.worker.heads(this.token, [channel.name])));
        last = { epoch: answer.epoch, head: answer.heads[channel.name] ?? 0 };
        subscriber.cursor = last;
      },
    };
    channel.subscribe(subscriber);
  }

  /** What the pill says: Live if all its channels are. */
  get isCurrent(): boolean {
    return this.channels.length > 0 && this.channels.every(isLive);
  }

  /** A live screen is exact. */
  check(): void {
    const { owner } = this;
    const world: World = this.world;
    if (owner.frozen || world.isUnsettled) return;
    for (const { status, name, cursor } of this.channels)
      world.must(
        status !== 'live' || this.#known.isReached(name, cursor),
        `${owner.name} is live on ${name} at ${cursor.head} although it was told of more`,
      );
    const { now } = world.scheduler;
    const settled = now - Math.max(this.#signalAt, this.#seenAt, this.#wokeAt);
    const isSilent = this.signal !== 'up' && settled >= this.#patience;
    const claims = this.#isLed ? this.channels.some(isLive) : this.isCurrent;
    world.must(!isSilent || !claims, `${owner.name} is live without network`);
    for (const { status, name, cursor } of this.channels) {
      const behind = status === 'live' ? Math.min(settled, world.beyond(name, cursor.head)) : 0;
      world.must(behind < BEHIND_MS, `${owner.name} is live on ${name} and behind since ${behind} ms`);
    }
  }

  /** For how long it has been awake with a network, milliseconds. */
  get reachableFor(): number {
    if (this.owner.frozen || this.signal !== 'up') return 0;
    return this.world.scheduler.now - Math.max(this.#signalAt, this.#wokeAt);
  }

  /** How long it may be live without network. After a sleep it must hear something first. */
  get #patience(): number {
    if (this.#wokeAt > this.#signalAt) return 0;
    return this.isHidden ? SILENCE_MS.hidden : SILENCE_MS.visible;
  }

  /** Runs in the tab. */
  act(what: () => unknown): void {
    this.world.scheduler.later(0, () => void what(), this.owner);
  }

  /** As `fetch` answers. @throws TypeError without network, DOMException after a timeout */
  async get<T>(
    ask: () => Promise<Answered>,
  ): Promise<{ ok: boolean; status: number; json: () => Promise<T> }> {
    const { status, body } = await this.request(ask);
    if (status === 503) this.dispatchEvent(new Event(UNAVAILABLE));
    return { ok: status === 200, status, json: () => Promise.resolve(body as T) };
  }

  /** A request of this page; the network may lose it or its answer, and then the page waits for its limit. */
  request<T>(ask: () => Promise<T>): Promise<T> {
    const { world, owner } = this;
    const { scheduler } = world;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const limit = scheduler.later(TIMEOUT_MS, () => reject(new Error('timeout')), owner);
    const fail = (): void => {
      scheduler.cancel(limit);
      reject(new TypeError('Failed to fetch'));
    };
    if (this.signal === 'none') {
      scheduler.later(1, fail, owner);
      return promise;
    }
    if (this.signal === 'silent') return promise;
    if (world.hits('requestLost')) {
      if (world.random() < 0.5) scheduler.later(world.latency(), fail, owner);
      return promise;
    }
    const request = newRequest();
    const arrive = (outcome: () => void): void => {
      world.requests.delete(request);
      if (world.hits('answerLost')) return;
      const land = () => {
        if (this.signal === 'up') {
          scheduler.cancel(limit);
          outcome();
        }
      };
      scheduler.later(world.latency(), land, owner);
    };
    world.requests.add(request);
    request.onEnd(() => arrive(fail));
    scheduler.later(
      world.latency(),
      () =>
        void ask().then(
          (answer) => arrive(() => resolve(answer)),
          () => arrive(fail),
        ),
      request,
    );
    return promise;
  }

  setSignal(signal: Signal): void {
    if (this.signal === signal) return;
    this.signal = signal;
    this.#signalAt = this.world.scheduler.now;
    this.#isLed = this.channels.some((it) => leads(it.name) && isLive(it));
    this.world.note(`${this.owner.name}: network ${signal}`);
    if (signal === 'none') this.act(() => this.#notify((it) => it.cut?.()));
    if (signal !== 'up') return;
    const alive = this.world.random() < 0.5;
    for (const link of this.links) link.resume(alive);
    this.act(() => this.#notify((it) => it.resumed()));
  }

  /** Another tab or program is in front of it, or it is looked at again. */
  hide(isHidden: boolean): void {
    if (this.isHidden === isHidden) return;
    this.world.note(`${this.owner.name}: ${isHidden ? 'hidden' : 'shown'}`);
    this.isHidden = isHidden;
    this.#seenAt = this.world.scheduler.now;
    if (!isHidden) this.act(() => this.#notify((it) => it.resumed()));
  }

  /** @param isTold whether the browser tells the page before; what it then sends is answered while it sleeps */
  freeze(isTold = this.world.random() < 0.5): void {
    const { scheduler, network } = this.world;
    if (isTold) this.act(() => this.#notify((it) => it.resumed()));
    const sleep = () => {
      this.world.note(`${this.owner.name}: asleep`);
      this.#sleptAt = scheduler.now;
      scheduler.freeze(this.owner);
    };
    scheduler.later(isTold ? 1 : 0, sleep, network);
  }

  /** It falls asleep, and wakes where there is no network. */
  wakeWithoutNetwork(): void {
    const { scheduler, network, random } = this.world;
    const lasts = 10_000 + random() * 60_000;
    this.freeze();
    scheduler.later(1_000, () => this.owner.frozen && this.setSignal('silent'), network);
    scheduler.later(lasts, () => this.wake(), network);
    scheduler.later(lasts + 20_000, () => this.setSignal('up'), network);
  }

  /** Awake again: what came meanwhile, and the event that it is looked at, in either order; a long sleep it may have to notice. */
  wake(): void {
    if (!this.owner.frozen) return;
    const { scheduler } = this.world;
    this.world.note(`${this.owner.name}: awake`);
    const isLong = !this.isHidden && scheduler.now - this.#sleptAt > NOTICED_MS;
    this.#wokeAt = scheduler.now;
    const resumed = () => this.act(() => this.#notify((it) => it.resumed()));
    const order = this.world.pick(
      isLong ? (['first', 'last', 'never'] as const) : (['first', 'last'] as const),
    );
    if (order === 'first') resumed();
    scheduler.thaw(this.owner);
    if (order === 'last') resumed();
  }

  /** The tab is gone without a word. Its sockets end for the server a while later. */
  kill(): void {
    this.world.note(`${this.owner.name}: killed`);
    this.owner.end();
    this.world.pages.delete(this);
    for (const link of this.links)
      this.world.scheduler.later(this.world.random() * 60_000, () => link.serverEnds(), this.world.network);
  }

  cutSockets(): void {
    this.world.note(`${this.owner.name}: sockets cut`);
    for (const link of this.links) link.cut();
  }

  dispatchEvent(event: Event): boolean {
    if (event.type === UNAVAILABLE) this.#notify((it) => it.unavailable?.());
    return true;
  }

  fetch(_path: string, _init: RequestInit): Promise<Response> {
    throw new Error('this page sends nothing');
  }

  #notify(what: (it: Watch) => void): void {
    for (const it of [...this.#watches]) what(it);
  }

  #connect(channel: ChannelName, at: Cursor, watches: boolean): WebSocket {
    const link = new Link(this.world, this);
    this.links.add(link);
    link.client.addEventListener('message', ({ data }) => this.#known.hear(channel, String(data)));
    const refused = () => this.world.scheduler.later(0, () => link.fail(), this.owner);
    this.request(() => this.worker.connect(this.token, link, channel, at, watches)).then(
      (admitted) => {
        if (admitted) link.open();
        else refused();
      },
      () => refused(),
    );
    return link.client;
  }
}

const isLive = ({ status }: LiveChannel): boolean => status === 'live';
