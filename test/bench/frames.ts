/**
 * The frames of all sockets. Frames of one channel that begin at the same event and have the same length are equal, so each is
 * parsed once, by the first socket that gets it, and then only counted.
 */
import { Samples } from './figures.ts';

/** The bytes that identify a frame: `{"kind":"events","epoch":"0123456789abcdef","from":1234567890,…`. */
export const START = 64;
const DIGITS = '{"kind":"events","epoch":"0123456789abcdef","from":'.length;
const EVENTS = 'e'.charCodeAt(0);
const KIND = '{"kind":"'.length;
/** The second letters of a pong and of a question. */
const QUESTION = 'i'.charCodeAt(0);
const PONG = 'p'.charCodeAt(0);

export type Event = { seq: number; at: number; by: string };

/** One socket's position, and the events it has received. */
export type Place = {
  head: number | undefined;
  received: number;
  /** @param replay whether the missed events follow */
  greeted(head: number | undefined, replay: boolean): void;
};

export type Frame = {
  key: number;
  length: number;
  /** Undefined until a socket has read the whole frame. */
  events?: Event[];
  /** The channel's head, in a greeting. */
  head?: number | undefined;
  replay?: boolean;
  /** When each event's request was sent and committed, in milliseconds of this process's monotonic clock. */
  sent?: number[];
  committed?: number[];
};

export class Frames {
  /** Events times sockets. */
  delivered = 0;
  /** Frames times sockets. */
  count = 0;
  /** Frames after a gap. A frame may begin with a known event: a greeting may be ahead of it. */
  gaps = 0;
  /** Answers to pings. */
  pongs = 0;
  /** Why a socket ended unexpectedly. */
  failure: Error | undefined;
  epoch = 'f'.repeat(16);
  head = 0;
  /** When the last frame arrived, on the monotonic clock. */
  lastAt = 0;
  /** By person: the client knows the person of a change, and only the server knows its number. */
  readonly sentAt = new Map<string, number>();
  fromSent = new Samples();
  fromCommit = new Samples();
  readonly #known = new Map<number, Frame>();
  #waiting: { sockets: number; events: number; resolve: () => void } | undefined;

  isQuestion(bytes: Buffer, start: number): boolean {
    return bytes[start] === PONG && bytes[start + 1] === QUESTION;
  }

  recognise(bytes: Buffer, start: number, length: number): Frame {
    if (bytes[start] === PONG) return { key: -1, length, events: [] };
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
    const content = JSON.parse(bytes.toString()) as {
      epoch: string;
      head?: number;
      replay?: boolean;
      events?: Event[];
    };
    this.epoch = content.epoch;
    frame.events = content.events ?? [];
    frame.head = content.head;
    frame.replay = content.replay ?? false;
    if (content.head !== undefined) this.head = Math.max(this.head, content.head);
    const clock = performance.timeOrigin;
    frame.sent = frame.events.map(({ by }) => this.sentAt.get(by) ?? NaN);
    frame.committed = frame.events.map(({ at }) => at - clock);
  }

  /** Counts a frame on one socket. */
  arrived({ key, head, replay = false, events = [], sent = [], committed = [] }: Frame, socket: Place): void {
    if (key < 0) {
      this.pongs += 1;
      return;
    }
    if (key === 0) {
      socket.greeted(head, replay);
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
    if (socket.head !== undefined && first > socket.head + 1) this.gaps += 1;
    socket.head = first + events.length - 1;
    this.head = Math.max(this.head, socket.head);
    const before = socket.received;
    socket.received += events.length;
    const waiting = this.#waiting;
    if (
      waiting &&
      before < waiting.events &&
      socket.received >= waiting.events &&
      (waiting.sockets -= 1) === 0
    )
      waiting.resolve();
  }

  /** The length of a frame with one event. */
  get bytesOfOne(): number {
    return [...this.#known.values()].find(({ events }) => events?.length === 1)?.length ?? NaN;
  }

  /** Resolves when this many sockets have received this many events. @throws after `patience` ms */
  delivery(sockets: number, events: number, patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const left = this.#waiting?.sockets ?? 0;
        reject(
          new Error(`${left} of ${sockets} sockets did not receive ${events} events within ${patience} ms`),
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
