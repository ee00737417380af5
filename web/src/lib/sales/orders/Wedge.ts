/**
 * A barcode scanner types like a keyboard, only faster: a burst of characters and Enter. Only the pace tells scanner from
 * fingers, so single keys wait for a moment before they act.
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
   * @param on.pressed a single key
   */
  constructor(private readonly on: { scanned(code: string): void; pressed(key: string): void }) {}

  /** @param at milliseconds @returns whether the key ended a burst: its Enter must do nothing else */
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
    // The second key of a burst cancels the first one's action.
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
