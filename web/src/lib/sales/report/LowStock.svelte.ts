import { type Product, type ProductList, stockState } from '$contract/products/products';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';
import { LiveProducts } from '$lib/products/LiveProducts.svelte';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

/** What is low or out of stock, and who is online at the tills and the desk: both by the channel `orders`. */
export class LowStock {
  readonly channel: LiveChannel;
  readonly #products: LiveProducts;
  /** Sold ones that are out, then those that are low, the fewest first. */
  readonly rows: readonly Product[] = $derived.by(() =>
    this.#products.all
      .filter((product) => product.active && stockState(product) !== 'plenty')
      .toSorted((a, b) => a.stock - b.stock),
  );

  constructor(list: ProductList, { api, network, ended }: Surroundings) {
    this.#products = new LiveProducts(list.products);
    this.channel = new LiveChannel({
      name: 'orders',
      cursor: cursorIn(list.at, 'orders'),
      network,
      ended,
      watches: true,
      apply: (event, { replayed }) => this.#products.apply(event, replayed),
      reload: async () => {
        const { at, products } = await answerOf(api.products.$get());
        this.#products.replace(products);
        return cursorIn(at, 'orders');
      },
    });
  }

  start(): () => void {
    return this.channel.start();
  }

  touchedAt(id: string): number {
    return this.#products.touchedAt(id);
  }
}
