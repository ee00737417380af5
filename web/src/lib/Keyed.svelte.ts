/** Whether single letters act on this device: whoever speaks to their computer, or rests a hand on it, turns them off (WCAG 2.1.4). */
export class Keyed {
  #on = $state(true);

  /** @param key of `localStorage`: one for each screen that has such letters */
  constructor(private readonly key: string) {}

  get on(): boolean {
    return this.#on;
  }

  /** What was chosen here before. Call it in an effect: a server has no device. */
  remember(): void {
    this.#on = localStorage.getItem(this.key) !== 'off';
  }

  turn(): void {
    this.#on = !this.#on;
    localStorage.setItem(this.key, this.#on ? 'on' : 'off');
  }
}
