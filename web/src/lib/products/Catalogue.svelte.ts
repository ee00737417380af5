import { type ProductList, Place } from '$contract/products/products';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Amounts } from '$lib/money';
import { LiveProducts } from './LiveProducts.svelte';

/** Places load after products: an event repeats a change in between. */
export interface Goods extends ProductList {
  places: readonly Place[];
}

/** Products and places, live. */
export class Catalogue extends LiveView<Goods, PageDependencies> {
  readonly products = new LiveProducts(this.collect(({ products }) => products));
  readonly #places = this.collect<Place>(({ places }) => places);
  readonly channel = this.follow('orders', {
    ...this.products.handlers,
    'place.updated': [Place, (place) => this.#places.upsert(place)],
  });
  readonly amounts = $derived.by(() => new Amounts(this.latest.currency));
  readonly places: readonly Place[] = $derived.by(() =>
    this.#places.rows.toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
  );
  /** The categories in use, for the filter and for suggestions. */
  readonly categories: readonly string[] = $derived.by(() =>
    [...new Set(this.products.all.flatMap(({ category }) => category ?? []))].toSorted((a, b) =>
      a.localeCompare(b, 'en'),
    ),
  );

  /** Of products without their own, hundredths of a percent. */
  get taxRate(): number {
    return this.latest.taxRate;
  }

  takePlace(place: Place): void {
    this.#places.upsert(place);
  }

  /** Loads a snapshot after a change whose result only events carry, while no events arrive. */
  expectEvent(): void {
    if (this.channel.status !== 'live') void this.reload();
  }

  protected async load(): Promise<Goods> {
    const list = await answerOf(this.it.api.products.$get());
    const { places } = await answerOf(this.it.api.places.$get());
    return { ...list, places };
  }
}
