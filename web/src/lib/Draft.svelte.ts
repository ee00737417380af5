import { fitted } from './fitted';

interface Form<Row, Typed> {
  /** The fields of a row, or of a new one. */
  typedOf(row: Row | undefined): Typed;
  /** Differs after every change that another person can make to the row. */
  versionOf?(row: Row): number | string;
  /** The part of the fields that makes the draft dirty; all of them if missing. */
  contentOf?(typed: Typed): unknown;
}

/** A copy of a row for editing: events do not change it. */
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

  /** Whether another person has changed the row since. */
  isOlderThan(row: Row): boolean {
    const { versionOf } = this.#form;
    return this.#seen !== undefined && versionOf !== undefined && versionOf(row) !== versionOf(this.#seen);
  }

  /** Keeps what is typed, so that the next save replaces the newer row. */
  rebase(row: Row): void {
    this.#seen = row;
  }

  /** What is typed and the row that it replaces, so that a conflict is still found. */
  get kept(): unknown {
    return this.dirty ? { typed: $state.snapshot(this.typed), seen: this.#seen } : undefined;
  }

  set kept(kept: unknown) {
    const { typed, seen } = fitted({ typed: this.typed, seen: this.#seen }, kept);
    this.typed = typed;
    this.#seen = seen;
  }

  #textOf(typed: Typed): string {
    return JSON.stringify(this.#form.contentOf ? this.#form.contentOf(typed) : typed);
  }
}
