/** A file's text as rows of cells. A row's number is the line of the file on which it begins. */
import papa from 'papaparse';

export interface FileRow {
  line: number;
  cells: readonly string[];
}

export const SEPARATORS = [',', ';', '\t', '|'] as const;

/** A whole text without `sep=`, and what that line said. */
interface Body {
  text: string;
  separator?: string;
  /** Of its first character. */
  line: number;
}

/** Every system's line breaks are one, and Excel's `sep=;` is no row. */
export function bodyOf(text: string): Body {
  const plain = text.replaceAll(/\r\n?/g, '\n');
  const named = /^"?sep=(.)"?[,;\t| ]*(\n|$)/i.exec(plain);
  if (!named) return { text: plain, line: 1 };
  return { text: plain.slice(named[0].length), separator: named[1] ?? ',', line: 2 };
}

interface Rows {
  /** Those that hold anything. */
  rows: FileRow[];
  /** Where a quotation mark swallows what follows it, in words. */
  trouble?: string;
}

/** @param most so many rows are read, for a first look; 0 for all */
export function rowsOf({ text, line: first }: Body, separator: string, most = 0): Rows {
  const { data, errors } = papa.parse<string[]>(text, {
    delimiter: separator,
    newline: '\n',
    preview: most,
  });
  let next = first;
  const rows = data.map((cells): FileRow => {
    const line = next;
    next += 1 + cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
    return { line, cells: cells.map(oneLine) };
  });
  const quote = errors.find(({ type }) => type === 'Quotes');
  return {
    rows: rows.filter(({ cells }) => cells.some((cell) => cell !== '')),
    ...(quote && { trouble: `Line ${rows[quote.row ?? 0]?.line ?? next}: ${MARKS}` }),
  };
}

const MARKS = 'a quotation mark is not closed, or stands inside a quoted cell. Double it there.';

/** Line breaks, tabs, no-break spaces and runs of them are one space. */
const oneLine = (cell: string): string => cell.replaceAll(/[\s\u200B]+/g, ' ').trim();
