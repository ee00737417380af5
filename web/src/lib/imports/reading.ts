/** A file of rows as people have it: whatever its encoding, separator and title lines. Nothing of it is trusted. */
import type { ParseStepResult } from 'papaparse';

/** A row, and the line of the file on which it begins. */
export interface FileRow {
  line: number;
  cells: string[];
}

/** What is wrong with a file, in words. */
export class Unreadable extends Error {}

const SEPARATORS = [',', ';', '\t', '|'];

/**
 * The rows of a file, without those that are empty.
 * @throws Unreadable where its letters cannot be read for certain
 */
export async function rowsOf(bytes: ArrayBuffer): Promise<FileRow[]> {
  const text = textOf(new Uint8Array(bytes));
  const { default: papa } = await import('papaparse');
  const declared = /^sep=(.)(?:\r\n|\r|\n)/i.exec(text);
  const body = declared ? text.slice(declared[0].length) : text;
  const rows: FileRow[] = [];
  let [line, seen] = [declared ? 2 : 1, 0];
  papa.parse<string[]>(body, {
    ...(declared?.[1] ? { delimiter: declared[1] } : { delimitersToGuess: SEPARATORS }),
    fastMode: false,
    step({ data, meta }: ParseStepResult<string[]>) {
      const cells = data.map(tidy);
      if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
      line += body.slice(seen, meta.cursor).match(/\r\n|\r|\n/g)?.length ?? 0;
      seen = meta.cursor;
    },
  });
  return rows;
}

/** White space of any kind, also line breaks within quotes, is one space. */
const tidy = (cell: string): string => cell.replaceAll(/\s+/gu, ' ').trim();

/**
 * The text of a file: UTF-8 or UTF-16 by its byte order mark or by what it looks like, else Windows-1252.
 * @throws Unreadable
 */
export function textOf(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  const text = encoding
    ? decoded(bytes, encoding)
    : (decoded(bytes, 'utf-8') ?? decoded(bytes, 'windows-1252'));
  if (text !== undefined && !STRANGE.test(text)) return text;
  throw new Unreadable(
    'We couldn’t read this file’s letters. Save it as CSV in UTF-8 (in Excel: “CSV UTF-8”) and choose it again.',
  );
}

/** Letters that no such file holds: its encoding was taken for another. */
const STRANGE = /[^\P{Cc}\t\r\n]|\ufffd/u;

function encodingOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Latin letters in UTF-16 have a zero beside each.
  const sample = bytes.slice(0, 400);
  const zeros = [0, 1].map((odd) => sample.filter((byte, index) => byte === 0 && index % 2 === odd).length);
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even === 0) return 'utf-16le';
  if (even > sample.length / 4 && odd === 0) return 'utf-16be';
  return undefined;
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Which of the first rows holds the headings: the one that names most of them, below any title.
 * @param isKnown whether a heading is one that is looked for
 */
export function headingRow(rows: readonly FileRow[], isKnown: (heading: string) => boolean): number {
  const counts = rows.slice(0, 20).map(({ cells }) => cells.filter(isKnown).length);
  const most = Math.max(0, ...counts);
  if (most > 0) return counts.indexOf(most);
  // No heading is known: the first row that is as wide as the file.
  const width = (row: FileRow): number => row.cells.filter((cell) => cell !== '').length;
  const widest = Math.max(0, ...rows.slice(0, 20).map(width));
  return Math.max(
    0,
    rows.findIndex((row) => width(row) === widest),
  );
}
