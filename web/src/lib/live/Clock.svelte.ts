/**
 * The server's time on this device. Devices' own clocks are wrong and get set; `performance.now()` only goes on. Every
 * time the server tells arrives late, never early, so each guess at its lead errs low and the greatest one is the best.
 */
export class Clock {
  #lead: number;
  #shown = $state(0);
  readonly #minute = $derived(Math.floor(this.#shown / 60_000) * 60_000);

  /** @param told the server's time as the page's data gave it, epoch milliseconds */
  constructor(told: number) {
    this.#lead = told - performance.now();
    this.#shown = told;
  }

  /** The server's time at this very moment. Not followed by the page. */
  read(): number {
    return Math.round(performance.now() + this.#lead);
  }

  /** The server said what time it is. */
  hear(told: number): void {
    this.#lead = Math.max(this.#lead, told - performance.now());
  }

  /** The server's time, moving on every second. */
  get now(): number {
    return this.#shown;
  }

  /** The same, moving on with each whole minute: for lists, which need not be drawn again every second. */
  get minute(): number {
    return this.#minute;
  }

  /** Ticks at that very moment too, for what ends on the second. @returns how to take it back */
  alarm(at: number): () => void {
    // A tab that is asleep, or a moment too far away for a timer, is right at its next tick.
    const waiting = setTimeout(() => this.#tick(), Math.min(at - this.read(), 0x7fff_ffff) + 1);
    return () => clearTimeout(waiting);
  }

  /** Ticks until the returned function is called. A sleeping tab is right again at its next tick. */
  start(): () => void {
    this.#tick();
    const ticking = setInterval(() => this.#tick(), 1000);
    return () => clearInterval(ticking);
  }

  #tick(): void {
    this.#shown = this.read();
  }
}
