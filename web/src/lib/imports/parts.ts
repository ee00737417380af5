/** A file goes to the API in parts: each of them is tried a few times, always as the same request. */
import { Command } from '$lib/Command.svelte';
import type { Wanted } from './headings';
import type { Judged } from './report';

/** A line as it is sent. `id` stays the same however often it is. */
export interface Row<Column extends string> {
  line: number;
  id: string;
  /** Of the record whose differences the person has seen and wants. */
  seenAt: number | undefined;
  cell: (column: Column) => string;
}

/** What a line says in one column, or in two together. */
export interface LineField<Column extends string> {
  label: string;
  of(cell: (column: Column) => string): string;
}

/** What is imported: its columns, and how a part of the file is sent. */
export interface Import<Column extends string> {
  columns: readonly Wanted<Column>[];
  /** A line as it will be read. The first one names it. */
  shown: readonly LineField<Column>[];
  /** No two lines may say the same in one of these. */
  unique: readonly LineField<Column>[];
  /** A heading whose meaning depends on the others. */
  settled?(mapping: Record<string, number>): Record<string, number>;
  /** Which columns are still to be named, in words. */
  missing(has: (column: Column) => boolean): string | undefined;
  /** The API takes so many rows at once. */
  part: number;
  most: number;
  template: { name: string; rows: readonly (readonly string[])[] };
  /** Sends a part. @returns whether it was judged */
  send(part: Part<Column>, dryRun: boolean, take: (judged: Judged[]) => void): Promise<boolean>;
}

export interface Part<Column extends string> {
  /** A part whose answer was lost is sent again as the same. */
  command: Command;
  rows: readonly Row<Column>[];
}

/** Of the 64 KB that the API takes; the rest is for names of fields, ids and quotation marks. */
const PART_BYTES = 40_000;

/** As many rows in each part as the API takes, and no more than its bytes. */
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
  return parts.map((part) => ({ command: new Command({ again: AGAIN_MS }), rows: part }));
}

const sizeOf = (cells: readonly string[]): number => new TextEncoder().encode(JSON.stringify(cells)).length;

/** Waits before a part is sent again, until the person is asked whether to go on. */
const AGAIN_MS = [1_000, 1_000];

/** @throws Error in words for the person */
export async function sendPart<Column extends string>(
  file: Import<Column>,
  part: Part<Column>,
  dryRun: boolean,
): Promise<Judged[]> {
  const { command } = part;
  let judged: Judged[] = [];
  while (!(await file.send(part, dryRun, (rows) => (judged = rows)))) {
    // The ceiling on writes a minute: a long file waits for it.
    if (command.problem?.code !== 'too_many_tries') throw new Error(command.message);
    await pause((command.problem.retryAfter ?? 10) * 1_000);
  }
  return judged;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
