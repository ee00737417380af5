/**
 * The subscribers of one channel. Their snapshots are of different moments, so each has its own cursor: it gets no event that its
 * snapshot contains, and misses none.
 */
import type { Cursor, Envelope } from '$contract/wire';

export interface Subscriber {
  /** The position of its snapshot and the events applied since. The channel advances it with each event. */
  cursor: Cursor;
  /** Applies one event. A `replayed` one happened during an absence: no sound, no toast. */
  apply(event: Envelope, how: { replayed: boolean }): void;
  /** Loads its snapshot again and sets its cursor. @param restored whether the log lost events, so that no newer row may stay */
  reload(restored: boolean): Promise<unknown>;
}

export class Subscribers {
  readonly #all = new Set<Subscriber>();
  /** Subscribers that need a new snapshot although their cursor is current. */
  readonly #stale = new Set<Subscriber>();

  /** @param last the channel's position while there are no subscribers */
  constructor(private last: Cursor) {}

  /** The slowest cursor: pulls start from it. */
  get cursor(): Cursor {
    const [first] = this.#all;
    if (!first) return this.last;
    const { epoch } = first.cursor;
    const heads = [...this.#all]
      .filter(({ cursor }) => cursor.epoch === epoch)
      .map(({ cursor }) => cursor.head);
    return { epoch, head: Math.min(...heads) };
  }

  /** Whether snapshots are of different epochs: then all must load new ones. */
  get areMixed(): boolean {
    return new Set([...this.#all].map(({ cursor }) => cursor.epoch)).size > 1;
  }

  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  get mustReload(): boolean {
    return this.areMixed || this.isStale;
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

  /** Marks its snapshot for another load. */
  expire(subscriber: Subscriber): void {
    if (this.#all.has(subscriber)) this.#stale.add(subscriber);
  }

  /** Applies the event to the subscribers just before it. If one fails, it keeps its cursor and gets the event again. */
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

  async reloadStale(): Promise<void> {
    await this.#reload([...this.#stale], false);
  }

  /** Afterwards, their heads may differ. @param at the log's position */
  async reloadAll(at: Cursor): Promise<void> {
    const { epoch, head } = this.cursor;
    if (this.#all.size === 0) this.last = { epoch: at.epoch, head: at.head };
    await this.#reload([...this.#all], at.epoch === epoch && at.head < head);
  }

  async #reload(subscribers: readonly Subscriber[], restored: boolean): Promise<void> {
    // A subscriber that expires during the load is loaded again.
    const stale = subscribers.filter((it) => this.#stale.delete(it));
    try {
      await Promise.all(subscribers.map((it) => it.reload(restored)));
    } catch (error) {
      for (const it of stale) this.expire(it);
      throw error;
    }
  }
}
