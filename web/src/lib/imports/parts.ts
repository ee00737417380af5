/** Sends a file to the API in parts. A retry of a part is the same request. */
import { Command } from '$lib/Command.svelte';
import type { ImportColumn } from './headings';
import type { LineResult } from './report';

/** A line as sent. A retry keeps its `id`. */
export interface Row<Column extends string> {
  line: number;
  id: string;
  /** The version of the record whose differences the person has seen. */
  seenAt: number | undefined;
  cell: (column: Column) => string;
}

/** A value of a line, from one column or from several. */
export interface LineField<Column extends string> {
  label: string;
  of(cell: (column: Column) => string): string;
}

/** An import: its columns, and how it sends a part of the file. */
export interface Import<Column extends string> {
  columns: readonly ImportColumn<Column>[];
  /** The fields that the page shows. The first one names the line. */
  shown: readonly LineField<Column>[];
  /** Two lines may not have the same value in one of these. */
  unique: readonly LineField<Column>[];
  /** Resolves headings whose meaning depends on the others. */
  resolve?(mapping: Record<string, number>): Record<string, number>;
  /** A message about the columns that still need a heading. */
  missing(has: (column: Column) => boolean): string | undefined;
  /** The API's limit of rows in one request. */
  part: number;
  most: number;
  template: { name: string; rows: readonly (readonly string[])[] };
  /** @returns whether the API answered with results */
  send(part: Part<Column>, dryRun: boolean, take: (results: LineResult[]) => void): Promise<boolean>;
}

export interface Part<Column extends string> {
  /** Keeps its key, so that a lost answer does not import the part twice. */
  command: Command;
  rows: readonly Row<Column>[];
}

/** The API takes 64 KB; the rest is for field names, ids and quotation marks. */
const PART_BYTES = 40_000;

export function partsOf<Column extends string>(
  rows: readonly Row<Column>[],
  { columns, part: most }: Pick<Import<Column>, 'columns' | 'part'>,
): Part<Column>[] {
  const parts: Row<Column>[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = sizeOf(columns.map(({ column }) => row.cell(column)));
    const last = parts.at(-1);
    if (!last || last.length >= most || bytes + size > PART_BYTES) {
      parts.push([row]);
      bytes = size;
    } else {
      last.push(row);
      bytes += size;
    }
  }
  return parts.map((part) => ({ command: new Command({ retryWaits: RETRY_WAITS_MS }), rows: part }));
}

const sizeOf = (cells: readonly string[]): number => new TextEncoder().encode(JSON.stringify(cells)).length;

/** Then the person is asked whether to go on. */
const RETRY_WAITS_MS = [1_000, 1_000];

/** @throws Error in words for the person */
export async function sendPart<Column extends string>(
  file: Import<Column>,
  part: Part<Column>,
  dryRun: boolean,
): Promise<LineResult[]> {
  const { command } = part;
  let results: LineResult[] = [];
  while (!(await file.send(part, dryRun, (rows) => (results = rows)))) {
    // A long file reaches the limit of writes a minute and waits.
    if (command.problem?.code !== 'too_many_tries') throw new Error(command.message);
    await pause((command.problem.retryAfter ?? 10) * 1_000);
  }
  return results;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
