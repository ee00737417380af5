import type { AttendanceRecord, Receipt, Receipted } from '$contract/attendance';
import type { Problem } from '$contract/errors';
import type { ApiClient } from '$lib/api';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

/** One press of the button. Its key and id stay the same until it is answered, however often it is sent. */
interface Attempt {
  act: 'check-in' | 'check-out';
  id: string;
  key: string;
}

interface Ground {
  api: ApiClient;
  /** The server's time, epoch milliseconds. */
  now(): number;
  open(): AttendanceRecord | undefined;
  /** A record that begins now. */
  blank(id: string, at: number): AttendanceRecord;
  guess(record: AttendanceRecord): { rollback(): void };
  confirm(record: AttendanceRecord, receipt: Receipt): void;
  /** The server refused: what is on the screen may be behind. */
  refused(problem: Problem): void;
}

/** Waits before an unanswered press is sent again. */
const AGAIN_MS = [800, 2500];
const PATIENCE_MS = 10_000;
/** A double tap is one tap: the label has just changed, so a second one cannot be meant. */
const REST_MS = 1200;

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** The check-in and check-out button: shows the outcome at once, takes it back with the reason if it is refused. */
export class Tap {
  #state = $state<'ready' | 'sending' | 'resting'>('ready');
  #trouble = $state<string>();
  /** Sent without an answer: it may have taken effect. */
  #unanswered: Attempt | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ground: Ground) {}

  get sending(): boolean {
    return this.#state === 'sending';
  }

  /** Whether a press would be heard. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Why the last press did not take effect, or that it is not known whether it did. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async press(): Promise<void> {
    if (this.#state !== 'ready') return;
    const attempt = this.#repeatable() ?? this.#begin();
    const guess = this.ground.guess(this.#expected(attempt));
    this.#state = 'sending';
    this.#trouble = undefined;
    this.#unanswered = attempt;
    try {
      const { record, receipt } = await this.#send(attempt);
      // Somebody who was in already gets the record that was open: another one than guessed.
      if (record.id !== attempt.id) guess.rollback();
      this.#unanswered = undefined;
      this.ground.confirm(record, receipt);
    } catch (error) {
      guess.rollback();
      if (this.#unanswered === attempt) this.#excuse(error);
    } finally {
      this.#relax();
    }
  }

  /** Another tab or device has changed what the button means, perhaps under the thumb: for a moment nothing is heard. */
  relabelled(): void {
    if (this.#state !== 'sending') this.#relax();
  }

  #relax(): void {
    clearTimeout(this.#rest);
    this.#state = 'resting';
    this.#rest = setTimeout(() => (this.#state = 'ready'), REST_MS);
  }

  /** A truth arrived: if it is what an unanswered press was about, that press has its answer. */
  settle(record: AttendanceRecord): void {
    const asked = this.#unanswered;
    if (asked?.id !== record.id || (asked.act === 'check-out' && record.outAt === null)) return;
    this.#unanswered = undefined;
    this.#trouble = undefined;
  }

  /** The unanswered press, if pressing now would mean the same. */
  #repeatable(): Attempt | undefined {
    const open = this.ground.open();
    const asked = this.#unanswered;
    if (asked?.act === 'check-out') return asked.id === open?.id ? asked : undefined;
    return open ? undefined : asked;
  }

  #begin(): Attempt {
    const open = this.ground.open();
    return { act: open ? 'check-out' : 'check-in', id: open?.id ?? uuidv7(), key: uuidv7() };
  }

  #expected({ id }: Attempt): AttendanceRecord {
    const at = this.ground.now();
    const open = this.ground.open();
    return open ? { ...open, outAt: Math.max(at, open.inAt) } : this.ground.blank(id, at);
  }

  /** Sends until answered. @throws Refused, or any error when no answer came */
  async #send(attempt: Attempt): Promise<Receipted> {
    for (const wait of AGAIN_MS) {
      try {
        return await this.#ask(attempt);
      } catch (error) {
        if (error instanceof Refused && error.problem.status < 500) throw error;
        await new Promise((done) => setTimeout(done, wait));
      }
    }
    return await this.#ask(attempt);
  }

  async #ask({ act, id, key }: Attempt): Promise<Receipted> {
    const answer = await this.ground.api.attendance[act].$post(
      { json: { id } },
      { headers: { 'Idempotency-Key': key }, init: { signal: AbortSignal.timeout(PATIENCE_MS) } },
    );
    if (!answer.ok) throw new Refused(await problemIn(answer));
    return await answer.json();
  }

  #excuse(error: unknown): void {
    if (!(error instanceof Refused)) {
      this.#trouble = noAnswer;
      return;
    }
    const { problem } = error;
    this.#trouble = wordsOf(problem);
    this.ground.refused(problem);
    // After a server's error the press may have taken effect and keeps its key; a refusal is an answer.
    if (problem.status < 500) this.#unanswered = undefined;
  }
}
