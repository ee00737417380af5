/** Asks anew some time soon, once for many calls: whoever hears of a change at the same moment must not come at the same moment. */
export class Renewal {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(private readonly renew: () => void) {}

  /** @param ms at some moment within this, if not sooner already */
  within(ms: number): void {
    const due = Date.now() + Math.random() * ms;
    if (due >= this.#due) return;
    this.stop();
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.stop();
      this.renew();
    }, due - Date.now());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }
}
