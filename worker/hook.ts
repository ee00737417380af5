/**
 * How an earlier slice calls a later one, which it must not import (ARCHITECTURE.md). `slices.ts` registers the answers once,
 * before any request.
 */
export class Hook<Args extends readonly unknown[], Answer> {
  #answers: ((...args: Args) => Answer)[] = [];

  register(answer: (...args: Args) => Answer): void {
    this.#answers = [...this.#answers, answer];
  }

  /** Every registered answer, in the order of registration. */
  ask(...args: Args): Answer[] {
    return this.#answers.map((answer) => answer(...args));
  }
}
