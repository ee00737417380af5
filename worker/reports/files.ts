/** A report as a file: the whole of what was asked for, made as it is read by the other side, so that its length costs no memory. */
import { dayStatusWords } from '../contract/attendance';
import { DATE_RULE, type ReportDay } from '../contract/reports';
import type { Scope } from '../scope';
import { reportDays, type Wanted } from './days';
import { type Cell, csvTable, xlsxTable } from './table';

const DAY_MS = 86_400_000;
/** 1 January 1970 in the days that spreadsheets count (ECMA-376, 1900 date system). */
const EPOCH_DAY = 25_569;

interface Column {
  header: string;
  width: number;
  /** How a spreadsheet shows the number. */
  numFmt?: string;
  csv: (day: ReportDay, wall: Wall) => Cell;
  /** Where a spreadsheet's cell is another: a real date, time or duration. */
  xlsx?: (day: ReportDay, wall: Wall) => Cell;
}

const duration = (header: string, of: (day: ReportDay) => number): Column => ({
  ...{ header, width: 11, numFmt: '[h]:mm' },
  csv: (day) => hours(of(day)),
  xlsx: (day) => of(day) / DAY_MS,
});

const moment = (header: string, of: (day: ReportDay) => number | null): Column => ({
  ...{ header, width: 17, numFmt: 'yyyy-mm-dd hh:mm' },
  csv: (day, wall) => wall.text(day.zone, of(day)),
  xlsx: (day, wall) => wall.serial(day.zone, of(day)),
});

const columns: readonly Column[] = [
  {
    ...{ header: 'Date', width: 12, numFmt: 'yyyy-mm-dd' },
    csv: ({ workDate }) => workDate,
    xlsx: ({ workDate }) => Date.parse(`${workDate}T00:00Z`) / DAY_MS + EPOCH_DAY,
  },
  { header: 'Name', width: 26, csv: ({ name }) => name },
  { header: 'Department', width: 18, csv: ({ department }) => department },
  { header: 'Category', width: 14, csv: ({ category }) => category },
  { header: 'Status', width: 13, csv: ({ status }) => (status ? dayStatusWords[status] : 'Not expected') },
  moment('In', ({ firstIn }) => firstIn),
  moment('Out', ({ lastOut }) => lastOut),
  duration('Worked', ({ workedMs }) => workedMs),
  duration('Breaks', ({ breakMs }) => breakMs),
  duration('Overtime', ({ overtimeMs }) => overtimeMs),
  duration('Late', ({ lateMs }) => lateMs),
  duration('Left early', ({ earlyMs }) => earlyMs),
  {
    ...{ header: 'Remarks', width: 22 },
    csv: ({ open, auto, corrected }) =>
      [open && 'still open', auto && 'closed by itself', corrected && 'corrected'].filter(Boolean).join(', '),
  },
  { header: 'Note', width: 40, csv: ({ note }) => note },
  { header: 'Zone', width: 18, csv: ({ zone }) => zone },
];

export function csvFile(scope: Scope, wanted: Wanted): ReadableStream<Uint8Array> {
  return csvTable(cells(scope, wanted, ({ csv }) => csv));
}

/** Text stays text, whatever it begins with; dates, times and durations are numbers. */
export function xlsxFile(scope: Scope, wanted: Wanted): ReadableStream<Uint8Array> {
  return xlsxTable(
    cells(scope, wanted, ({ csv, xlsx }) => xlsx ?? csv),
    {
      name: 'Report',
      columns: columns.map(({ width, numFmt }) => ({ width, ...(numFmt && { numFmt }) })),
      freezePane: { rows: 1 },
    },
  );
}

async function* cells(
  scope: Scope,
  wanted: Wanted,
  of: (column: Column) => Column['csv'],
): AsyncGenerator<Cell[]> {
  const wall = new Wall();
  const makers = columns.map(of);
  yield columns.map(({ header }) => header);
  for await (const { days } of reportDays(scope, wanted))
    for (const day of days) yield makers.map((make) => make(day, wall));
  const { organisation, zone } = scope.me.settings;
  yield [];
  yield ['', organisation, `${wanted.from} to ${wanted.to}`, `as of ${wall.text(zone, scope.now())} ${zone}`];
  yield ['', DATE_RULE];
}

/** "8:05" for 8 hours and 5 minutes. */
const hours = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};

/** What the clock on the wall showed. The formatters are costly: one a zone. */
class Wall {
  readonly #formats = new Map<string, Intl.DateTimeFormat>();

  /** "2026-11-21 08:58" */
  text(zone: string, at: number | null): string | null {
    return at === null ? null : this.#format(zone).format(at);
  }

  /** As spreadsheets count: days, and parts of a day. */
  serial(zone: string, at: number | null): number | null {
    const text = this.text(zone, at);
    return text === null ? null : Date.parse(`${text.replace(' ', 'T')}Z`) / DAY_MS + EPOCH_DAY;
  }

  #format(zone: string): Intl.DateTimeFormat {
    // Sweden writes dates and times as ISO 8601 does.
    const made =
      this.#formats.get(zone) ??
      new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    this.#formats.set(zone, made);
    return made;
  }
}
