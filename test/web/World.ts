/** A fake server with a log, and a network that a test can cut. */
import type { ChannelName } from '$contract/channels';
import type { Cursor, Envelope, Since } from '$contract/wire';
import { HeadsCheck } from '$live/HeadsCheck';
import { LiveChannel } from '$live/LiveChannel.svelte';
import { Presence } from '$live/Presence.svelte';
import type { Subscriber } from '$live/Subscribers';
import { Denied, type Network } from '$live/network';

export const epoch = 'aaaaaaaaaaaaaaaa';
export const restored = 'bbbbbbbbbbbbbbbb';
export const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const ok = (body: unknown) =>
  Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(body) });
export const event = (seq: number): Envelope => ({
  seq,
  entry: seq,
  type: 'attendance.checked_in',
  at: seq,
  by: null,
  data: {},
});

export class FakeSocket extends EventTarget {
  sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  say(what: object | string): void {
    this.dispatchEvent(
      Object.assign(new Event('message'), { data: typeof what === 'string' ? what : JSON.stringify(what) }),
    );
  }
  hello(head: number, more: object = {}): void {
    this.say({ kind: 'hello', v: 1, channel: 'attendance', epoch, head, replay: false, ...more });
  }
  events(...seqs: number[]): void {
    this.say({ kind: 'events', epoch, from: seqs[0], events: seqs.map(event) });
  }
  end(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

/** One fake socket for each channel. */
export class FakeSockets {
  readonly #all = new Map<string, FakeSocket>();

  readonly connect = (channel: string): WebSocket => {
    const socket = new FakeSocket();
    this.#all.set(channel, socket);
    return socket as unknown as WebSocket;
  };

  of(channel: string): FakeSocket {
    return this.#all.get(channel) as FakeSocket;
  }
}

export class World {
  log: Envelope[] = [];
  epoch = epoch;
  floor = 0;
  reached = true;
  visible = true;
  doubts = 0;
  denied = false;
  sockets: FakeSocket[] = [];
  pulls = 0;
  reloads = 0;
  applied: { seq: number; replayed: boolean }[] = [];
  ended = 0;
  page: Parameters<Network['watch']>[0] | undefined;
  /** The screen that follows the channel. */
  readonly screen: Subscriber;
  readonly channel: LiveChannel;
  readonly stop: () => void;

  constructor(
    head = 0,
    { watches = false, name = 'attendance' }: { watches?: boolean; name?: ChannelName } = {},
  ) {
    this.log = Array.from({ length: head }, (_, index) => event(index + 1));
    const network: Network = {
      connect: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      since: (_channel, at) => this.since(at),
      heads: (names) =>
        this.reached
          ? Promise.resolve({
              epoch: this.epoch,
              heads: Object.fromEntries(names.map((name) => [name, this.head])),
            })
          : Promise.reject(new TypeError('Failed to fetch')),
      isVisible: () => this.visible,
      doubt: () => {
        this.doubts += 1;
        this.page?.silent?.();
      },
      watch: (page) => {
        this.page = page;
        return () => undefined;
      },
    };
    this.screen = {
      cursor: { epoch, head },
      apply: ({ seq }, { replayed }) => this.applied.push({ seq, replayed }),
      reload: () => {
        this.reloads += 1;
        this.screen.cursor = { epoch: this.epoch, head: this.head };
        return Promise.resolve();
      },
    };
    this.channel = new LiveChannel(name, this.screen.cursor, {
      ended: () => (this.ended += 1),
      heads: new HeadsCheck(network),
      network,
    });
    if (watches) this.channel.watch(new Presence());
    this.channel.subscribe(this.screen);
    this.stop = this.channel.start();
  }

  get head(): number {
    return this.log.length;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }

  get seqs(): number[] {
    return this.applied.map(({ seq }) => seq);
  }

  happen(count: number): void {
    for (let n = 0; n < count; n += 1) this.log.push(event(this.head + 1));
  }

  private since({ epoch, head }: Cursor): Promise<Since> {
    this.pulls += 1;
    if (this.denied) return Promise.reject(new Denied('401'));
    if (!this.reached) return Promise.reject(new TypeError('Failed to fetch'));
    const at = { epoch: this.epoch, head: this.head };
    if (epoch !== this.epoch || head < this.floor || head > this.head)
      return Promise.resolve({ reset: true, ...at });
    const events = this.log.slice(head, head + 3);
    return Promise.resolve({ reset: false, ...at, events, more: head + events.length < this.head });
  }
}
