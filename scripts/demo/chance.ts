/** Deterministic chance: the demo's past is the same in each run. */
export class Chance {
  #state: number;

  /** The same words give the same sequence. */
  constructor(...words: string[]) {
    // FNV-1a
    this.#state = [...words.join('|')].reduce(
      (hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193),
      0x811c9dc5,
    );
  }

  /** From 0 up to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** Around the mean: most within one spread, none beyond three. */
  around(mean: number, spread: number): number {
    const sum = this.next() + this.next() + this.next() + this.next();
    return mean + (sum - 2) * 1.5 * spread;
  }

  /** A whole number of that many bits. */
  bits(count: number): number {
    return Math.floor(this.next() * 2 ** count);
  }
}
