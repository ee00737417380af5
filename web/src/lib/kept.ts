/**
 * What a person has typed, over the reload that brings a new version: in this tab's own storage, for one person and one page, taken
 * once. Passwords, payments and files are never kept.
 */
const PREFIX = 'kept ';

/** The entries of one person on one page. */
export class Kept {
  private readonly own: string;

  /** @param person their id; undefined while no one is signed in @param page path and query */
  constructor(
    private readonly store: Storage,
    person: string | undefined,
    page: string,
  ) {
    this.own = `${PREFIX}${person} ${page} `;
  }

  /** @param typed as JSON can hold it */
  put(form: string, typed: unknown): void {
    this.store.setItem(this.own + form, JSON.stringify(typed));
  }

  /** What was kept for a form, once; undefined if nothing was. */
  take(form: string): unknown {
    const text = this.store.getItem(this.own + form);
    this.store.removeItem(this.own + form);
    return text === null ? undefined : JSON.parse(text);
  }

  /** Forgets what belongs to other people or pages. */
  dropOthers(): void {
    for (const name of Object.keys(this.store))
      if (name.startsWith(PREFIX) && !name.startsWith(this.own)) this.store.removeItem(name);
  }
}
