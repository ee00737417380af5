/** A file goes to the API in parts: each of them is tried a few times, always as the same request. */
import type { Problem } from '$contract/errors';
import { noAnswer, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';
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
  /** Sends a part. @throws where no answer came */
  ask(
    rows: readonly Row<Column>[],
    dryRun: boolean,
    how: { headers: { 'Idempotency-Key': string } },
  ): Promise<{ judged: Judged[] } | { problem: Problem }>;
}

export interface Part<Column extends string> {
  /** So that a part whose answer was lost is sent again as the same. */
  key: string;
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
  return parts.map((part) => ({ key: uuidv7(), rows: part }));
}

const sizeOf = (cells: readonly string[]): number => new TextEncoder().encode(JSON.stringify(cells)).length;

/** How often a part is sent before the person is asked whether to go on. */
const TRIES = 3;

/** @throws Error in words for the person */
export async function sendPart<Column extends string>(
  { ask }: Import<Column>,
  { key, rows }: Part<Column>,
  dryRun: boolean,
): Promise<Judged[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await ask(rows, dryRun, { headers: { 'Idempotency-Key': key } });
      if ('judged' in answer) return answer.judged;
      const { problem } = answer;
      // The ceiling on writes a minute: a long file waits for it.
      if (problem.code === 'too_many_tries') await pause((problem.retryAfter ?? 10) * 1_000);
      else if (problem.status < 500) throw new Refused(wordsOf(problem));
      else throw new Error(wordsOf(problem));
    } catch (error) {
      if (error instanceof Refused || tries >= TRIES)
        throw error instanceof TypeError ? new Error(noAnswer) : error;
      await pause(1_000);
    }
  }
}

class Refused extends Error {}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
