/** Rows as a file that every program can read, whatever text they hold: the one place where files are written. */
import { writeCsvStream } from 'hucre/csv';
import { writeXlsxStream, type XlsxWriteStreamOptions } from 'hucre/xlsx';
import { asText, cleaned } from '../contract/text';

export type Cell = string | number | null;
type Rows = AsyncIterable<Cell[]> | Iterable<Cell[]>;

/** With a byte order mark, so that spreadsheets read it as UTF-8; no cell begins a formula. */
export const csvTable = (rows: Rows): ReadableStream<Uint8Array> =>
  writeCsvStream(
    withText(rows, (text) => asText(cleaned(text))),
    { bom: true },
  );

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

/** The files that every table is offered as. */
export const formats = [
  { format: 'csv', words: 'CSV' },
  { format: 'xlsx', words: 'a spreadsheet' },
] as const;
export type Format = (typeof formats)[number]['format'];

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** A table as a file that the browser saves. @param name without its ending */
export const saved = (body: ReadableStream<Uint8Array>, format: Format, name: string): Response =>
  new Response(body, {
    headers: {
      'Content-Type': types[format],
      'Content-Disposition': `attachment; filename="${name}.${format}"`,
    },
  });
