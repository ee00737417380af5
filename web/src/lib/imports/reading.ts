/** Reads a file's bytes into rows: finds the encoding, the separator and the headings. */
import { bodyOf, type FileRow, rowsOf, SEPARATORS } from './cells';
import { decoded, Unreadable } from './decoding';
import { headingsAt, isEmail, recognised, TITLES, type ImportColumn } from './headings';

export interface FileRead {
  rows: readonly FileRow[];
  /** The index of the heading row; -1 for none. */
  headings: number;
  /** A word for the person to check, if the text encoding was guessed. */
  guessedBy?: string | undefined;
}

/** Reading a larger file would block the page. */
const MOST_BYTES = 10_000_000;

/** @throws Unreadable with words for the person */
export function readFile<Column extends string>(
  bytes: Uint8Array,
  columns: readonly ImportColumn<Column>[],
): FileRead {
  if (bytes.length > MOST_BYTES) throw new Unreadable('This file has more than 10 MB. Split it.');
  const { text, guessedBy } = decoded(bytes);
  const body = bodyOf(text);
  const { rows, trouble } = rowsOf(body, body.separator ?? separatorOf(body, columns));
  if (trouble !== undefined) throw new Unreadable(trouble);
  const headings = headingsAt(rows, columns);
  if (rows.length <= headings + 1) throw new Unreadable('This file has no lines below its headings.');
  return { rows, headings, guessedBy };
}

/** The separator that gives the most known headings, then emails, then rows of equal length. */
function separatorOf<Column extends string>(
  body: ReturnType<typeof bodyOf>,
  columns: readonly ImportColumn<Column>[],
): string {
  const rated = SEPARATORS.map((separator) => ({
    separator,
    rating: ratingOf(rowsOf(body, separator, 2 * TITLES).rows, columns),
  }));
  rated.sort((a, b) => compared(b.rating, a.rating));
  return rated[0]?.separator ?? ',';
}

function ratingOf<Column extends string>(
  rows: readonly FileRow[],
  columns: readonly ImportColumn<Column>[],
): number[] {
  const lengths = rows.map(({ cells }) => cells.length).filter((length) => length > 1);
  return [
    Math.max(0, ...rows.map((row) => recognised(row, columns))),
    rows.filter(({ cells }) => cells.some(isEmail)).length,
    Math.max(0, ...lengths.map((length) => lengths.filter((other) => other === length).length)),
  ];
}

const compared = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
