import type { Receipt } from '$contract/receipts';
import type { Problem } from '$contract/errors';
import { noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

/** One press of a button. What it asks and its key stay the same until it is answered, however often it is sent. */
interface Attempt<Ask> {
  ask: Ask;
  key: string;
}

/** How a press is sent: with its key, and no longer than a person's patience. */
export interface Sending {
  headers: { 'Idempotency-Key': string };
  init: { signal: AbortSignal };
}

/** What a button needs whose press makes or changes a row: a check-in, a check-out, a break. */
export interface Ground<Ask extends { id: string }, Row extends { id: string }> {
  /** Whether pressing now would mean what an earlier, unanswered press meant. */
  same(earlier: Ask, now: Ask): boolean;
  /** The row as it will be if the server agrees. */
  expected(ask: Ask): Row;
  guess(row: Row): { rollback(): void };
  send(ask: Ask, how: Sending): Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;
  read(body: unknown): { row: Row; receipt: Receipt };
  confirm(row: Row, receipt: Receipt): void;
  /** Whether the row, as it is now, is what was asked for. */
  done(ask: Ask, row: Row): boolean;
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

/** A button that shows the outcome at once, and takes it back with the reason if it is refused. */
export class Tap<Ask extends { id: string }, Row extends { id: string }> {
  #state = $state<'ready' | 'sending' | 'resting'>('ready');
  #trouble = $state<string>();
  /** Sent without an answer: it may have taken effect. */
  #unanswered: Attempt<Ask> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ground: Ground<Ask, Row>) {}

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

  async press(ask: Ask): Promise<void> {
    if (this.#state !== 'ready') return;
    const earlier = this.#unanswered;
    const attempt = earlier && this.ground.same(earlier.ask, ask) ? earlier : { ask, key: uuidv7() };
    const guess = this.ground.guess(this.ground.expected(attempt.ask));
    this.#state = 'sending';
    this.#trouble = undefined;
    this.#unanswered = attempt;
    try {
      const { row, receipt } = await this.#send(attempt);
      // A person who had done it already gets the row that was there: another one than guessed.
      if (row.id !== attempt.ask.id) guess.rollback();
      this.#unanswered = undefined;
      this.ground.confirm(row, receipt);
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
  settle(row: Row): void {
    const asked = this.#unanswered?.ask;
    if (asked?.id !== row.id || !this.ground.done(asked, row)) return;
    this.#unanswered = undefined;
    this.#trouble = undefined;
  }

  /** Sends until answered. @throws Refused, or any error when no answer came */
  async #send(attempt: Attempt<Ask>): Promise<{ row: Row; receipt: Receipt }> {
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

  async #ask({ ask, key }: Attempt<Ask>): Promise<{ row: Row; receipt: Receipt }> {
    const answer = await this.ground.send(ask, {
      headers: { 'Idempotency-Key': key },
      init: { signal: AbortSignal.timeout(PATIENCE_MS) },
    });
    if (!answer.ok) throw new Refused(await problemIn(answer));
    return this.ground.read(await answer.json());
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
