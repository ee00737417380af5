/** A channel's listeners, and the measurements on them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Spread } from './figures.ts';
import { Frames } from './frames.ts';
import type { Listener } from './listener.ts';
import type { Subject } from './subjects.ts';

/** Concurrent upgrades. */
const UPGRADES = 32;
const PATIENCE_MS = 60_000;
/** Each page pings once in this: a silent one is closed. In parts, so that pings do not come in bursts. */
const HEARTBEAT_MS = 25_000;
const PARTS = 100;

/** How busy both cores were, 1 being a whole core, and the server's processor time for one event on one socket. */
export type Busy = { serverBusy: number; clientBusy: number; serverMicroseconds: number };

export type Paced = Busy & {
  rate: number;
  fromRequest: Spread;
  fromCommit: Spread;
  framesPerSocket: number;
  frameBytes: number;
};

export type Burst = Busy & {
  events: number;
  /** From the first one sent to the last frame received. */
  seconds: number;
  /** Events times sockets, in that time. */
  deliveredPerSecond: number;
  acknowledgedPerSecond: number;
  framesPerSocket: number;
};

export class Audience {
  readonly #frames = new Frames();
  readonly #listeners: Listener[] = [];
  readonly #subject: Subject;
  #heart: ReturnType<typeof setInterval> | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  get size(): number {
    return this.#listeners.length;
  }

  /** Connects listeners until there are this many. */
  async grow(size: number): Promise<void> {
    if (this.#subject.heartbeats) this.#heart ??= this.#beat();
    let next = this.size;
    const connect = async (): Promise<void> => {
      while (next < size) this.#listeners.push(await this.#subject.listen(next++, this.#frames));
    };
    await Promise.all(Array.from({ length: UPGRADES }, connect));
  }

  /** Measures each socket's latency for changes at a steady rate. */
  async paced(rate: number, seconds: number): Promise<Paced> {
    const count = rate * seconds;
    const busy = this.#begin();
    const delivered = this.#frames.delivery(this.size, count, seconds * 1_000 + PATIENCE_MS);
    const start = performance.now();
    const changes: Promise<void>[] = [];
    for (let index = 0; index < count; index += 1) {
      await pause(Math.max(0, start + (index * 1_000) / rate - performance.now()));
      changes.push(this.#subject.change(this.#frames));
    }
    await Promise.all([delivered, ...changes]);
    const { fromSent, fromCommit, count: frames, bytesOfOne } = this.#checked();
    return {
      rate,
      fromRequest: fromSent.spread,
      fromCommit: fromCommit.spread,
      framesPerSocket: frames / this.size,
      frameBytes: bytesOfOne,
      ...busy(),
    };
  }

  /** Measures this many changes, as fast as the subject accepts them. */
  async burst(events: number): Promise<Burst> {
    const busy = this.#begin();
    const received = this.#frames.delivery(this.size, events, PATIENCE_MS);
    const start = performance.now();
    const acknowledged = this.#subject.burst(events, this.#frames).then(() => performance.now() - start);
    const [, answers] = await Promise.all([received, acknowledged]);
    const { delivered, lastAt, count } = this.#checked();
    const seconds = (lastAt - start) / 1_000;
    return {
      events,
      seconds,
      deliveredPerSecond: delivered / seconds,
      acknowledgedPerSecond: events / (answers / 1_000),
      framesPerSocket: count / this.size,
      ...busy(),
    };
  }

  leave(): void {
    clearInterval(this.#heart);
    this.#heart = undefined;
    for (const listener of this.#listeners.splice(0)) listener.close();
  }

  #beat(): ReturnType<typeof setInterval> {
    let part = 0;
    return setInterval(() => {
      part = (part + 1) % PARTS;
      for (let index = part; index < this.size; index += PARTS) this.#listeners[index]?.ping();
    }, HEARTBEAT_MS / PARTS);
  }

  /** @returns how to read the usage at the end */
  #begin(): () => Busy {
    this.#frames.clear();
    for (const listener of this.#listeners) listener.received = 0;
    const { server } = this.#subject;
    const start = performance.now();
    const before = server.seconds;
    const client = process.cpuUsage();
    return () => {
      const seconds = (performance.now() - start) / 1_000;
      const { user, system } = process.cpuUsage(client);
      const used = server.seconds - before;
      return {
        serverBusy: used / seconds,
        clientBusy: (user + system) / 1e6 / seconds,
        serverMicroseconds: (used * 1e6) / this.#frames.delivered,
      };
    };
  }

  /** @throws if a frame is missing: a fast wrong answer does not count */
  #checked(): Frames {
    if (this.#frames.failure) throw this.#frames.failure;
    if (this.#subject.ordered && this.#frames.gaps > 0) {
      throw new Error(`${this.#frames.gaps} frames did not follow the one before`);
    }
    return this.#frames;
  }
}
