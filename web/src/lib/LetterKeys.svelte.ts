/** Whether single-letter shortcuts are on. People who use speech input must be able to turn them off (WCAG 2.1.4). */
export class LetterKeys {
  #on = $state(true);

  /** @param key of `localStorage`, one for each screen */
  constructor(private readonly key: string) {}

  get on(): boolean {
    return this.#on;
  }

  /** Reads the stored choice. Call it in an effect: the server has no `localStorage`. */
  remember(): void {
    this.#on = localStorage.getItem(this.key) !== 'off';
  }

  turn(): void {
    this.#on = !this.#on;
    localStorage.setItem(this.key, this.#on ? 'on' : 'off');
  }
}
