/** Reloads at a random moment, once for many calls: all screens get an event at the same moment and must not load at the same moment. */
export class DelayedReload {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(private readonly reload: () => void) {}

  /** @param ms the latest moment, unless a reload is due sooner */
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
