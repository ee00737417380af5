/**
 * A barcode scanner that types as a keyboard does, only faster: a burst of characters that Enter ends. What somebody types
 * is told apart by its pace, so single letters wait for a moment before they act.
 */

/** Scanners send a character every few milliseconds; the fastest fingers need about 70. */
const GAP_MS = 50;
const SHORTEST = 4;

export class Wedge {
  #text = '';
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param on.scanned a burst that ended
   * @param on.pressed a key by itself
   */
  constructor(private readonly on: { scanned(code: string): void; pressed(key: string): void }) {}

  /** One key. @param at when, milliseconds @returns whether it ended a burst: nobody else should take that Enter */
  hear(key: string, at: number): boolean {
    const within = at - this.#last <= GAP_MS;
    this.#last = at;
    if (!within) this.#text = '';
    if (key === 'Enter') {
      const code = this.#text;
      this.#text = '';
      if (code.length < SHORTEST) return false;
      this.#forget();
      this.on.scanned(code);
      return true;
    }
    if (key.length !== 1) return false;
    this.#text += key;
    this.#forget();
    // The second of a burst takes the first one's act back.
    if (this.#text.length === 1) this.#timer = setTimeout(() => this.on.pressed(key), GAP_MS + 10);
    return false;
  }

  stop(): void {
    this.#forget();
    this.#text = '';
  }

  #forget(): void {
    clearTimeout(this.#timer);
  }
}
