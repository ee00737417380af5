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
export function inOrder(a: string, b: string): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
