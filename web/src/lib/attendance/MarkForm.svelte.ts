import type { DayStatus, Mark } from '$contract/attendance/attendance';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import type { Board } from './Board.svelte';

const PATIENCE_MS = 10_000;

/** What a supervisor says of one person's day, while it is being written. Live updates change nothing of it. */
export class MarkForm {
  /** The empty string: as recorded. */
  status = $state<DayStatus | ''>('');
  note = $state('');
  /** All of the day counts, also before the shift's start. */
  countsEarly = $state(false);
  readonly command = new Command({ patience: PATIENCE_MS });
  /** The mark that the form began with. */
  readonly #seen: Mark | undefined;

  constructor(
    private readonly board: Board,
    private readonly api: ApiClient,
    /** Who sets it: a person's id. */
    private readonly me: string,
    readonly personId: string,
  ) {
    this.#seen = board.markOf(personId);
    this.status = this.#seen?.status ?? '';
    this.note = this.#seen?.note ?? '';
    this.countsEarly = this.#seen?.countsEarly ?? false;
  }

  /** Whether it is one's own day, which nobody marks. */
  get own(): boolean {
    return this.personId === this.me;
  }

  /** Whether somebody else has set it meanwhile. */
  get overtaken(): boolean {
    const now = this.board.markOf(this.personId);
    return !this.command.busy && (now?.at ?? null) !== (this.#seen?.at ?? null);
  }

  /** Shows it at once and takes it back with the reason if it is refused. @returns whether it was set */
  save(): Promise<boolean> {
    const { countsEarly } = this;
    const status = this.status === '' ? null : this.status;
    const note = this.note.trim() || null;
    const json = { status, note, countsEarly, seenAt: this.#seen?.at ?? null };
    const { date } = this.board;
    const mark = { personId: this.personId, workDate: date, setBy: this.me, at: this.board.clock.read() };
    const param = { person: this.personId, date };
    return this.command.send(
      [param, json],
      (how) => this.api.attendance.days[':person'][':date'].mark.$put({ param, json }, how),
      {
        guess: () => this.board.guess({ ...mark, status, note, countsEarly }),
        take: (set) => this.board.take(set.mark),
      },
    );
  }
}
