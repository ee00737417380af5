/**
 * Rows by id: a snapshot, kept true by events. A guess stands in for a row from the moment the person acts until the truth
 * of that id arrives or the act is refused.
 */
export class LiveCollection<Row extends { id: string }> {
  #truth: Map<string, Row>;
  readonly #guesses = new Map<string, Row>();
  #shown: readonly Row[] | undefined;
  #version = $state(0);

  constructor(rows: readonly Row[]) {
    this.#truth = new Map(rows.map((row) => [row.id, row]));
  }

  /** All rows as the person should see them, guesses included, in order of arrival. The same array until something changes. */
  get rows(): readonly Row[] {
    void this.#version; // read, so that a page following `rows` follows every change
    return (this.#shown ??= [...new Map([...this.#truth, ...this.#guesses]).values()]);
  }

  get(id: string): Row | undefined {
    void this.#version;
    return this.#guesses.get(id) ?? this.#truth.get(id);
  }

  /** Whether what is shown of this row has not been confirmed yet. */
  isGuess(id: string): boolean {
    void this.#version;
    return this.#guesses.has(id);
  }

  /** The truth of a row has arrived; a guess of it ends. */
  upsert(row: Row): void {
    this.#truth.set(row.id, row);
    this.#guesses.delete(row.id);
    this.#changed();
  }

  delete(id: string): void {
    this.#truth.delete(id);
    this.#guesses.delete(id);
    this.#changed();
  }

  /** A new snapshot. Guesses stay: their acts are still under way. */
  replace(rows: readonly Row[]): void {
    this.#truth = new Map(rows.map((row) => [row.id, row]));
    this.#changed();
  }

  /** Shows a guess until the truth of its id arrives. @returns how to take it back */
  guess(row: Row): { rollback(): void } {
    this.#guesses.set(row.id, row);
    this.#changed();
    return {
      rollback: () => {
        if (this.#guesses.get(row.id) !== row) return;
        this.#guesses.delete(row.id);
        this.#changed();
      },
    };
  }

  #changed(): void {
    this.#shown = undefined;
    this.#version += 1;
  }
}
