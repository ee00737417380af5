/**
 * What one module asks and another, which it must not import, answers: `slices.ts` registers the answers once, before any
 * request. Slices import one another one way only (ARCHITECTURE.md), so an earlier slice sets off a later one by a hook.
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
