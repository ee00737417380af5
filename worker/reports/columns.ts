/** The columns of the files, the same for CSV and spreadsheet. */
import { DayStatus, dayStatusWords } from '../contract/attendance/attendance';
import { type ReportDay, remarksOf, reportHours, type ReportTotal } from '../contract/reports/reports';
import type { Cell } from '../http/table';
import { dateSerial, hours, momentSerial, momentText, partOfDay } from './wall';

export interface Column<Row> {
  header: string;
  width: number;
  numFmt?: string;
  csv: (row: Row) => Cell;
  /** The spreadsheet's cell, if it differs: a date, time or duration. */
  xlsx?: (row: Row) => Cell;
}

function duration<Row>(header: string, of: (row: Row) => number): Column<Row> {
  return {
    header,
    width: 11,
    numFmt: '[h]:mm',
    csv: (row) => hours(of(row)),
    xlsx: (row) => partOfDay(of(row)),
  };
}

const moment = (header: string, of: (day: ReportDay) => number | null): Column<ReportDay> => ({
  header,
  width: 17,
  numFmt: 'yyyy-mm-dd hh:mm',
  csv: (day) => momentText(day.zone, of(day)),
  xlsx: (day) => momentSerial(day.zone, of(day)),
});

const hoursColumns: readonly Column<ReportDay | ReportTotal>[] = reportHours.map(([key, header]) =>
  duration(header, (row) => row[key]),
);

export const dayColumns: readonly Column<ReportDay>[] = [
  {
    header: 'Date',
    width: 12,
    numFmt: 'yyyy-mm-dd',
    csv: ({ workDate }) => workDate,
    xlsx: ({ workDate }) => dateSerial(workDate),
  },
  { header: 'Name', width: 26, csv: ({ name }) => name },
  { header: 'Staff number', width: 13, csv: ({ staffNumber }) => staffNumber },
  { header: 'Email', width: 28, csv: ({ email }) => email },
  { header: 'Department', width: 18, csv: ({ department }) => department },
  { header: 'Category', width: 14, csv: ({ category }) => category },
  { header: 'Status', width: 13, csv: ({ status }) => (status ? dayStatusWords[status] : 'Not expected') },
  moment('In', ({ firstIn }) => firstIn),
  moment('Out', ({ lastOut }) => lastOut),
  ...hoursColumns,
  { header: 'Remarks', width: 28, csv: remarksOf },
  { header: 'Note', width: 40, csv: ({ note }) => note },
  { header: 'Zone', width: 18, csv: ({ zone }) => zone },
];

const totalled: readonly Column<ReportTotal>[] = [
  ...hoursColumns,
  ...DayStatus.options.map((status): Column<ReportTotal> => ({
    header: dayStatusWords[status],
    width: 12,
    csv: ({ days }) => days[status] ?? 0,
  })),
  { header: 'Not expected', width: 13, csv: ({ days }) => days['none'] ?? 0 },
  { header: 'Worked on leave', width: 14, csv: ({ workedOnLeave }) => workedOnLeave },
  { header: 'Not confirmed', width: 14, csv: ({ unconfirmed }) => unconfirmed },
];

export const totalColumns = {
  person: [
    { header: 'Name', width: 26, csv: ({ name }) => name },
    { header: 'Staff number', width: 13, csv: ({ staffNumber }) => staffNumber },
    { header: 'Email', width: 28, csv: ({ email }) => email },
    { header: 'Department', width: 18, csv: ({ department }) => department },
    ...totalled,
  ],
  department: [
    { header: 'Department', width: 26, csv: ({ name }) => name },
    { header: 'People', width: 10, csv: ({ people }) => people },
    ...totalled,
  ],
} as const satisfies Record<string, readonly Column<ReportTotal>[]>;
