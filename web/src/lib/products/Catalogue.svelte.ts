import type { Place, ProductList } from '$contract/products/products';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Amounts } from '$lib/money';
import { LiveProducts } from './LiveProducts.svelte';

/** Products are loaded first, and places after them: a change in between comes again as an event. */
export interface Goods extends ProductList {
  places: readonly Place[];
}

/** All that is sold and where, live. */
export class Catalogue extends LiveView<Goods, PageDependencies> {
  readonly products = new LiveProducts(this.collect(({ products }) => products));
  readonly #places = this.collect<Place>(({ places }) => places);
  readonly channel = this.follow('orders', {
    ...this.products.handlers,
    'place.updated': (place) => this.#places.upsert(place),
  });
  readonly amounts = $derived.by(() => new Amounts(this.latest.currency));
  /** By name. */
  readonly places: readonly Place[] = $derived.by(() =>
    this.#places.rows.toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
  );
  /** What they are sorted into, for filters and for typing the next one. */
  readonly categories: readonly string[] = $derived.by(() =>
    [...new Set(this.products.all.flatMap(({ category }) => category ?? []))].toSorted((a, b) =>
      a.localeCompare(b, 'en'),
    ),
  );

  takePlace(place: Place): void {
    this.#places.upsert(place);
  }

  /** Something was done here that only an event says: while none can come, a snapshot is loaded. */
  expectEvent(): void {
    if (this.channel.status !== 'live') void this.reload();
  }

  protected async load(): Promise<Goods> {
    const list = await answerOf(this.it.api.products.$get());
    const { places } = await answerOf(this.it.api.places.$get());
    return { ...list, places };
  }
}
