/** A file's text as rows of cells. A row's number is the line on which it begins. */
import papa from 'papaparse';

export interface FileRow {
  line: number;
  cells: readonly string[];
}

export const SEPARATORS = [',', ';', '\t', '|'] as const;

/** A text without its `sep=` line, and that line's separator. */
interface Body {
  text: string;
  separator?: string;
  /** The number of its first line. */
  line: number;
}

/** Makes all line breaks `\n`, and removes Excel's `sep=;` line. */
export function bodyOf(text: string): Body {
  const plain = text.replaceAll(/\r\n?/g, '\n');
  const named = /^"?sep=(.)"?[,;\t| ]*(\n|$)/i.exec(plain);
  if (!named) return { text: plain, line: 1 };
  return { text: plain.slice(named[0].length), separator: named[1] ?? ',', line: 2 };
}

interface Rows {
  /** Without empty rows. */
  rows: FileRow[];
  /** A message about an unclosed quotation mark. */
  trouble?: string;
}

/** @param most reads only this many rows; 0 for all */
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

const oneLine = (cell: string): string => cell.replaceAll(/[\s\u200B]+/g, ' ').trim();
