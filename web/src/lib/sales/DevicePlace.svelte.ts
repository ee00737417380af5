import type { Place } from '$contract/products/products';

const KEY = 'muster.place';

/** Where this device stands. Chosen once; an open drawer says it otherwise. */
export class DevicePlace {
  #id = $state<string>();

  /** What was chosen here before. Call it in an effect: a server has no device. */
  remember(): void {
    this.#id = localStorage.getItem(KEY) ?? undefined;
  }

  choose(id: string): void {
    this.#id = id;
    localStorage.setItem(KEY, id);
  }

  /** The chosen one, if it still takes orders; of one alone there is no choice. */
  among(places: readonly Place[]): Place | undefined {
    const open = places.filter(({ active }) => active);
    return open.find(({ id }) => id === this.#id) ?? (open.length === 1 ? open[0] : undefined);
  }
}
