/** Rows as a file that every program can read, whatever text they hold: the one place where files are written. */
import { writeCsvStream } from 'hucre/csv';
import { writeXlsxStream, type XlsxWriteStreamOptions } from 'hucre/xlsx';
import { cleaned } from '../contract/text';

export type Cell = string | number | null;
type Rows = AsyncIterable<Cell[]> | Iterable<Cell[]>;

/** With a byte order mark, so that spreadsheets read it as UTF-8; no cell begins a formula. */
export const csvTable = (rows: Rows): ReadableStream<Uint8Array> =>
  writeCsvStream(
    withText(rows, (text) => guarded(cleaned(text))),
    { bom: true },
  );

/**
 * Spreadsheets split at the separator of their country, whatever the file's is: quotes within a field are then plain
 * characters, and what follows a separator or a line break begins a cell. Tabs are spaces by then. The wide signs are those of East Asian keyboards.
 */
const FORMULA = /((?:^|[,;\n])[\s"]*)(?=[=+\-@＝＋－＠])/g;
const NUMBER = /^-?\d+(?::\d\d|\.\d+)?$/;

/** Text in which every sign that would begin a formula has an apostrophe before it. Numbers and durations stay as they are. */
const guarded = (text: string): string => (NUMBER.test(text) ? text : text.replaceAll(FORMULA, "$1'"));

/** Text stays text, whatever it begins with. */
export const xlsxTable = (rows: Rows, options: XlsxWriteStreamOptions): ReadableStream<Uint8Array> =>
  writeXlsxStream(
    withText(rows, (text) => literal(cleaned(text))),
    options,
  );

/** A spreadsheet reads "_x0041_" as "A" unless its first "_" is written as "_x005F_" (ECMA-376 part 1, ST_Xstring). */
const literal = (text: string): string => text.replaceAll(/_(?=x[\da-f]{4}_)/gi, '_x005F_');

async function* withText(rows: Rows, write: (text: string) => string): AsyncGenerator<Cell[]> {
  for await (const row of rows) yield row.map((cell) => (typeof cell === 'string' ? write(cell) : cell));
}
