import type { Place } from '$contract/products/products';

const KEY = 'muster.place';

/** The place of this device, chosen once. An open drawer's place goes before it. */
export class DevicePlace {
  #id = $state<string>();

  /** Reads the remembered choice. Call it in an effect: a server has no device. */
  remember(): void {
    this.#id = localStorage.getItem(KEY) ?? undefined;
  }

  choose(id: string): void {
    this.#id = id;
    localStorage.setItem(KEY, id);
  }

  /** The chosen place, if it still takes orders. A single place needs no choice. */
  among(places: readonly Place[]): Place | undefined {
    const open = places.filter(({ active }) => active);
    return open.find(({ id }) => id === this.#id) ?? (open.length === 1 ? open[0] : undefined);
  }
}
