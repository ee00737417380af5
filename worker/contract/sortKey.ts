/**
 * The order of names, the same in lists, boards, selects, reports and files. SQLite has no Unicode collation, so the key is
 * stored beside the name (`people.sort_key`) and compared as it is: Álvarez before Baker, Łaski among the L, Zoe last.
 */
import { folded } from './folded';

/** Letters without accents decide; then the name itself, so that Muller and Müller keep their places. Digits count as numbers. */
export const sortKey = (name: string): string =>
  `${folded(name).replaceAll(/\d+/g, (digits) => digits.padStart(8, '0'))} ${name}`;

/** Compares as the stored keys do. */
export function inOrder(a: string, b: string): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
