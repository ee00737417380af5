/**
 * The server's time on this device. A device's clock may be wrong and may be set; `performance.now()` only advances. A time from
 * the server arrives late and never early, so each estimate of the lead is too low, and the greatest one is the best.
 */
export class Clock {
  #lead: number;
  #shown = $state(0);
  readonly #minute = $derived(Math.floor(this.#shown / 60_000) * 60_000);

  /** @param serverTime from the page's data, epoch milliseconds */
  constructor(serverTime: number) {
    this.#lead = serverTime - performance.now();
    this.#shown = serverTime;
  }

  /** The server's time at this moment; not reactive. */
  read(): number {
    return Math.round(performance.now() + this.#lead);
  }

  /** Corrects the lead. */
  hear(serverTime: number): void {
    this.#lead = Math.max(this.#lead, serverTime - performance.now());
  }

  /** The server's time; it advances every second. */
  get now(): number {
    return this.#shown;
  }

  /** The start of the minute: for lists, which need not render every second. */
  get minute(): number {
    return this.#minute;
  }

  /** Also ticks at that moment, for a deadline on the second. @returns how to cancel it */
  alarm(at: number): () => void {
    // A sleeping tab, or a moment beyond a timer's range, is right at its next tick.
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
