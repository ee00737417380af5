/** The server's limit for one request. */
export const BULK_MOST = 50;

/** The rows of a list that are chosen for one release, at most BULK_MOST. */
export class Chosen<Row extends { id: string }> {
  #ids = $state.raw<ReadonlySet<string>>(new Set());

  /** The chosen rows that are still listed, in the list's order. */
  readonly rows: readonly Row[];

  /** @param list the rows to choose from */
  constructor(list: () => readonly Row[]) {
    this.rows = $derived.by(() => list().filter(({ id }) => this.#ids.has(id)));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  get full(): boolean {
    return this.rows.length >= BULK_MOST;
  }

  choose(id: string, on: boolean): void {
    if (on && this.full) return;
    const others = this.rows.map((row) => row.id).filter((one) => one !== id);
    this.#ids = new Set(on ? [...others, id] : others);
  }

  clear(): void {
    this.#ids = new Set();
  }
}
