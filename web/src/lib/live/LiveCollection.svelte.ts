/**
 * Rows by id: a snapshot that events keep up to date. A guess shows a person's own change until the server's row of that id arrives
 * or the change is refused.
 */
import type { EventMeta } from './handlers';

/** Orders two states of a row: the greater number is the later one. `entry`: by the journal's number of the change. */
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

  /** @param age if an answer may arrive after a later event of its row: then the answer is dropped */
  constructor(
    rows: readonly Row[],
    private readonly age?: Age<Row>,
  ) {
    this.#truth = new Map(rows.map((row) => [row.id, row]));
  }

  /** All rows with guesses, in order of arrival. The same array until a row changes. */
  get rows(): readonly Row[] {
    void this.#version; // read, so that `rows` is reactive
    return (this.#shown ??= [...new Map([...this.#truth, ...this.#guesses]).values()]);
  }

  get(id: string): Row | undefined {
    void this.#version;
    return this.#guesses.get(id) ?? this.#truth.get(id);
  }

  /** Whether the server has not confirmed the shown row yet. */
  isGuess(id: string): boolean {
    void this.#version;
    return this.#guesses.has(id);
  }

  /** How many snapshots have replaced the rows. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /** When the row last changed while the page was live (`performance.now()`); 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  touch(id: string): void {
    this.#touched = new Map(this.#touched).set(id, performance.now());
  }

  /**
   * The server's row has arrived and ends its guess.
   * @param event the event's metadata, or the receipt of one's own change
   */
  upsert(row: Row, event?: Partial<EventMeta>): void {
    if (this.#isOlder(row, event)) return;
    if (event?.entry !== undefined) this.#entries.set(row.id, event.entry);
    this.#truth.set(row.id, row);
    this.#guesses.delete(row.id);
    this.#changed();
    if (event?.replayed === false) this.touch(row.id);
  }

  delete(id: string): void {
    this.#truth.delete(id);
    this.#guesses.delete(id);
    this.#changed();
  }

  /**
   * Takes the rows of a new snapshot. Guesses remain: their requests are still running.
   * @param how.keepNewer keeps a row that an answer made newer while the snapshot was loading; its event follows
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

  /** Shows a guess until the server's row of its id arrives. */
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

  #isOlder(row: Row, event?: Partial<EventMeta>): boolean {
    if (this.age === 'entry') return (event?.entry ?? Infinity) < (this.#entries.get(row.id) ?? 0);
    const known = this.#truth.get(row.id);
    return known !== undefined && this.age !== undefined && this.age(row) < this.age(known);
  }

  #changed(): void {
    this.#shown = undefined;
    this.#version += 1;
  }
}
