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

  /** Ticks until the returned function is called. A sleeping tab is right again at its next tick. */
  start(): () => void {
    const tick = () => (this.#shown = this.read());
    tick();
    const ticking = setInterval(tick, 1000);
    return () => clearInterval(ticking);
  }
}
