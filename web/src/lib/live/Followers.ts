/**
 * Those who follow one channel, each from the snapshot it has loaded. Snapshots are taken at different moments, so each
 * follower has a place of its own in the log: what its snapshot knows already it is not told again, and nothing is left out.
 */
import type { Cursor, Envelope } from '$contract/wire';

export interface Follower {
  /** Where the snapshot stands that it has loaded. */
  readonly cursor: Cursor;
  /** Puts one event on the screen. `replayed` events happened while nobody looked: no sound, no toast. */
  apply(event: Envelope, how: { replayed: boolean }): void;
  /** Loads the snapshot anew and says where it stands. */
  reload(): Promise<Cursor>;
}

export class Followers {
  readonly #places: Map<Follower, Cursor>;

  /** @param first the one that stays as long as the channel does */
  constructor(private readonly first: Follower) {
    this.#places = new Map([[first, first.cursor]]);
  }

  /** Where the hindmost stands: from there on the log must be told. */
  get cursor(): Cursor {
    const { epoch } = this.#placeOf(this.first);
    const heads = [...this.#places.values()].filter((place) => place.epoch === epoch).map(({ head }) => head);
    return { epoch, head: Math.min(...heads) };
  }

  /** Whether somebody's snapshot is of another life of the log: then only new snapshots for all bring them together. */
  get apart(): boolean {
    const { epoch } = this.#placeOf(this.first);
    return [...this.#places.values()].some((place) => place.epoch !== epoch);
  }

  /** @returns to be called when the follower leaves */
  add(follower: Follower): () => void {
    this.#places.set(follower, follower.cursor);
    return () => void this.#places.delete(follower);
  }

  /** Another snapshot of the first one's is in place. */
  seat(at: Cursor): void {
    this.#places.set(this.first, at);
  }

  /** Tells the event to everyone who stands just before it. Should one fail, the others' places are kept, and it is told again. */
  tell(event: Envelope, how: { replayed: boolean }): void {
    const { epoch } = this.cursor;
    for (const [follower, place] of this.#places) {
      if (place.epoch !== epoch || place.head !== event.seq - 1) continue;
      follower.apply(event, how);
      this.#places.set(follower, { epoch, head: event.seq });
    }
  }

  /** New snapshots for all. They may stand at different heads afterwards. */
  async reload(): Promise<void> {
    const all = [...this.#places.keys()];
    await Promise.all(
      all.map(async (follower) => {
        const place = await follower.reload();
        if (this.#places.has(follower)) this.#places.set(follower, place);
      }),
    );
  }

  #placeOf(follower: Follower): Cursor {
    return this.#places.get(follower) ?? follower.cursor;
  }
}
