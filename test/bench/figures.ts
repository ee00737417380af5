/** Samples and what is said of them. */

export class Samples {
  #values = new Float64Array(65_536);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const more = new Float64Array(this.#count * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Nearest rank: the smallest sample that at least this share of all samples does not exceed; NaN of none. */
  quantile(share: number): number {
    const sorted = this.#values.slice(0, this.#count).sort();
    return sorted[Math.max(0, Math.ceil(share * this.#count) - 1)] ?? NaN;
  }

  /** Milliseconds, as they are reported. */
  get spread(): Spread {
    return {
      p50: this.quantile(0.5),
      p99: this.quantile(0.99),
      most: this.quantile(1),
      samples: this.#count,
    };
  }
}

export type Spread = { p50: number; p99: number; most: number; samples: number };

/** The middle one by `of`: a run that a neighbour disturbed does not count, a lucky one neither. */
export function median<It>(runs: readonly It[], of: (run: It) => number): It {
  const sorted = [...runs].sort((a, b) => of(a) - of(b));
  return sorted[Math.floor((sorted.length - 1) / 2)] as It;
}
