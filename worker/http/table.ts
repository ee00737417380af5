/** The one place where files are written: every program can read them, with any text in their rows. */
import { writeCsvStream } from 'hucre/csv';
import { writeXlsxStream, type XlsxWriteStreamOptions } from 'hucre/xlsx';
import { asText, sanitized } from '../contract/text';

export type Cell = string | number | null;
type Rows = AsyncIterable<Cell[]> | Iterable<Cell[]>;

/** With a byte order mark, so that spreadsheets read UTF-8. No cell begins a formula. */
export const csvTable = (rows: Rows): ReadableStream<Uint8Array> =>
  writeCsvStream(
    withText(rows, (text) => asText(sanitized(text))),
    { bom: true },
  );

export const xlsxTable = (rows: Rows, options: XlsxWriteStreamOptions): ReadableStream<Uint8Array> =>
  writeXlsxStream(
    withText(rows, (text) => literal(sanitized(text))),
    options,
  );

/** A spreadsheet reads "_x0041_" as "A" unless its first "_" is written as "_x005F_" (ECMA-376 part 1, ST_Xstring). */
const literal = (text: string): string => text.replaceAll(/_(?=x[\da-f]{4}_)/gi, '_x005F_');

async function* withText(rows: Rows, write: (text: string) => string): AsyncGenerator<Cell[]> {
  for await (const row of rows) yield row.map((cell) => (typeof cell === 'string' ? write(cell) : cell));
}

export const formats = [
  { format: 'csv', words: 'CSV' },
  { format: 'xlsx', words: 'a spreadsheet' },
] as const;
export type Format = (typeof formats)[number]['format'];

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** @param name without its ending */
export const saved = (body: ReadableStream<Uint8Array>, format: Format, name: string): Response =>
  new Response(body, {
    headers: {
      'Content-Type': types[format],
      'Content-Disposition': `attachment; filename="${name}.${format}"`,
    },
  });
