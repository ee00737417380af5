/** Notices that a page slept: then the server was not heard, and what lies in the sockets' buffers may be old. */
const EVERY_MS = 1_000;

/**
 * Whether the page slept between two looks at the clock.
 * @param before and now by the device's clock, epoch milliseconds: `performance.now()` may stand still while a device sleeps
 * @param isVisible browsers run a hidden page's timers once a minute
 */
export const slept = (before: number, now: number, isVisible: boolean): boolean =>
  Math.abs(now - before) > (isVisible ? 5_000 : 90_000);

export class Sleep {
  #seenAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly page: { isVisible(): boolean },
    private readonly woke: () => void,
  ) {}

  /** Looks every second until the returned function is called. */
  start(): () => void {
    this.#seenAt = Date.now();
    this.#timer = setInterval(() => this.look(), EVERY_MS);
    return () => clearInterval(this.#timer);
  }

  look(): void {
    const before = this.#seenAt;
    this.#seenAt = Date.now();
    if (slept(before, this.#seenAt, this.page.isVisible())) this.woke();
  }
}
