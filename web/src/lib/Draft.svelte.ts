interface Form<Row, Typed> {
  /** What the fields show of a row; of none, what a new one begins with. */
  typedOf(row: Row | undefined): Typed;
  /** Differs after every change that somebody else can make to the row. */
  versionOf?(row: Row): number | string;
  /** What counts of the fields; all of them, unless it is given. */
  contentOf?(typed: Typed): unknown;
}

/** One of many while somebody edits it: a copy of its own, which no event disturbs. */
export class Draft<Row, Typed> {
  typed: Typed;
  readonly #form: Form<Row, Typed>;
  #seen: Row | undefined;
  readonly #begun: string = $derived.by(() => this.#textOf(this.#form.typedOf(this.#seen)));

  /** @param row undefined for a new one */
  constructor(row: Row | undefined, form: Form<Row, Typed>) {
    this.#form = form;
    this.#seen = $state.raw(row);
    this.typed = $state(form.typedOf(row));
  }

  /** The row that the next save replaces; undefined for a new one. */
  get seen(): Row | undefined {
    return this.#seen;
  }

  get dirty(): boolean {
    return this.#textOf(this.typed) !== this.#begun;
  }

  /** Whether somebody has changed the row since. */
  isOlderThan(row: Row): boolean {
    const { versionOf } = this.#form;
    return this.#seen !== undefined && versionOf !== undefined && versionOf(row) !== versionOf(this.#seen);
  }

  /** Keeps what is typed, to be saved over what somebody else has made of the row. */
  rebase(row: Row): void {
    this.#seen = row;
  }

  #textOf(typed: Typed): string {
    return JSON.stringify(this.#form.contentOf ? this.#form.contentOf(typed) : typed);
  }
}
