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
