/** Reads reports through the API, and their files. */
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { expect } from 'vitest';
import type {
  ReportDay,
  ReportDays,
  ReportTotal,
  ReportTotals,
} from '../../../worker/contract/reports/reports';
import { bytesOf, utf8 } from './spreadsheet';
import { ask, type Someone } from '../workplace';

const MINUTE = 60_000;

/** All days, page after page. */
export async function daysOf(
  as: Someone,
  span: { from: string; to: string },
  query = '',
): Promise<ReportDay[]> {
  const days: ReportDay[] = [];
  for (let from: string | null = span.from; from !== null;) {
    const answer = await ask(`/reports/days?from=${from}&to=${span.to}${query}`, { as });
    expect(answer.status).toBe(200);
    const page: ReportDays = await answer.json<ReportDays>();
    days.push(...page.days);
    from = page.next;
  }
  return days;
}

export async function totalsOf(
  as: Someone,
  { from, to }: { from: string; to: string },
  query = '',
): Promise<ReportTotal[]> {
  const answer = await ask(`/reports/totals?from=${from}&to=${to}${query}`, { as });
  expect(answer.status).toBe(200);
  return (await answer.json<ReportTotals>()).totals;
}

/** A file's lines up to the empty one before its footer: heading → cell. Hours become minutes. */
export type Line = Record<string, string | number>;

export async function linesOf(as: Someone, path: `/reports/${string}`): Promise<Line[]> {
  const answer = await ask(path, { as });
  expect(answer.status).toBe(200);
  const bytes = await bytesOf(answer.body);
  const rows: unknown[][] = path.includes('.csv')
    ? parseCsv(utf8.decode(bytes))
    : ((await readXlsx(bytes)).sheets[0]?.rows ?? []);
  const [headings = [], ...lines] = rows;
  const end = lines.findIndex((line) => line.every((cell) => cell === null || cell === ''));
  expect(end).toBeGreaterThan(-1);
  // Two columns of one name could not be distinguished.
  expect(new Set(headings).size).toBe(headings.length);
  return lines
    .slice(0, end)
    .map((line) => Object.fromEntries(headings.map((heading, n) => [String(heading), plain(line[n])])));
}

function plain(cell: unknown): string | number {
  if (cell instanceof Date) return minutesIn(cell);
  if (typeof cell === 'number') return cell;
  const text = typeof cell === 'string' ? cell : '';
  const [, hours, minutes] = /^(\d+):(\d\d)$/.exec(text) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The reader turns a duration into a date, and counts 29 February 1900, which did not exist. */
function minutesIn(cell: Date): number {
  const days = +cell / 86_400_000 + 25_569;
  return Math.round((days < 61 ? days - 1 : days) * 1440);
}

export const minutes = (ms: number): number => ms / MINUTE;
