/** As many as the server hands over at once. */
export const BULK_MOST = 50;

/** Which of a list are chosen to be handed over together, by their ids: never more than one commit takes. */
export class Chosen<Row extends { id: string }> {
  #ids = $state.raw<ReadonlySet<string>>(new Set());

  /** Those that are still there, in the list's order. */
  readonly rows: readonly Row[];

  /** @param list what can be chosen now */
  constructor(list: () => readonly Row[]) {
    this.rows = $derived.by(() => list().filter(({ id }) => this.#ids.has(id)));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether no other one can be chosen. */
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
