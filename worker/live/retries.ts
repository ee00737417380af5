/** How often and how long a commit is decided again after a conflict. */
import { Refusal } from '../refusal';

/** Two hundred tills at one moment need forty tries. */
const RETRY_MS = 5_000;
const PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;
/** After these many tries of the same facts no passing conflict refuses them. */
const MOST_SAME = 4;

/** For `JSON.stringify`, which writes maps and sets as `{}`. */
const mapsAsLists = (_key: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;

export class Retries {
  readonly #until = Date.now() + RETRY_MS;
  #tried = 0;
  #last = '';
  #same = 0;

  /** Whether a try has failed. */
  get again(): boolean {
    return this.#tried > 0;
  }

  /**
   * Waits a little. A guard that refuses what the same facts allow would refuse it again, and keep the database busy.
   * @throws Refusal `changed_meanwhile` after the same facts again and again, or too long
   */
  async next(facts: unknown): Promise<void> {
    this.#tried += 1;
    const text = JSON.stringify(facts, mapsAsLists);
    this.#same = text === this.#last ? this.#same + 1 : 1;
    this.#last = text;
    if (this.#same >= MOST_SAME || Date.now() >= this.#until) throw new Refusal('changed_meanwhile');
    const longest = Math.min(PAUSE_MS * this.#tried, LONGEST_PAUSE_MS);
    await new Promise<void>((resolve) => setTimeout(resolve, Math.random() * longest));
  }
}
