/** Text as it is looked for, by server and page alike: "kovac" finds "Kovač", and "Müller" finds "Muller". */

/** Letters that have no accent to take off, and are typed without their stroke all the same. */
const plain: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', þ: 'th', ı: 'i' },
};

/** Lower case, without accents and strokes. Folding twice changes nothing. */
export const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøđðłþı]/gu, (letter) => plain[letter] ?? letter);

/** What somebody typed, as the words that must all be found. */
export const wordsOf = (sought: string): string[] => folded(sought).split(/\s+/u).filter(Boolean);

/**
 * The order of names, the same in lists, boards, selects, reports and files. SQLite has no Unicode collation, so the key is
 * stored beside the name (`people.sort_key`) and compared as it is: Álvarez before Baker, Łaski among the L, Zoe last. Letters
 * without accents decide; then the name itself, so that Muller and Müller keep their places. Digits count as numbers.
 */
export const sortKey = (name: string): string =>
  `${folded(name).replaceAll(/\d+/g, (digits) => digits.padStart(8, '0'))} ${name}`;

/** Compares as the stored keys do. */
export const inOrder = (a: string, b: string): number => byCodePoint(sortKey(a), sortKey(b));

/** Rows by name, namesakes by id: the order of `ORDER BY sort_key, id`. */
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

/** Halves of code points beyond U+FFFF come after all that are within. */
const rankOf = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x2800 : unit);
