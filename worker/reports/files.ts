/** A report as a file: exactly what is on the screen, made as it is read by the other side, so that its length costs no memory. */
import { DATE_RULE } from '../contract/reports/reports';
import type { Scope } from '../scope';
import { type Column, dayColumns, totalColumns } from './columns';
import { reportDays, type Wanted } from './days';
import { type By, totals } from './reports';
import { type Cell, csvTable, type Format, xlsxTable } from '../http/table';
import { momentText } from './wall';

/** Every day that is wanted. */
export function daysFile(scope: Scope, wanted: Wanted, format: Format): ReadableStream<Uint8Array> {
  async function* rows() {
    for await (const { days } of reportDays(scope, wanted)) yield* days;
  }
  return fileOf(scope, wanted, format, dayColumns, rows());
}

/** One row for each person, or each department. */
export function totalsFile(scope: Scope, wanted: Wanted, by: By, format: Format): ReadableStream<Uint8Array> {
  async function* rows() {
    yield* (await totals(scope, wanted, by)).totals;
  }
  return fileOf(scope, wanted, format, totalColumns[by], rows());
}

function fileOf<Row>(
  scope: Scope,
  wanted: Wanted,
  format: Format,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
): ReadableStream<Uint8Array> {
  if (format === 'csv') return csvTable(cells(scope, wanted, columns, rows, ({ csv }) => csv));
  return xlsxTable(
    cells(scope, wanted, columns, rows, ({ csv, xlsx }) => xlsx ?? csv),
    {
      name: 'Report',
      columns: columns.map(({ width, numFmt }) => ({ width, ...(numFmt && { numFmt }) })),
      freezePane: { rows: 1 },
    },
  );
}

async function* cells<Row>(
  scope: Scope,
  wanted: Wanted,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
  of: (column: Column<Row>) => Column<Row>['csv'],
): AsyncGenerator<Cell[]> {
  const makers = columns.map(of);
  yield columns.map(({ header }) => header);
  for await (const row of rows) yield makers.map((make) => make(row));
  const { organisation, zone } = scope.me.settings;
  yield [];
  yield [
    '',
    organisation,
    `${wanted.from} to ${wanted.to}`,
    `as of ${momentText(zone, scope.now())} ${zone}`,
  ];
  yield ['', DATE_RULE];
}
