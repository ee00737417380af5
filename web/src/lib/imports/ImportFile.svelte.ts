import type { Problem } from '$contract/errors';
import { noAnswer, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';
import { type FileRow, headingRow, rowsOf, Unreadable } from './reading';
import type { Judged } from './report';

/** A line as it is sent. `id` stays the same however often it is. */
export interface Row<Column extends string> {
  line: number;
  id: string;
  cell(column: Column): string;
}

interface Keyed {
  headers: { 'Idempotency-Key': string };
}

/** What is imported: its columns, and how a part of the file is sent. */
export interface Import<Column extends string> {
  /** What a column may hold, with the headings under which it is usually found. The first one names a line. */
  columns: readonly { column: Column; label: string; known: readonly string[] }[];
  /** Of each of these sets, at least one column must be in the file. */
  needed: readonly (readonly Column[])[];
  /** What a line is called by. */
  names: readonly Column[];
  /** No two lines may say the same in this one. */
  unique: Column;
  /** The API takes so many rows at once. */
  part: number;
  most: number;
  /** Sends a part. @throws where no answer came */
  ask(
    rows: readonly Row<Column>[],
    dryRun: boolean,
    how: Keyed,
  ): Promise<{ judged: Judged[] } | { problem: Problem }>;
}

/** How often a part is sent before the person is asked whether to go on. */
const TRIES = 3;

interface Line {
  line: number;
  id: string;
  cells: readonly string[];
}

/** A file on its way to a list: read, looked through, then taken in part by part. */
export class ImportFile<Column extends string> {
  #rows = $state.raw<FileRow[]>([]);
  #headingAt = $state(0);
  #headings = $state.raw<string[]>([]);
  #lines = $state.raw<Line[]>([]);
  #outcomes = $state.raw<Judged[]>([]);
  #step = $state<'choose' | 'map' | 'checked' | 'importing' | 'done'>('choose');
  #busy = $state(false);
  #trouble = $state<string>();
  /** Column → heading's place; -1 for none. */
  mapping = $state<Record<string, number>>({});
  /** Of each part, so that one whose answer was lost is sent again as the same. */
  #keys = new Map<number, string>();

  constructor(readonly it: Import<Column>) {}

  get headings(): readonly string[] {
    return this.#headings;
  }
  get lines(): readonly Line[] {
    return this.#lines;
  }
  get outcomes(): readonly Judged[] {
    return this.#outcomes;
  }
  get step(): 'choose' | 'map' | 'checked' | 'importing' | 'done' {
    return this.#step;
  }
  get busy(): boolean {
    return this.#busy;
  }
  get trouble(): string | undefined {
    return this.#trouble;
  }
  /** How many rows are good, or were taken in. */
  get good(): number {
    return this.#outcomes.filter(({ outcome }) => outcome === 'good').length;
  }
  get there(): number {
    return this.#outcomes.filter(({ outcome }) => outcome === 'there').length;
  }
  /** Good lines that say something of their own: what they change of somebody who is here already. */
  get updates(): readonly Judged[] {
    return this.#outcomes.filter(({ outcome, words }) => outcome === 'good' && words !== '');
  }
  get refused(): readonly Judged[] {
    return this.#outcomes.filter(({ outcome }) => outcome === 'refused');
  }

  /** What a line is called: what it says in its first columns. */
  nameOf(line: number): string {
    const found = this.#lines.find((each) => each.line === line);
    if (!found) return '';
    const words = this.it.names.map((column) => this.cell(found, column));
    return words.filter(Boolean).join(' ');
  }

  cell({ cells }: Line, column: Column): string {
    return cells[this.mapping[column] ?? -1] ?? '';
  }

  /** Reads the file, whatever its encoding and separator, and looks for its headings. Nothing is sent. */
  async read(file: File): Promise<void> {
    this.#trouble = undefined;
    this.#lines = [];
    try {
      this.#rows = await rowsOf(await file.arrayBuffer());
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.#trouble = error.message;
      return;
    }
    this.useHeadings(headingRow(this.#rows, (heading) => this.#columnOf(heading) !== undefined));
    if (this.#lines.length > 0) this.#step = 'map';
  }

  /** The rows that may hold the headings: the first ones, with their lines. */
  get mayBeHeadings(): readonly FileRow[] {
    return this.#rows.slice(0, 8);
  }

  /** The place of the row with the headings among those. */
  get headingAt(): number {
    return this.#headingAt;
  }

  /** Takes another row for the headings: what lies above it is a title, what lies below it are the lines. */
  useHeadings(place: number): void {
    const { columns, most } = this.it;
    const [headings, ...rest] = this.#rows.slice(place);
    this.#trouble =
      !headings || rest.length === 0
        ? 'This file has no lines below its headings.'
        : rest.length > most
          ? `This file has ${rest.length} lines; at most ${most} fit. Split it.`
          : undefined;
    if (this.#trouble !== undefined || !headings) return;
    this.#headingAt = place;
    this.#headings = headings.cells;
    this.#lines = rest.map(({ line, cells }) => ({ line, cells, id: uuidv7() }));
    for (const { column } of columns)
      this.mapping[column] = headings.cells.findIndex((heading) => this.#columnOf(heading) === column);
  }

  #columnOf(heading: string): Column | undefined {
    const word = heading.toLowerCase();
    return this.it.columns.find(({ known }) => known.includes(word))?.column;
  }

  /** Whether the columns that every line needs are named. */
  get mapped(): boolean {
    return this.it.needed.every((some) => some.some((column) => (this.mapping[column] ?? -1) >= 0));
  }

  /** Asks what would become of each row; nothing is written. */
  async check(): Promise<void> {
    if (await this.#run(true)) this.#step = 'checked';
  }

  /** Takes the good rows in. Called again after trouble, it goes on where it stopped. */
  async take(): Promise<void> {
    this.#step = 'importing';
    if (await this.#run(false)) this.#step = 'done';
  }

  /** Begins anew with another file. */
  clear(): void {
    this.#step = 'choose';
    this.#rows = [];
    this.#lines = [];
    this.#outcomes = [];
    this.#keys.clear();
    this.#trouble = undefined;
  }

  /** Lines that say the same as an earlier one: the server sees a part of the file only. Line → the earlier one. */
  get #twins(): ReadonlyMap<number, number> {
    const first = new Map<string, number>();
    const twins = new Map<number, number>();
    for (const each of this.#lines) {
      const said = this.cell(each, this.it.unique).trim().toLowerCase();
      const earlier = first.get(said);
      if (said === '') continue;
      if (earlier === undefined) first.set(said, each.line);
      else twins.set(each.line, earlier);
    }
    return twins;
  }

  async #run(dryRun: boolean): Promise<boolean> {
    const { part: size, unique } = this.it;
    const twins = this.#twins;
    this.#busy = true;
    this.#trouble = undefined;
    if (dryRun || this.#step !== 'importing' || this.#outcomes.length === this.#lines.length)
      this.#outcomes = [];
    try {
      while (this.#outcomes.length < this.#lines.length) {
        const from = this.#outcomes.length;
        const part = this.#lines.slice(from, from + size);
        const rows = part.filter(({ line }) => !twins.has(line)).map((line) => this.#rowOf(line));
        const told = rows.length > 0 ? await this.#send(from, rows, dryRun) : [];
        const judged = part.map(
          ({ line }) =>
            told.find((each) => each.line === line) ?? twinOf(unique, line, twins.get(line) ?? line),
        );
        this.#outcomes = [...this.#outcomes, ...judged];
      }
      return true;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : noAnswer;
      return false;
    } finally {
      this.#busy = false;
    }
  }

  #rowOf(line: Line): Row<Column> {
    return { line: line.line, id: line.id, cell: (column) => this.cell(line, column) };
  }

  /** @throws Error in words for the person */
  async #send(from: number, rows: Row<Column>[], dryRun: boolean): Promise<Judged[]> {
    const key = dryRun ? uuidv7() : (this.#keys.get(from) ?? uuidv7());
    if (!dryRun) this.#keys.set(from, key);
    for (let tries = 1; ; tries += 1) {
      try {
        const told = await this.it.ask(rows, dryRun, { headers: { 'Idempotency-Key': key } });
        if ('judged' in told) return told.judged;
        const { problem } = told;
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
}

const twinOf = (unique: string, line: number, earlier: number): Judged => ({
  line,
  outcome: 'refused',
  words: `${unique} is also that of line ${earlier}`,
});

class Refused extends Error {}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
