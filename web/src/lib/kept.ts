/**
 * What a person has typed, over the reload that brings a new version: in this tab's own storage, for one person and one page, taken
 * once. Passwords, payments and files are never kept.
 */

/** A form, cart or draft that continues after a reload. */
export interface Keepable {
  /** What is typed, as JSON can hold it; undefined while there is nothing to keep. Set with what was kept, by this or an older version. */
  kept: unknown;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'kept ';

/** The entries of one person on one page. */
export class Kept {
  readonly #own: string;

  /** @param person their id @param page path and query */
  constructor(
    private readonly store: Store,
    person: string,
    page: string,
  ) {
    this.#own = `${PREFIX}${person} ${page} `;
  }

  put(form: string, { kept }: Keepable): void {
    if (kept !== undefined) this.store.setItem(this.#own + form, JSON.stringify(kept));
  }

  /** Gives a form what was kept for it, once. @returns whether there was something */
  give(form: string, to: Keepable): boolean {
    const text = this.store.getItem(this.#own + form);
    this.store.removeItem(this.#own + form);
    if (text !== null) to.kept = JSON.parse(text);
    return text !== null;
  }

  /** Forgets what belongs to other people or pages. */
  dropOthers(): void {
    dropKept(this.store, (name) => !name.startsWith(this.#own));
  }
}

/** Forgets what was kept: all of it after a sign-out. */
export function dropKept(store: Store, which: (name: string) => boolean = () => true): void {
  const names = Array.from({ length: store.length }, (_, at) => store.key(at) ?? '');
  for (const name of names) if (name.startsWith(PREFIX) && which(name)) store.removeItem(name);
}

/** The parts of a kept value that fit the form as it is in this version; the form's own elsewhere. */
export function fitted<Form>(form: Form, kept: unknown): Form;
export function fitted(form: unknown, kept: unknown): unknown {
  if (kept === undefined) return form;
  if (form === null || kept === null) return kept;
  if (Array.isArray(form))
    return Array.isArray(kept)
      ? kept.map((it: unknown) => (form.length > 0 ? fitted<unknown>(form[0], it) : it))
      : form;
  if (typeof form !== typeof kept || Array.isArray(kept)) return form;
  if (typeof form !== 'object') return kept;
  const found = new Map<string, unknown>(Object.entries(kept));
  return Object.fromEntries(Object.entries(form).map(([key, it]) => [key, fitted(it, found.get(key))]));
}
