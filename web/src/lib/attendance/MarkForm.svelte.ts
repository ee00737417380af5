import type { DayStatus, Mark } from '$contract/attendance/attendance';
import type { ApiClient } from '$lib/api';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';
import type { Board } from './Board.svelte';

const PATIENCE_MS = 10_000;

/** What a supervisor says of one person's day, while it is being written. Live updates change nothing of it. */
export class MarkForm {
  /** The empty string: as recorded. */
  status = $state<DayStatus | ''>('');
  note = $state('');
  /** All of the day counts, also before the shift's start. */
  countsEarly = $state(false);
  #trouble = $state<string>();
  #sending = $state(false);
  /** The mark that the form began with. */
  readonly #seen: Mark | undefined;
  /** Of what is being sent: the same again after no answer, another for other words. */
  #attempt: { key: string; body: string } | undefined;

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

  get trouble(): string | undefined {
    return this.#trouble;
  }

  get sending(): boolean {
    return this.#sending;
  }

  /** Whether it is one's own day, which nobody marks. */
  get own(): boolean {
    return this.personId === this.me;
  }

  /** Whether somebody else has set it meanwhile. */
  get overtaken(): boolean {
    const now = this.board.markOf(this.personId);
    return !this.#sending && (now?.at ?? null) !== (this.#seen?.at ?? null);
  }

  /** Shows it at once and takes it back with the reason if it is refused. @returns whether it was set */
  async save(): Promise<boolean> {
    const json = {
      status: this.status === '' ? null : this.status,
      note: this.note.trim() || null,
      countsEarly: this.countsEarly,
      seenAt: this.#seen?.at ?? null,
    };
    const body = JSON.stringify(json);
    if (this.#attempt?.body !== body) this.#attempt = { key: uuidv7(), body };
    const { date } = this.board;
    this.#sending = true;
    this.#trouble = undefined;
    const guess = this.board.guess({
      personId: this.personId,
      workDate: date,
      status: json.status,
      note: json.note,
      setBy: this.me,
      at: this.board.clock.read(),
      countsEarly: json.countsEarly,
    });
    try {
      const answer = await this.api.attendance.days[':person'][':date'].mark.$put(
        { param: { person: this.personId, date }, json },
        {
          headers: { 'Idempotency-Key': this.#attempt.key },
          init: { signal: AbortSignal.timeout(PATIENCE_MS) },
        },
      );
      if (answer.ok) this.board.take((await answer.json()).mark);
      else this.#trouble = wordsOf(await problemIn(answer));
    } catch {
      this.#trouble = noAnswer;
    } finally {
      guess.rollback(); // nothing to take back where the truth has come
      this.#sending = false;
    }
    return this.#trouble === undefined;
  }
}
