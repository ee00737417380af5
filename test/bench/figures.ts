/** Samples and their spread. */

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

  /** Nearest rank: the smallest sample that at least this share of the samples does not exceed; NaN without samples. */
  quantile(share: number): number {
    const sorted = this.#values.slice(0, this.#count).sort();
    return sorted[Math.max(0, Math.ceil(share * this.#count) - 1)] ?? NaN;
  }

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

/** The middle run by `of`: neither a disturbed run nor a lucky one counts. */
export function median<It>(runs: readonly It[], of: (run: It) => number): It {
  const sorted = [...runs].sort((a, b) => of(a) - of(b));
  return sorted[Math.floor((sorted.length - 1) / 2)] as It;
}
