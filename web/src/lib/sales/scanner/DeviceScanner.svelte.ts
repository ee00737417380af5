import * as v from 'valibot';
import type { Rhythm } from './rhythm';

const KEY = 'muster.scanner';
const Kept = v.pipe(v.string(), v.parseJson(), v.object({ shortest: v.number(), longest: v.number() }));

/** The rhythm of this device's scanner, learned once. */
export class DeviceScanner {
  #rhythm = $state.raw<Rhythm>();

  get rhythm(): Rhythm | undefined {
    return this.#rhythm;
  }

  /** Reads the remembered rhythm. Call it in an effect: a server has no device. */
  remember(): void {
    const { success, output } = v.safeParse(Kept, localStorage.getItem(KEY));
    this.#rhythm = success ? output : undefined;
  }

  learn(rhythm: Rhythm): void {
    this.#rhythm = rhythm;
    localStorage.setItem(KEY, JSON.stringify(rhythm));
  }

  forget(): void {
    this.#rhythm = undefined;
    localStorage.removeItem(KEY);
  }
}
