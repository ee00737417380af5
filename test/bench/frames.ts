/**
 * What arrives on all sockets together. Frames of one channel that begin at the same event and are equally long are equal,
 * so each is parsed once, by whichever socket sees it first, and then only counted.
 */
import { Samples } from './figures.ts';

/** So many bytes of a frame tell which it is: `{"kind":"events","epoch":"0123456789abcdef","from":1234567890,…`. */
export const START = 64;
const DIGITS = '{"kind":"events","epoch":"0123456789abcdef","from":'.length;
const EVENTS = 'e'.charCodeAt(0);
const KIND = '{"kind":"'.length;

export type Event = { seq: number; at: number; by: string };

/** How far one socket has been told. */
export type Place = { head: number | undefined; told: number };

export type Frame = {
  key: number;
  length: number;
  /** Undefined until somebody has read it to its end. */
  events?: Event[];
  /** Of a greeting: where it says the channel stands. */
  head?: number | undefined;
  /** Milliseconds when each event's request was sent, and committed, on this process's monotonic clock. */
  sent?: number[];
  committed?: number[];
};

export class Frames {
  /** Events times sockets. */
  delivered = 0;
  /** Frames times sockets. */
  count = 0;
  /** Frames that left something out. One that begins with what a socket knows is no fault: a greeting may be ahead of it. */
  holes = 0;
  /** Why a socket ended that should not have. */
  failure: Error | undefined;
  epoch = 'f'.repeat(16);
  head = 0;
  /** When the last frame arrived, on the monotonic clock. */
  lastAt = 0;
  /** Sent, by the person whose change it was: the client knows the person, only the server the number. */
  readonly sentAt = new Map<string, number>();
  fromSent = new Samples();
  fromCommit = new Samples();
  readonly #known = new Map<number, Frame>();
  #waiting: { sockets: number; events: number; resolve: () => void } | undefined;

  recognise(bytes: Buffer, start: number, length: number): Frame {
    if (bytes[start + KIND] !== EVENTS) return { key: 0, length };
    let from = 0;
    for (let at = start + DIGITS; ; at += 1) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      from = from * 10 + digit;
    }
    const key = from * 2 ** 26 + length;
    const known = this.#known.get(key);
    if (known) return known;
    const fresh: Frame = { key, length };
    this.#known.set(key, fresh);
    return fresh;
  }

  understand(frame: Frame, bytes: Buffer): void {
    const told = JSON.parse(bytes.toString()) as { epoch: string; head?: number; events?: Event[] };
    this.epoch = told.epoch;
    frame.events = told.events ?? [];
    frame.head = told.head;
    if (told.head !== undefined) this.head = Math.max(this.head, told.head);
    const clock = performance.timeOrigin;
    frame.sent = frame.events.map(({ by }) => this.sentAt.get(by) ?? NaN);
    frame.committed = frame.events.map(({ at }) => at - clock);
  }

  /** Counts a frame on one socket. */
  arrived({ key, head, events = [], sent = [], committed = [] }: Frame, socket: Place): void {
    if (key === 0) {
      socket.head = head; // hello
      return;
    }
    const now = performance.now();
    this.lastAt = now;
    this.count += 1;
    this.delivered += events.length;
    for (let index = 0; index < events.length; index += 1) {
      this.fromSent.add(now - (sent[index] as number));
      this.fromCommit.add(now - (committed[index] as number));
    }
    const first = events[0]?.seq as number;
    if (socket.head !== undefined && first > socket.head + 1) this.holes += 1;
    socket.head = first + events.length - 1;
    this.head = Math.max(this.head, socket.head);
    const before = socket.told;
    socket.told += events.length;
    const waiting = this.#waiting;
    if (waiting && before < waiting.events && socket.told >= waiting.events && (waiting.sockets -= 1) === 0)
      waiting.resolve();
  }

  /** The length of a frame with one event. */
  get bytesOfOne(): number {
    return [...this.#known.values()].find(({ events }) => events?.length === 1)?.length ?? NaN;
  }

  /** Resolves when this many sockets have been told so many events. @throws after `patience` ms */
  told(sockets: number, events: number, patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const left = this.#waiting?.sockets ?? 0;
        reject(
          new Error(`${left} of ${sockets} sockets were not told ${events} events within ${patience} ms`),
        );
      }, patience);
      this.#waiting = {
        sockets,
        events,
        resolve: () => {
          clearTimeout(timer);
          this.#waiting = undefined;
          resolve();
        },
      };
    });
  }

  lost(reason: Error): void {
    this.failure ??= reason;
  }

  /** Begins a new measurement. */
  clear(): void {
    this.delivered = 0;
    this.count = 0;
    this.fromSent = new Samples();
    this.fromCommit = new Samples();
    this.#known.clear();
  }
}
