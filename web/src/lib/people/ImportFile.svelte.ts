import type { ImportReport, ImportRow } from '$contract/people';
import type { ApiClient } from '$lib/api';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

/** What a column may hold, with the headings under which it is usually found. */
export const columns = [
  { column: 'name', label: 'Name', known: ['name', 'full name', 'person', 'employee'] },
  { column: 'email', label: 'Email', known: ['email', 'e-mail', 'mail', 'email address'] },
  { column: 'department', label: 'Department', known: ['department', 'dept', 'team', 'ward'] },
  { column: 'position', label: 'Position', known: ['position', 'title', 'job', 'job title'] },
  { column: 'category', label: 'Category', known: ['category', 'type', 'contract'] },
  { column: 'roles', label: 'Roles', known: ['roles', 'role'] },
] as const;
export type Column = (typeof columns)[number]['column'];

/** The API takes so many rows at once. */
const PART = 100;
const MOST = 5_000;
/** How often a part is sent before the person is asked whether to go on. */
const TRIES = 3;

type Outcome = ImportReport['rows'][number];

/** A file of people on its way to the list: read, looked through, then taken in part by part. */
export class ImportFile {
  #headings = $state.raw<string[]>([]);
  #lines = $state.raw<{ line: number; id: string; cells: string[] }[]>([]);
  #outcomes = $state.raw<Outcome[]>([]);
  #step = $state<'choose' | 'map' | 'checked' | 'importing' | 'done'>('choose');
  #busy = $state(false);
  #trouble = $state<string>();
  /** Column → heading's place; -1 for none. */
  mapping = $state<Record<Column, number>>({
    name: -1,
    email: -1,
    department: -1,
    position: -1,
    category: -1,
    roles: -1,
  });
  /** Of each part, so that one whose answer was lost is sent again as the same. */
  #keys = new Map<number, string>();

  constructor(private readonly api: ApiClient) {}

  get headings(): readonly string[] {
    return this.#headings;
  }
  get lines(): readonly { line: number; cells: readonly string[] }[] {
    return this.#lines;
  }
  get outcomes(): readonly Outcome[] {
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
    return this.#outcomes.filter(({ outcome }) => outcome !== 'refused').length;
  }
  get refused(): readonly Outcome[] {
    return this.#outcomes.filter(({ outcome }) => outcome === 'refused');
  }

  /** Reads the file, whose first line holds the headings. Nothing is sent. */
  async read(file: File): Promise<void> {
    this.#trouble = undefined;
    const { default: papa } = await import('papaparse');
    const { data } = papa.parse<string[]>(await file.text(), { skipEmptyLines: 'greedy' });
    const [headings, ...rest] = data;
    if (!headings || rest.length === 0) this.#trouble = 'This file has no lines below its headings.';
    else if (rest.length > MOST)
      this.#trouble = `This file has ${rest.length} lines; at most ${MOST} fit. Split it.`;
    if (this.#trouble || !headings) return;
    this.#headings = headings;
    this.#lines = rest.map((cells, index) => ({ line: index + 2, id: uuidv7(), cells }));
    for (const { column, known } of columns)
      this.mapping[column] = headings.findIndex((heading) =>
        known.some((word) => word === heading.trim().toLowerCase()),
      );
    this.#step = 'map';
  }

  /** Whether the columns that every person needs are named. */
  get mapped(): boolean {
    return this.mapping.name >= 0 && this.mapping.email >= 0;
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
    this.#lines = [];
    this.#outcomes = [];
    this.#keys.clear();
    this.#trouble = undefined;
  }

  /** Lines whose email an earlier line has: the server sees a part of the file only. Line → the earlier one. */
  get #twins(): ReadonlyMap<number, number> {
    const first = new Map<string, number>();
    const twins = new Map<number, number>();
    for (const { line, cells } of this.#lines) {
      const email = (cells[this.mapping.email] ?? '').trim().toLowerCase();
      const earlier = first.get(email);
      if (email === '') continue;
      if (earlier === undefined) first.set(email, line);
      else twins.set(line, earlier);
    }
    return twins;
  }

  async #run(dryRun: boolean): Promise<boolean> {
    const twins = this.#twins;
    this.#busy = true;
    this.#trouble = undefined;
    if (dryRun || this.#step !== 'importing' || this.#outcomes.length === this.#lines.length)
      this.#outcomes = [];
    try {
      while (this.#outcomes.length < this.#lines.length) {
        const from = this.#outcomes.length;
        const part = this.#lines.slice(from, from + PART);
        const rows = part.filter(({ line }) => !twins.has(line)).map((line) => this.#rowOf(line));
        const told = rows.length > 0 ? await this.#send(from, { dryRun, rows }) : [];
        const judged = part.map(
          ({ line }) => told.find((each) => each.line === line) ?? twinOf(line, twins.get(line) ?? line),
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

  #rowOf({ line, id, cells }: { line: number; id: string; cells: string[] }): ImportRow {
    const cell = (column: Column): string => cells[this.mapping[column]] ?? '';
    return {
      ...{ line, id, name: cell('name'), email: cell('email'), department: cell('department') },
      ...{ position: cell('position'), category: cell('category'), roles: cell('roles') },
    };
  }

  /** @throws Error in words for the person */
  async #send(from: number, json: { dryRun: boolean; rows: ImportRow[] }): Promise<Outcome[]> {
    const key = json.dryRun ? uuidv7() : (this.#keys.get(from) ?? uuidv7());
    if (!json.dryRun) this.#keys.set(from, key);
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await this.api.people.import.$post({ json }, { headers: { 'Idempotency-Key': key } });
        if (answer.ok) return (await answer.json()).rows;
        const problem = await problemIn(answer);
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

const twinOf = (line: number, earlier: number): Outcome => ({
  line,
  outcome: 'refused',
  issues: [{ field: 'email', message: `is also that of line ${earlier}` }],
});

class Refused extends Error {}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
