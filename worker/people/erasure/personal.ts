/** What the slices hold about a person, so that it can be exported and erased. Each slice declares its own in `personal.ts`. */
import { type Fact, map, type Query, rows, together } from '../../db/queries';
import { Hook } from '../../hook';
import type { Scope } from '../../scope';

export interface Whom {
  id: string;
  email: string;
  /** As it was. */
  name: string;
  /** In place of their name. */
  pseudonym: string;
}

export interface Personal {
  /** SQL of subjects of journal entries whose contents are personal. `?1` is the person's id. */
  subjects?: readonly string[];
  /** SQL over `?1` for the export, by heading. */
  holds: Readonly<Record<string, string>>;
  /** The writes that erase it. What is counted (hours, sales, sessions) stays without what names a person. */
  erase?: (whom: Whom) => Query[];
}

export const personal = new Hook<[], Personal>();

/** The writes that drop the contents of the entries that a `person.erased` lists. They follow its journal entry. */
export const entriesErased = new Hook<[], Query[]>();

/** In place of a text that a person wrote. */
export const ERASED = 'Erased';
/** Unique, as emails are. The domain is reserved (RFC 2606), so no mail can be sent to it. */
export const erasedEmail = (id: string): string => `erased-${id}@erased.invalid`;

/** Entries with their contents, wherever those are. */
export const entriesWithContents = new Hook<[scope: Scope, ids: readonly number[]], AsyncIterable<unknown>>();

/** The ids of all journal entries whose contents are personal, in order. One statement a declared query: D1 unites at most five. */
export const personalEntries = (d1: D1Database, id: string): Fact<number[]> => {
  const found = personal
    .ask()
    .flatMap(({ subjects = [] }) =>
      subjects.map((sql) =>
        rows<{ id: number }>(
          d1,
          `SELECT id FROM journal WHERE subject IN (${sql}) AND action <> 'person.erased'`,
          [id],
        ),
      ),
    );
  return map(together(Object.fromEntries(found.entries())), (parts) => {
    const ids = new Set(Object.values(parts).flatMap((part) => part.map((entry) => entry.id)));
    return [...ids].sort((a, b) => a - b);
  });
};
