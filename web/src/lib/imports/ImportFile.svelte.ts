import { noAnswer } from '$lib/problem';
import { uuidv7 } from 'uuidv7';
import type { FileRow } from './cells';
import { Unreadable } from './decoding';
import { mappingOf, TITLES } from './headings';
import { type Import, type Part, partsOf, type Row, sendPart } from './parts';
import { overlong, repeated } from './refusals';
import type { Judged } from './report';

/** The API refuses longer cells in words; it need not see all of them. */
const MOST_CHARACTERS = 500;

type Line = FileRow & { id: string };

/** A file on its way to a list: read, checked, then imported in parts. */
export class ImportFile<Column extends string> {
  /** All rows, with those above the headings. */
  #rows = $state.raw<readonly Line[]>([]);
  #headingsAt = $state(-1);
  #mapping = $state.raw<Record<string, number>>({});
  #judged = $state.raw<ReadonlyMap<number, Judged>>(new Map());
  #leftOut = $state.raw<ReadonlySet<number>>(new Set());
  #parts: Part<Column>[] = [];
  #step = $state<'choose' | 'map' | 'checked' | 'importing' | 'done'>('choose');
  #progress = $state.raw({ sent: 0, of: 0 });
  #busy = $state(false);
  #trouble = $state<string>();
  /** A word to check, where the way in which letters are stored was guessed. */
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
  /** How many lines have been sent, of how many. */
  get progress(): { sent: number; of: number } {
    return this.#progress;
  }
  get headings(): readonly string[] {
    return this.#rows[this.#headingsAt]?.cells ?? this.#rows[0]?.cells.map(() => '') ?? [];
  }
  /** The place of the headings among the first rows; -1 for none. */
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
  /** Which columns are still to be named, in words. */
  get missing(): string | undefined {
    return this.it.missing((column) => this.placeOf(column) >= 0);
  }

  /** In the order of the file. */
  get outcomes(): readonly Judged[] {
    return this.lines.flatMap(({ line }) => {
      const it = this.#judged.get(line);
      if (!it) return [];
      return this.#leftOut.has(line) ? [{ ...it, outcome: 'left' }] : [it];
    });
  }
  of(outcome: Judged['outcome']): readonly Judged[] {
    return this.outcomes.filter((it) => it.outcome === outcome);
  }
  /** Those who are here already and differ, whether or not they are left out. */
  get updates(): readonly Judged[] {
    return [...this.#judged.values()].filter(({ outcome }) => outcome === 'update');
  }
  isLeftOut(line: number): boolean {
    return this.#leftOut.has(line);
  }

  /** What a line is called. */
  nameOf(line: number): string {
    const found = this.#rows.find((each) => each.line === line);
    return (found && this.it.shown[0]?.of((column) => this.cell(found, column))) ?? '';
  }
  cell({ cells }: FileRow, column: Column): string {
    return (cells[this.placeOf(column)] ?? '').slice(0, MOST_CHARACTERS);
  }
  /** The place of a column's heading; -1 for none. */
  placeOf(column: Column): number {
    return this.#mapping[column] ?? -1;
  }

  /** Reads the file and looks for its headings. Nothing is sent. */
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

  /** Takes another row for the headings. */
  headAt(place: number): void {
    this.#headingsAt = place;
    const mapping = mappingOf(this.headings, this.it.columns);
    this.#mapping = this.it.settled?.(mapping) ?? mapping;
    this.forget();
  }

  map(column: Column, place: number): void {
    this.#mapping = { ...this.#mapping, [column]: place };
    this.forget();
  }

  /** The outcomes are outdated: the file, its columns or the choices have changed. */
  forget(): void {
    this.#judged = new Map();
    this.#leftOut = new Set();
    this.#trouble = undefined;
    this.#step = 'map';
  }

  /** Whether these updates are wanted. */
  choose(lines: readonly number[], wanted: boolean): void {
    const next = new Set(this.#leftOut);
    for (const line of lines) {
      if (wanted) next.delete(line);
      else next.add(line);
    }
    this.#leftOut = next;
  }

  /** Asks what would become of each row; nothing is written. */
  async check(): Promise<void> {
    this.forget();
    const refused = [
      ...overlong(this.lines, this.headings.length),
      ...this.it.unique.flatMap((it) => repeated(this.lines, it, (line, column) => this.cell(line, column))),
    ];
    this.#judged = new Map(refused.map((it) => [it.line, it]));
    this.#prepare(this.lines.filter(({ line }) => !this.#judged.has(line)));
    if (await this.#send(true)) this.#step = 'checked';
  }

  /** Imports what is ready and not skipped. Called again after an error, it goes on where it stopped. */
  async take(): Promise<void> {
    if (this.#step === 'checked') {
      const offered = new Set([...this.of('good'), ...this.of('update')].map(({ line }) => line));
      this.#prepare(this.lines.filter(({ line }) => offered.has(line)));
    }
    this.#step = 'importing';
    if (await this.#send(false)) this.#step = 'done';
  }

  /** Begins anew with another file. */
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
    const seenAt = this.#judged.get(line)?.seenAt;
    return { line, id, seenAt, cell: (column) => this.cell(it, column) };
  }

  async #send(dryRun: boolean): Promise<boolean> {
    this.#busy = true;
    this.#trouble = undefined;
    try {
      for (let [part] = this.#parts; part; [part] = this.#parts) {
        const judged = await sendPart(this.it, part, dryRun);
        this.#judged = new Map([...this.#judged, ...judged.map((it) => [it.line, this.#with(it)] as const)]);
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

  /** A part that is sent twice finds no difference the second time: what was shown stays. */
  #with(it: Judged): Judged {
    const { differences = [] } = this.#judged.get(it.line) ?? {};
    return it.outcome === 'update' && !it.differences?.length ? { ...it, differences } : it;
  }
}
