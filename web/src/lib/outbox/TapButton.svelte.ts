import type { Problem } from '$contract/errors';
import { wordsOf } from '$lib/problem';

/** Its label changes with each press, so an immediate second press is a mistake. Milliseconds. */
const REST_MS = 1_200;

/** A button whose taps go through the outbox. */
export class TapButton {
  #resting = $state(false);
  #message = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether a press is accepted now. */
  get ready(): boolean {
    return !this.#resting;
  }

  /** Why the last press did not count. */
  get message(): string | undefined {
    return this.#message;
  }

  /** @returns whether the press counts; then no other one does for a moment */
  press(): boolean {
    if (!this.ready) return false;
    this.#message = undefined;
    this.rest();
    return true;
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#resting = true;
    this.#timer = setTimeout(() => (this.#resting = false), REST_MS);
  }

  explain(problem: Problem): void {
    this.#message = wordsOf(problem);
  }
}
