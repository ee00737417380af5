/**
 * Rows by id: a snapshot, kept true by events. A guess stands in for a row from the moment the person acts until the truth
 * of that id arrives or the act is refused.
 */
import type { EventMeta } from './handlers';

/** Of two states of a row the one with the greater number is the later one. `entry`: the journal's number of the change. */
export type Age<Row> = ((row: Row) => number) | 'entry';

export class LiveCollection<Row extends { id: string }> {
  #truth: Map<string, Row>;
  readonly #guesses = new Map<string, Row>();
  /** The journal's numbers of the latest changes, by id. */
  readonly #entries = new Map<string, number>();
  #shown: readonly Row[] | undefined;
  #version = $state(0);
  #snapshots = $state(0);
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  /** @param age where an answer may come after a later event of its row: then it is dropped */
  constructor(
    rows: readonly Row[],
    private readonly age?: Age<Row>,
  ) {
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

  /** How many snapshots have replaced them since the page came. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /** When this row last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** The row changed before somebody's eyes. */
  touch(id: string): void {
    this.#touched = new Map(this.#touched).set(id, performance.now());
  }

  /**
   * The truth of a row has arrived; a guess of it ends.
   * @param told the event that says it, or the receipt of one's own act
   */
  upsert(row: Row, told?: Partial<EventMeta>): void {
    if (this.#isOlder(row, told)) return;
    if (told?.entry !== undefined) this.#entries.set(row.id, told.entry);
    this.#truth.set(row.id, row);
    this.#guesses.delete(row.id);
    this.#changed();
    if (told?.replayed === false) this.touch(row.id);
  }

  delete(id: string): void {
    this.#truth.delete(id);
    this.#guesses.delete(id);
    this.#changed();
  }

  /**
   * A new snapshot. Guesses stay: their acts are still under way.
   * @param how.keepNewer an answer that came while the snapshot was loading may be later than it; its event follows
   */
  replace(rows: readonly Row[], { keepNewer = false } = {}): void {
    const known = this.#truth;
    const latest = (row: Row): Row => {
      const before = known.get(row.id);
      return keepNewer && before && this.#isOlder(row) ? before : row;
    };
    this.#truth = new Map(rows.map((row) => [row.id, latest(row)]));
    this.#entries.clear();
    this.#snapshots += 1;
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

  #isOlder(row: Row, told?: Partial<EventMeta>): boolean {
    if (this.age === 'entry') return (told?.entry ?? Infinity) < (this.#entries.get(row.id) ?? 0);
    const known = this.#truth.get(row.id);
    return known !== undefined && this.age !== undefined && this.age(row) < this.age(known);
  }

  #changed(): void {
    this.#shown = undefined;
    this.#version += 1;
  }
}
