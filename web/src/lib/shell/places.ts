/** Listed, because `resolve` cannot take a union of all paths. */
export type Path =
  | '/'
  | '/hours'
  | '/membership'
  | `/cashier/${'pos' | 'drawer' | 'registrations'}`
  | '/scan'
  | '/sessions'
  | `/releasing/${'orders' | 'registrations'}`
  | '/admin'
  | `/admin/${'corrections' | 'reports' | 'sales' | 'people' | 'products' | 'packages' | 'schedules' | 'journal' | 'settings' | 'system'}`;

/** An entry of the menu. Which ones a person has, and their icons, comes with the page: phones need few of them. */
export interface Place {
  href: Path;
  label: string;
  /** The shapes of the icon, as SVG. */
  icon: string;
  /** Another page of the same entry. */
  also?: Path;
}

/** Splits the entries into those that fit and those under "More". */
export function fitted(all: readonly Place[], room: number): { shown: Place[]; more: Place[] } {
  const shown = all.length <= room ? all.length : room - 1;
  return { shown: all.slice(0, shown), more: all.slice(shown) };
}

/** The entry of the page at `path`: the one with the longest matching path. */
export function placeAt(all: readonly Place[], path: string): Place | undefined {
  const lies = (href: Path): boolean => path === href || (href !== '/' && path.startsWith(`${href}/`));
  return all
    .filter(({ href, also }) => lies(href) || (also !== undefined && lies(also)))
    .toSorted((a, b) => b.href.length - a.href.length)[0];
}
