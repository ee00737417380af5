import { type Product, type ProductList, stockState } from '$contract/products/products';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Presence } from '$lib/live/Presence.svelte';
import { LiveProducts } from '$lib/products/LiveProducts.svelte';

/** Products low or out of stock, and who is online: both through the channel `orders`. */
export class LowStock extends LiveView<ProductList, PageDependencies> {
  readonly #products = new LiveProducts(this.collect(({ products }) => products));
  readonly channel = this.follow('orders', this.#products.handlers, { watches: new Presence() });
  /** Active products: first those sold out, then the lowest stock first. */
  readonly low: readonly Product[] = $derived.by(() =>
    this.#products.all
      .filter((product) => product.active && stockState(product) !== 'plenty')
      .toSorted((a, b) => a.stock - b.stock),
  );

  touchedAt(id: string): number {
    return this.#products.touchedAt(id);
  }

  protected load(): Promise<ProductList> {
    return answerOf(this.it.api.products.$get());
  }
}
