/**
 * What a person has typed, over the reload that brings a new version: in this tab's own storage, for one person and one page, taken
 * once. Passwords, payments and files are never kept.
 */

/** A form, cart or draft that continues after a reload. */
export interface Keepable {
  /** What is typed, as JSON can hold it; undefined while there is nothing to keep. Set with what was kept, by this or an older version. */
  kept: unknown;
}

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

  put(form: string, { kept }: Keepable): void {
    if (kept !== undefined) this.store.setItem(this.own + form, JSON.stringify(kept));
  }

  /** Gives a form what was kept for it, once. */
  give(form: string, to: Keepable): void {
    const name = this.own + form;
    const text = this.store.getItem(name);
    if (text === null) return;
    this.store.removeItem(name);
    to.kept = JSON.parse(text);
  }

  /** Forgets what belongs to other people or pages. */
  dropOthers(): void {
    for (const name of Object.keys(this.store))
      if (name.startsWith(PREFIX) && !name.startsWith(this.own)) this.store.removeItem(name);
  }
}
