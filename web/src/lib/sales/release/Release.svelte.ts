/** Release at the desk, of orders and of registrations: claim, release, undo within seconds, one or many at once. */
import {
  type Move,
  type MoveInput,
  type ReleaseOutcome,
  type SaleStatus,
  UNDO_MS,
} from '$contract/sales/moves';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { Commands } from '$lib/Commands.svelte';
import type { Clock } from '$lib/live/Clock.svelte';
import { showCurrent } from '$lib/sales/showCurrent';
import type * as v from 'valibot';

/** A move that needs no further input. */
export type Quick = Extract<Move, 'claim' | 'take_over' | 'put_back' | 'ready' | 'unready' | 'undo'>;
export type ReleaseInput = MoveInput<Quick | 'release'>;

type Released = { id: string } & Pick<SaleStatus, 'version' | 'release'>;

interface Dependencies<Row extends Released> {
  clock: Clock;
  schema: v.GenericSchema<unknown, Row>;
  /** What people call it: "042", "20261121-0007". */
  label(row: Row): string;
  move(id: string, input: ReleaseInput, how: Keyed): Promise<Answer>;
  releaseMany(
    json: { items: { id: string; version: number }[]; receivedBy: string | null },
    how: Keyed,
  ): Promise<Answer<{ outcomes: ReleaseOutcome[] }>>;
  /** The record in the answer to a move; throws where there is none. */
  read(body: unknown): Row;
  /** The record as this page has it now. */
  known(id: string): Row | undefined;
  /** Shows the record of an answer. The record's event may have come before. */
  take(row: Row): void;
  /** Shows the expected result of a move, where it is safe to guess. */
  guess(row: Row, move: Move, at: number): { rollback(): void } | undefined;
}

/** A release that can still be undone. */
export interface Undoable {
  /** "042", "3 orders". */
  label: string;
  receivedBy: string | null;
  ids: readonly string[];
  /** By the server's clock. */
  until: number;
}

export interface Outcome {
  released: number;
  /** Those of many that could not be released. */
  missed: readonly { id: string; label: string; words: string }[];
}

export class Release<Row extends Released> {
  /** Of the dialog that releases one. */
  readonly one = new Command();
  /** Of the bar that releases many. */
  readonly many = new Command();
  readonly #commands = new Commands();
  #undoable = $state.raw<readonly Undoable[]>([]);
  #outcome = $state.raw<Outcome>();

  constructor(private readonly it: Dependencies<Row>) {}

  /** Whether a move of this record is under way. */
  isBusy(id: string): boolean {
    return this.#commands.get(id)?.busy ?? false;
  }

  /** Why the last move of this record failed. */
  trouble(id: string): string | undefined {
    return this.#commands.get(id)?.message;
  }

  /** What can still be undone, the earliest first. */
  get undoable(): readonly Undoable[] {
    return this.#undoable.filter(({ until }) => until > this.it.clock.now);
  }

  /** The result of the last release of many. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** The user has read the outcome. */
  dismiss(): void {
    this.#outcome = undefined;
  }

  /** Makes a move that needs no further input. @returns whether it took effect */
  move(row: Row, move: Quick): Promise<boolean> {
    return this.#move(row, { move, version: row.version }, this.#commands.of(row.id));
  }

  /**
   * From the dialog, or at once where nobody asks who receives it.
   * @returns whether it is released; if not, the form keeps its text
   */
  async release(row: Row, receivedBy: string | null, command = this.one): Promise<boolean> {
    const done = await this.#move(row, { move: 'release', version: row.version, receivedBy }, command);
    if (done) this.#released([row.id], this.it.label(row), receivedBy);
    return done;
  }

  /** With one tap. @returns whether it is released; if not, its card shows why */
  releaseAtOnce(row: Row): Promise<boolean> {
    return this.release(row, null, this.#commands.of(row.id));
  }

  /**
   * Releases up to 50; `outcome` has the result of each.
   * @param noun their plural, such as "orders"
   * @returns whether the server decided on them
   */
  async releaseMany(rows: readonly Row[], receivedBy: string | null, noun: string): Promise<boolean> {
    this.#outcome = undefined;
    const items = rows.map(({ id, version }) => ({ id, version }));
    const json = { items, receivedBy };
    return this.many.send(['release', json], (how) => this.it.releaseMany(json, how), {
      fields: ['receivedBy'],
      take: ({ outcomes }) => this.#takeMany(rows, outcomes, receivedBy, noun),
    });
  }

  /** Undoes a release. A record that cannot be undone any more shows why. */
  async undo(it: Undoable): Promise<void> {
    this.#undoable = this.#undoable.filter((each) => each !== it);
    const rows = it.ids.flatMap((id) => this.it.known(id) ?? []);
    await Promise.all(rows.map((row) => this.move(row, 'undo')));
  }

  #takeMany(
    rows: readonly Row[],
    outcomes: readonly ReleaseOutcome[],
    receivedBy: string | null,
    noun: string,
  ): void {
    const labels = new Map(rows.map((row) => [row.id, this.it.label(row)]));
    const released = outcomes.filter(({ outcome }) => outcome === 'released').map(({ id }) => id);
    const missed = outcomes
      .filter(({ outcome }) => outcome !== 'released')
      .map(({ id, words }) => ({
        id,
        label: labels.get(id) ?? '',
        words: words ?? 'It couldn’t be released.',
      }));
    this.#outcome = { released: released.length, missed };
    const [first] = released;
    if (first === undefined) return;
    const label = released.length === 1 ? labels.get(first) : undefined;
    this.#released(released, label ?? `${released.length} ${noun}`, receivedBy);
  }

  #released(ids: readonly string[], label: string, receivedBy: string | null): void {
    const now = this.it.clock.read();
    // The server's time of the release, unless this page's clock, which may be slow, is behind it.
    const at = Math.min(now, this.it.known(ids[0] ?? '')?.release?.at ?? now);
    this.#undoable = [...this.undoable, { ids, label, receivedBy, until: at + UNDO_MS }];
  }

  #move(row: Row, input: ReleaseInput, command: Command): Promise<boolean> {
    const { clock, schema, move, read, take, guess } = this.it;
    return command.send([row.id, input], (how) => move(row.id, input, how), {
      fields: ['receivedBy'],
      guess: () => guess(row, input.move, clock.read()),
      take: (body) => take(read(body)),
      refused: showCurrent(schema, take),
    });
  }
}
