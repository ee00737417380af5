/** Search and sort keys of text, the same for server and pages: "kovac" finds "Kovač", and "Müller" finds "Muller". */

/** Letters that Unicode does not decompose, and the plain letters that people type for them. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/** Lower case, without accents and strokes. The search key of a search key is itself. */
export const searchKey = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøđðłþı]/gu, (letter) => plain[letter] ?? letter);

/** The words of a query. A text matches if its search key contains every one. */
export const searchWords = (query: string): string[] => searchKey(query).split(/\s+/u).filter(Boolean);

/**
 * The order of names in lists, boards, selects, reports and files: Álvarez before Baker, Łaski among the L. SQLite has no Unicode
 * collation, so the key is stored beside the name (`people.sort_key`). Ties keep the name's own order; digits count as numbers.
 */
export const sortKey = (name: string): string =>
  `${searchKey(name).replaceAll(/\d+/g, (digits) => digits.padStart(8, '0'))} ${name}`;

export const inOrder = (a: string, b: string): number => byCodePoint(sortKey(a), sortKey(b));

/** Rows by name, then by id: the order of `ORDER BY sort_key, id`. */
export const byName = <Row extends { name: string }>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
): Row[] =>
  rows
    .map((row) => ({ row, key: sortKey(row.name) }))
    .sort((a, b) => byCodePoint(a.key, b.key) || byCodePoint(idOf(a.row), idOf(b.row)))
    .map(({ row }) => row);

/** SQLite compares UTF-8, which is code points; JavaScript compares UTF-16, where 𠮷 comes before 﨑. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [rankOf(a.charCodeAt(at)), rankOf(b.charCodeAt(at))];
    if (one !== other) return one - other;
  }
  return a.length - b.length;
}

/** Surrogates, which encode code points beyond U+FFFF, come after all other units. */
const rankOf = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x2800 : unit);
