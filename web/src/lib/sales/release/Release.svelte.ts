/**
 * What somebody at the releasing desk does with what waits there, orders and registrations alike: claims it, hands it over,
 * takes that back within a few seconds, one or many at once. Who was slower is told who was faster.
 */
import { type MakeMove, type Move, ReleaseOutcome, type SaleStatus, UNDO_MS } from '$contract/sales/moves';
import type { Clock } from '$lib/live/Clock.svelte';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import * as v from 'valibot';

type Released = { id: string } & Pick<SaleStatus, 'version' | 'release'>;

interface Dependencies<Row extends Released> {
  clock: Clock;
  /** How people call it: "042", "20261121-0007". */
  label(row: Row): string;
  move(id: string, json: MakeMove, how: Keyed): Promise<Answer>;
  releaseMany(
    json: { items: { id: string; version: number }[]; receivedBy: string },
    how: Keyed,
  ): Promise<Answer>;
  /** The record in an answer's body; throws where there is none. */
  read(body: unknown): Row;
  /** The record that a refusal shows, if it is one. */
  current(shown: unknown): Row | undefined;
  /** It as this page knows it now. */
  known(id: string): Row | undefined;
  /** How it stands, by an answer: its event may have come before. */
  take(row: Row): void;
  /** Shows it as it will be after that move, where that is safe to guess. */
  guess(row: Row, move: Move, at: number): { rollback(): void } | undefined;
}

/** Something handed over a moment ago, which can be taken back. */
export interface Undoable {
  /** "042", "3 orders". */
  label: string;
  receivedBy: string;
  ids: readonly string[];
  /** By the server's clock. */
  until: number;
}

/** One that could not be handed over with the others. */
export interface Missed {
  id: string;
  label: string;
  words: string;
}
export interface Outcome {
  released: number;
  missed: readonly Missed[];
}

const Many = v.object({ outcomes: v.array(ReleaseOutcome) });

export class Release<Row extends Released> {
  /** For the form of one, and for the form of many. */
  readonly one = new Command();
  readonly many = new Command();
  readonly #it: Dependencies<Row>;
  readonly #commands = new Map<string, Command>();
  #undoable = $state.raw<readonly Undoable[]>([]);
  #outcome = $state.raw<Outcome>();

  constructor(it: Dependencies<Row>) {
    this.#it = it;
  }

  /** Whether a move of this one is under way. */
  isBusy(id: string): boolean {
    return this.#of(id).busy;
  }

  /** Why the last move of this one did not come true. */
  trouble(id: string): string | undefined {
    return this.#of(id).message;
  }

  /** The trouble has been read. */
  clear(id: string): void {
    this.#of(id).clear();
  }

  /** What can still be taken back, the earliest first. */
  get undoable(): readonly Undoable[] {
    return this.#undoable.filter(({ until }) => until > this.#it.clock.now);
  }

  /** What became of the last many. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** The outcome has been read. */
  dismiss(): void {
    this.#outcome = undefined;
  }

  /** A move that needs nothing besides: claim, take over, put back. @returns whether it is done */
  move(row: Row, move: Extract<Move, 'claim' | 'take_over' | 'put_back' | 'undo'>): Promise<boolean> {
    return this.#move(row, { move, version: row.version }, this.#of(row.id));
  }

  /** @returns whether it is handed over; else what was typed stays to be sent again */
  async release(row: Row, receivedBy: string): Promise<boolean> {
    const done = await this.#move(row, { move: 'release', version: row.version, receivedBy }, this.one);
    if (done) this.#released([row.id], this.#it.label(row), receivedBy);
    return done;
  }

  /**
   * Hands over up to 50; what became of each stands in `outcome`.
   * @param noun what they are together, such as "orders"
   * @returns whether the server decided on them
   */
  async releaseMany(rows: readonly Row[], receivedBy: string, noun: string): Promise<boolean> {
    this.#outcome = undefined;
    const items = rows.map(({ id, version }) => ({ id, version }));
    const json = { items, receivedBy };
    let outcomes: ReleaseOutcome[] = [];
    const done = await this.many.send(
      ['release', json],
      async (how) => {
        const answer = await this.#it.releaseMany(json, how);
        if (answer.ok) outcomes = v.parse(Many, await answer.json()).outcomes;
        return answer;
      },
      { fields: ['receivedBy'] },
    );
    if (!done) return false;
    const released = outcomes.filter(({ outcome }) => outcome === 'released').map(({ id }) => id);
    const missed = outcomes
      .filter(({ outcome }) => outcome !== 'released')
      .map(({ id, words }): Missed => {
        const row = rows.find((each) => each.id === id);
        return { id, label: row ? this.#it.label(row) : '', words: words ?? 'It couldn’t be released.' };
      });
    this.#outcome = { released: released.length, missed };
    const [first] = rows.filter(({ id }) => id === released[0]);
    if (first)
      this.#released(
        released,
        released.length === 1 ? this.#it.label(first) : `${released.length} ${noun}`,
        receivedBy,
      );
    return true;
  }

  /** Takes back what was handed over. What cannot be any more says so at itself. */
  async undo(it: Undoable): Promise<void> {
    this.#undoable = this.#undoable.filter((each) => each !== it);
    const rows = it.ids.flatMap((id) => this.#it.known(id) ?? []);
    await Promise.all(rows.map((row) => this.move(row, 'undo')));
  }

  #released(ids: readonly string[], label: string, receivedBy: string): void {
    const now = this.#it.clock.read();
    // The server's own moment of it, unless this page's clock, which errs low, is behind that.
    const at = Math.min(now, this.#it.known(ids[0] ?? '')?.release?.at ?? now);
    this.#undoable = [...this.undoable, { ids, label, receivedBy, until: at + UNDO_MS }];
  }

  async #move(row: Row, json: MakeMove, command: Command): Promise<boolean> {
    const { move, read, current, take, guess } = this.#it;
    const shown = guess(row, json.move, this.#it.clock.read());
    const done = await command.send(
      [row.id, json],
      async (how) => {
        const answer = await move(row.id, json, how);
        if (answer.ok) take(read(await answer.json()));
        return answer;
      },
      { fields: ['receivedBy'] },
    );
    shown?.rollback();
    // Whoever was slower sees at once how it stands, also where nothing comes live.
    const now = done ? undefined : current(command.problem?.current);
    if (now) take(now);
    return done;
  }

  #of(id: string): Command {
    const known = this.#commands.get(id);
    if (known) return known;
    const command = new Command();
    this.#commands.set(id, command);
    return command;
  }
}
