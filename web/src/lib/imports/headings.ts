/** Finds the heading row of a file and the column of each heading. */
import { emailOf } from '$contract/email';
import { searchKey } from '$contract/search-key';
import type { FileRow } from './cells';

/** A column of an import. */
export interface ImportColumn<Column extends string> {
  column: Column;
  label: string;
  /** Its usual headings, the likeliest first. */
  known: readonly string[];
}

/** Up to this many rows at the top may be titles, dates and notes. */
export const TITLES = 20;

/** The index of each column's heading; -1 for none. */
export function mappingOf<Column extends string>(
  headings: readonly string[],
  columns: readonly ImportColumn<Column>[],
): Record<string, number> {
  const plain = headings.map(normalized);
  return Object.fromEntries(
    columns.map(({ column, known }) => {
      const found = known.map((word) => plain.indexOf(normalized(word)));
      return [column, found.find((place) => place >= 0) ?? -1];
    }),
  );
}

/** "E-Mail*", "e mail" and "E-mail (work)" are the same heading. */
const normalized = (heading: string): string =>
  searchKey(heading)
    .replaceAll(/\([^()]*\)/g, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** How many columns a row of headings names. */
export const recognised = <Column extends string>(
  { cells }: FileRow,
  columns: readonly ImportColumn<Column>[],
): number => Object.values(mappingOf(cells, columns)).filter((place) => place >= 0).length;

/**
 * The index of the heading row: above the first email, with at least two cells if rows have two, and with the most known
 * headings. Without known headings, the last such row. -1 if the file begins with a person.
 */
export function headingsAt<Column extends string>(
  rows: readonly FileRow[],
  columns: readonly ImportColumn<Column>[],
): number {
  const top = rows.slice(0, TITLES);
  const person = top.findIndex(({ cells }) => cells.some(isEmail));
  const above = top.slice(0, person < 0 ? top.length : person);
  const least = Math.min(2, Math.max(0, ...rows.slice(0, TITLES * 2).map(filled)));
  const rated = above.map((row) => (filled(row) >= least ? recognised(row, columns) : -1));
  const best = Math.max(-1, ...rated);
  if (best < 0) return person < 0 ? 0 : person - 1;
  return best > 0 || person < 0 ? rated.indexOf(best) : rated.lastIndexOf(best);
}

const filled = ({ cells }: FileRow): number => cells.filter((cell) => cell !== '').length;

export const isEmail = (cell: string): boolean => emailOf(cell) !== undefined;
