import { DeviceScanner } from './DeviceScanner.svelte';
import { type Doubt, type ScanHandlers, ScanKeys } from './ScanKeys';

/** A page's scans, and what only the person at it knows about them. */
export class Scans {
  readonly device = new DeviceScanner();
  readonly keys: ScanKeys;
  /** Whether the scanner's set-up is open. */
  settingUp = $state(false);
  #doubt = $state.raw<Doubt>();

  constructor(on: Pick<ScanHandlers, 'scanned' | 'pressed' | 'isKnown'>) {
    this.keys = new ScanKeys({
      ...on,
      doubted: (doubt) => (this.#doubt = doubt),
      learned: () => this.device.rhythm,
    });
  }

  /** Keys that the page asks about. */
  get doubt(): Doubt | undefined {
    return this.#doubt;
  }

  /** Call it in an effect. @returns stops listening */
  start(): () => void {
    this.device.remember();
    return this.keys.listen();
  }

  /** A scan shows the scanner's rhythm: the next one needs no question. */
  answer(is: 'scan' | 'typed'): void {
    const doubt = this.#doubt;
    this.#doubt = undefined;
    if (is === 'typed' || !doubt) return;
    this.device.learn(doubt.rhythm);
    doubt.take();
  }
}
