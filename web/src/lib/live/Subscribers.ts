/**
 * The subscribers of one channel, each from its own snapshot. Snapshots are taken at different moments, so each subscriber
 * has its own cursor: it gets no event that its snapshot contains, and it misses none.
 */
import type { Cursor, Envelope } from '$contract/wire';

export interface Subscriber {
  /** What its snapshot and the events since contain. The channel moves it on with each event. */
  cursor: Cursor;
  /** Shows one event. `replayed` events happened while nobody looked: no sound, no toast. */
  apply(event: Envelope, how: { replayed: boolean }): void;
  /** Loads its snapshot again and sets its cursor. */
  reload(): Promise<unknown>;
}

export class Subscribers {
  readonly #all = new Set<Subscriber>();
  /** Those whose snapshot is out of date although the log is not. */
  readonly #stale = new Set<Subscriber>();

  /** @param cursor where the channel is while nobody subscribes */
  constructor(private last: Cursor) {}

  /** The slowest cursor: the log is asked from there. */
  get cursor(): Cursor {
    const [first] = this.#all;
    if (!first) return this.last;
    const { epoch } = first.cursor;
    const heads = [...this.#all]
      .filter(({ cursor }) => cursor.epoch === epoch)
      .map(({ cursor }) => cursor.head);
    return { epoch, head: Math.min(...heads) };
  }

  /** Whether their snapshots are of different epochs: then only new snapshots for all bring them together. */
  get areMixed(): boolean {
    return new Set([...this.#all].map(({ cursor }) => cursor.epoch)).size > 1;
  }

  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  add(subscriber: Subscriber): void {
    this.#all.add(subscriber);
  }

  delete(subscriber: Subscriber): void {
    const { cursor } = this;
    this.#all.delete(subscriber);
    this.#stale.delete(subscriber);
    if (this.#all.size === 0) this.last = cursor;
  }

  /** Its snapshot is to be loaded again. */
  expire(subscriber: Subscriber): void {
    if (this.#all.has(subscriber)) this.#stale.add(subscriber);
  }

  /** Gives the event to those that are just before it. If one fails, the others keep their cursors, and it gets the event again. */
  publish(event: Envelope, how: { replayed: boolean }): void {
    const { epoch, head } = this.cursor;
    if (event.seq !== head + 1) return;
    const next = { epoch, head: event.seq };
    if (this.#all.size === 0) this.last = next;
    for (const subscriber of this.#all) {
      const { cursor } = subscriber;
      if (cursor.epoch !== epoch || cursor.head !== head) continue;
      subscriber.apply(event, how);
      subscriber.cursor = next;
    }
  }

  /** New snapshots for those that are out of date. */
  async reloadStale(): Promise<void> {
    await this.#reload([...this.#stale]);
  }

  /** New snapshots for all. They may be at different heads afterwards. @param at where the log is */
  async reloadAll(at: Cursor): Promise<void> {
    if (this.#all.size === 0) this.last = { epoch: at.epoch, head: at.head };
    await this.#reload([...this.#all]);
  }

  async #reload(these: readonly Subscriber[]): Promise<void> {
    // Who asks during the reload gets another one.
    const stale = these.filter((it) => this.#stale.delete(it));
    try {
      await Promise.all(these.map((it) => it.reload()));
    } catch (error) {
      for (const it of stale) this.expire(it);
      throw error;
    }
  }
}
