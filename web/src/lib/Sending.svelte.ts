import type { Problem } from '$contract/errors';
import { issueOf, noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

export interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

/** What `hc` takes beside a request's content. */
export interface Keyed {
  headers: { 'Idempotency-Key': string };
}

/** A form's way to the server: whether it is under way, what was wrong, and the key that stays while the same thing is sent again. */
export class Sending {
  #busy = $state(false);
  #problem = $state.raw<Problem>();
  #message = $state<string>();
  #unanswered: { what: string; key: string } | undefined;

  get busy(): boolean {
    return this.#busy;
  }

  /** What is to be read above the form: whatever does not belong to one field that it shows. */
  get message(): string | undefined {
    return this.#message;
  }

  /** What is wrong with one field. */
  wrong(field: string): string | undefined {
    return issueOf(this.#problem, field);
  }

  /** Why the last try was refused; undefined where no answer came. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** How the refused thing stands now, where the refusal tells it: somebody else was faster. */
  get current(): unknown {
    return this.#problem?.code === 'changed_meanwhile' ? this.#problem.current : undefined;
  }

  /** Forgets what was wrong. */
  clear(): void {
    this.#problem = undefined;
    this.#message = undefined;
  }

  /**
   * @param what all that is asked for: the same again, after a lost answer, keeps its key and takes effect once
   * @param fields the fields beside which the form shows what is wrong; the rest is told in `message`
   * @returns whether it is done
   */
  async send(
    what: unknown,
    ask: (how: Keyed) => Promise<Answer>,
    fields: readonly string[] = [],
  ): Promise<boolean> {
    if (this.#busy) return false;
    const text = JSON.stringify(what);
    if (this.#unanswered?.what !== text) this.#unanswered = { what: text, key: uuidv7() };
    this.#busy = true;
    this.clear();
    try {
      const answer = await ask({ headers: { 'Idempotency-Key': this.#unanswered.key } });
      if (answer.status < 500) this.#unanswered = undefined;
      if (!answer.ok) this.#explain(await problemIn(answer), fields);
      return answer.ok;
    } catch {
      this.#message = noAnswer;
      return false;
    } finally {
      this.#busy = false;
    }
  }

  #explain(problem: Problem, fields: readonly string[]): void {
    this.#problem = problem;
    const shown = problem.issues?.some(({ path }) => fields.some((field) => path.startsWith(field)));
    this.#message = shown ? 'Check the highlighted fields.' : wordsOf(problem);
  }
}
