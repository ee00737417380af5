import type { DayStatus, Mark } from '$contract/attendance/attendance';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import type { Board } from './Board.svelte';

const TIMEOUT_MS = 10_000;

/** A supervisor's mark of one person's day while they edit it. Live updates do not change it. */
export class MarkForm {
  /** Empty: as recorded. */
  status = $state<DayStatus | ''>('');
  note = $state('');
  /** Work before the shift's start counts too. */
  countsEarly = $state(false);
  readonly command = new Command({ timeout: TIMEOUT_MS });
  /** The mark that the form began with. */
  #seen = $state.raw<Mark>();

  constructor(
    private readonly board: Board,
    private readonly api: ApiClient,
    /** The supervisor's id. */
    private readonly me: string,
    readonly personId: string,
  ) {
    this.#seen = board.markOf(personId);
    this.status = this.#seen?.status ?? '';
    this.note = this.#seen?.note ?? '';
    this.countsEarly = this.#seen?.countsEarly ?? false;
  }

  /** Whether it is the supervisor's own day, which they may not mark. */
  get own(): boolean {
    return this.personId === this.me;
  }

  /** Whether another supervisor has changed it since. */
  get overtaken(): boolean {
    const now = this.board.markOf(this.personId);
    return !this.command.busy && (now?.at ?? null) !== (this.#seen?.at ?? null);
  }

  /** What is typed and the mark that it replaces, so that a conflict is still found. */
  get kept() {
    const { status, note, countsEarly } = this;
    return { status, note, countsEarly, seen: this.#seen ?? null };
  }

  set kept({ seen, ...typed }) {
    Object.assign(this, typed);
    this.#seen = seen ?? undefined;
  }

  /** @returns whether it was saved */
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
