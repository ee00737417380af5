/** A report as a file: the same rows as on the page, streamed, so that its length needs no memory. */
import { DATE_RULE } from '../contract/reports/reports';
import type { Scope } from '../scope';
import { type Column, dayColumns, totalColumns } from './columns';
import { reportDays, type ReportFilter } from './days';
import { type By, totals } from './reports';
import { type Cell, csvTable, type Format, xlsxTable } from '../http/table';
import { momentText } from './wall';

export function daysFile(scope: Scope, filter: ReportFilter, format: Format): ReadableStream<Uint8Array> {
  async function* rows() {
    for await (const { days } of reportDays(scope, filter)) yield* days;
  }
  return fileOf(scope, filter, format, dayColumns, rows());
}

export function totalsFile(
  scope: Scope,
  filter: ReportFilter,
  by: By,
  format: Format,
): ReadableStream<Uint8Array> {
  async function* rows() {
    yield* (await totals(scope, filter, by)).totals;
  }
  return fileOf(scope, filter, format, totalColumns[by], rows());
}

function fileOf<Row>(
  scope: Scope,
  filter: ReportFilter,
  format: Format,
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
): ReadableStream<Uint8Array> {
  if (format === 'csv') return csvTable(cells(scope, filter, columns, rows, ({ csv }) => csv));
  return xlsxTable(
    cells(scope, filter, columns, rows, ({ csv, xlsx }) => xlsx ?? csv),
    {
      name: 'Report',
      columns: columns.map(({ width, numFmt }) => ({ width, ...(numFmt && { numFmt }) })),
      freezePane: { rows: 1 },
    },
  );
}

async function* cells<Row>(
  scope: Scope,
  filter: ReportFilter,
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
    `${filter.from} to ${filter.to}`,
    `as of ${momentText(zone, scope.now())} ${zone}`,
  ];
  yield ['', DATE_RULE];
}
