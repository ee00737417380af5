/** A channel's listeners, and what is measured on them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Spread } from './figures.ts';
import { Frames } from './frames.ts';
import type { Listener } from './listener.ts';
import type { Subject } from './subjects.ts';

/** Upgrades under way at once. */
const DOORS = 32;
const PATIENCE_MS = 60_000;

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

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  get size(): number {
    return this.#listeners.length;
  }

  /** Lets more in, until so many listen. */
  async grow(size: number): Promise<void> {
    let next = this.size;
    const door = async (): Promise<void> => {
      while (next < size) this.#listeners.push(await this.#subject.listen(next++, this.#frames));
    };
    await Promise.all(Array.from({ length: DOORS }, door));
  }

  /** Changes at a steady rate, as a workplace makes them, and how long each socket waited for each. */
  async paced(rate: number, seconds: number): Promise<Paced> {
    const count = rate * seconds;
    const busy = this.#begin();
    const told = this.#frames.told(this.size, count, seconds * 1_000 + PATIENCE_MS);
    const start = performance.now();
    const asked: Promise<void>[] = [];
    for (let index = 0; index < count; index += 1) {
      await pause(Math.max(0, start + (index * 1_000) / rate - performance.now()));
      asked.push(this.#subject.change(this.#frames));
    }
    await Promise.all([told, ...asked]);
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

  /** So many changes as fast as it takes them. */
  async burst(events: number): Promise<Burst> {
    const busy = this.#begin();
    const told = this.#frames.told(this.size, events, PATIENCE_MS);
    const start = performance.now();
    const acknowledged = this.#subject.burst(events, this.#frames).then(() => performance.now() - start);
    const [, answers] = await Promise.all([told, acknowledged]);
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
    for (const listener of this.#listeners.splice(0)) listener.close();
  }

  /** Returns what tells, at the end, what it took. */
  #begin(): () => Busy {
    this.#frames.clear();
    for (const listener of this.#listeners) listener.told = 0;
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

  /** A fast answer that is wrong is no answer. */
  #checked(): Frames {
    if (this.#frames.failure) throw this.#frames.failure;
    if (this.#subject.ordered && this.#frames.holes > 0) {
      throw new Error(`${this.#frames.holes} frames did not follow the one before`);
    }
    return this.#frames;
  }
}
