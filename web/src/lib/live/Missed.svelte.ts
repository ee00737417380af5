/** Counts what happened during an absence: "7 changes while you were away". */
import type { Cursor } from '$contract/wire';

export class Missed {
  #count = $state(0);
  /** Applied silently since the channel was last current. */
  #replayed = 0;

  /** @param furthest the latest position of any snapshot or event: only later events count */
  constructor(private furthest: Cursor) {}

  get count(): number {
    return this.#count;
  }

  /** A new page was not away. */
  forget(): void {
    this.#count = this.#replayed = 0;
  }

  /** A snapshot of that position was loaded. @returns the latest position */
  reach({ epoch, head }: Cursor): Cursor {
    const same = epoch === this.furthest.epoch;
    return (this.furthest = { epoch, head: same ? Math.max(this.furthest.head, head) : head });
  }

  /** All snapshots were loaded again: they contain what was missed. */
  restart(at: Cursor): void {
    this.furthest = at;
    this.#replayed = 0;
  }

  /** An event was applied. */
  note(seq: number, replayed: boolean): void {
    if (seq <= this.furthest.head) return;
    this.furthest = { ...this.furthest, head: seq };
    if (replayed) this.#replayed += 1;
  }

  /** The screen is current again. */
  conclude(): void {
    if (this.#replayed > 0) [this.#count, this.#replayed] = [this.#replayed, 0];
  }
}
