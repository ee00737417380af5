import { noAnswer } from '$lib/problem';
import { uuidv7 } from '$lib/uuidv7';
import type { FileRow } from './cells';
import { Unreadable } from './decoding';
import { mappingOf, TITLES } from './headings';
import { type Import, type Part, partsOf, type Row, sendPart } from './parts';
import { overlong, repeated } from './refusals';
import type { LineResult } from './report';

/** The API refuses longer cells, so the page need not send all of them. */
const MOST_CHARACTERS = 500;

type Line = FileRow & { id: string };

/** An import of a file: read, checked, then sent in parts. */
export class ImportFile<Column extends string> {
  /** All rows, including those above the headings. */
  #rows = $state.raw<readonly Line[]>([]);
  #headingsAt = $state(-1);
  #mapping = $state.raw<Record<string, number>>({});
  #results = $state.raw<ReadonlyMap<number, LineResult>>(new Map());
  #skipped = $state.raw<ReadonlySet<number>>(new Set());
  #parts: Part<Column>[] = [];
  #step = $state<'choose' | 'map' | 'checked' | 'importing' | 'done'>('choose');
  #progress = $state.raw({ sent: 0, of: 0 });
  #busy = $state(false);
  #trouble = $state<string>();
  /** A word for the person to check, if the text encoding was guessed. */
  guessedBy = $state<string>();

  constructor(readonly it: Import<Column>) {}

  get step(): 'choose' | 'map' | 'checked' | 'importing' | 'done' {
    return this.#step;
  }
  get busy(): boolean {
    return this.#busy;
  }
  get trouble(): string | undefined {
    return this.#trouble;
  }
  get progress(): { sent: number; of: number } {
    return this.#progress;
  }
  get headings(): readonly string[] {
    return this.#rows[this.#headingsAt]?.cells ?? this.#rows[0]?.cells.map(() => '') ?? [];
  }
  /** The index of the heading row; -1 for none. */
  get headingsAt(): number {
    return this.#headingsAt;
  }
  /** The rows that may hold the headings. */
  get top(): readonly FileRow[] {
    return this.#rows.slice(0, TITLES);
  }
  get lines(): readonly Line[] {
    return this.#rows.slice(this.#headingsAt + 1);
  }
  /** A message about the columns that still need a heading. */
  get missing(): string | undefined {
    return this.it.missing((column) => this.placeOf(column) >= 0);
  }

  /** In the order of the file. */
  get outcomes(): readonly LineResult[] {
    return this.lines.flatMap(({ line }) => {
      const it = this.#results.get(line);
      if (!it) return [];
      return this.#skipped.has(line) ? [{ ...it, outcome: 'left' }] : [it];
    });
  }
  of(outcome: LineResult['outcome']): readonly LineResult[] {
    return this.outcomes.filter((it) => it.outcome === outcome);
  }
  /** Existing records that differ, skipped ones included. */
  get updates(): readonly LineResult[] {
    return [...this.#results.values()].filter(({ outcome }) => outcome === 'update');
  }
  isSkipped(line: number): boolean {
    return this.#skipped.has(line);
  }

  nameOf(line: number): string {
    const found = this.#rows.find((each) => each.line === line);
    return (found && this.it.shown[0]?.of((column) => this.cell(found, column))) ?? '';
  }
  cell({ cells }: FileRow, column: Column): string {
    return (cells[this.placeOf(column)] ?? '').slice(0, MOST_CHARACTERS);
  }
  /** The index of a column's heading; -1 for none. */
  placeOf(column: Column): number {
    return this.#mapping[column] ?? -1;
  }

  /** Reads the file and finds its headings, without sending anything. */
  async read(file: Blob): Promise<void> {
    this.clear();
    try {
      const { readFile } = await import('./reading');
      const { rows, headings, guessedBy } = readFile(
        new Uint8Array(await file.arrayBuffer()),
        this.it.columns,
      );
      const [lines, most] = [rows.length - headings - 1, this.it.most];
      if (lines > most) throw new Unreadable(`This file has ${lines} lines; at most ${most} fit. Split it.`);
      this.#rows = rows.map((row) => ({ ...row, id: uuidv7() }));
      this.guessedBy = guessedBy;
      this.headAt(headings);
    } catch (error) {
      this.#trouble =
        error instanceof Unreadable ? error.message : 'This file could not be read. Choose it again.';
    }
  }

  /** Uses another row as headings. */
  headAt(place: number): void {
    this.#headingsAt = place;
    const mapping = mappingOf(this.headings, this.it.columns);
    this.#mapping = this.it.resolve?.(mapping) ?? mapping;
    this.forget();
  }

  map(column: Column, place: number): void {
    this.#mapping = { ...this.#mapping, [column]: place };
    this.forget();
  }

  /** Drops the outcomes after a change of the file, its columns or its options. */
  forget(): void {
    this.#results = new Map();
    this.#skipped = new Set();
    this.#trouble = undefined;
    this.#step = 'map';
  }

  /** Includes or skips updates. */
  choose(lines: readonly number[], included: boolean): void {
    const next = new Set(this.#skipped);
    for (const line of lines) {
      if (included) next.delete(line);
      else next.add(line);
    }
    this.#skipped = next;
  }

  /** Asks the API for the outcome of each row; a dry run. */
  async check(): Promise<void> {
    this.forget();
    const refused = [
      ...overlong(this.lines, this.headings.length),
      ...this.it.unique.flatMap((it) => repeated(this.lines, it, (line, column) => this.cell(line, column))),
    ];
    this.#results = new Map(refused.map((it) => [it.line, it]));
    this.#prepare(this.lines.filter(({ line }) => !this.#results.has(line)));
    if (await this.#send(true)) this.#step = 'checked';
  }

  /** Imports the lines that are ready and not skipped. After an error, a second call continues where it stopped. */
  async take(): Promise<void> {
    if (this.#step === 'checked') {
      const offered = new Set([...this.of('good'), ...this.of('update')].map(({ line }) => line));
      this.#prepare(this.lines.filter(({ line }) => offered.has(line)));
    }
    this.#step = 'importing';
    if (await this.#send(false)) this.#step = 'done';
  }

  clear(): void {
    this.forget();
    this.#rows = [];
    this.#step = 'choose';
  }

  #prepare(lines: readonly Line[]): void {
    this.#parts = partsOf(
      lines.map((line) => this.#rowOf(line)),
      this.it,
    );
    this.#progress = { sent: 0, of: lines.length };
  }

  #rowOf(it: Line): Row<Column> {
    const { line, id } = it;
    const seenAt = this.#results.get(line)?.seenAt;
    return { line, id, seenAt, cell: (column) => this.cell(it, column) };
  }

  async #send(dryRun: boolean): Promise<boolean> {
    this.#busy = true;
    this.#trouble = undefined;
    try {
      for (let [part] = this.#parts; part; [part] = this.#parts) {
        const results = await sendPart(this.it, part, dryRun);
        const entries = results.map((it) => [it.line, this.#withDifferences(it)] as const);
        this.#results = new Map([...this.#results, ...entries]);
        this.#progress = { ...this.#progress, sent: this.#progress.sent + part.rows.length };
        this.#parts = this.#parts.slice(1);
      }
      return true;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : noAnswer;
      return false;
    } finally {
      this.#busy = false;
    }
  }

  /** A retried part finds no differences, so the ones shown before stay. */
  #withDifferences(it: LineResult): LineResult {
    const { differences = [] } = this.#results.get(it.line) ?? {};
    return it.outcome === 'update' && !it.differences?.length ? { ...it, differences } : it;
  }
}
