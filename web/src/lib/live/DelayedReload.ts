/** Reloads at a random moment, once for many calls: many screens hear of a change at the same moment and must not ask at the same moment. */
export class DelayedReload {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(private readonly reload: () => void) {}

  /** @param ms at some moment within this, if not sooner already */
  within(ms: number): void {
    const due = Date.now() + Math.random() * ms;
    if (due >= this.#due) return;
    this.stop();
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.stop();
      this.reload();
    }, due - Date.now());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }
}
