import { events } from '$contract/events';
import type { Place, PlaceList, ProductList } from '$contract/products/products';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { Amounts } from '$lib/money';
import * as v from 'valibot';
import { LiveProducts } from './LiveProducts.svelte';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

/** Products asked for first, and places after them: what of these changed in between is told by the channel once more. */
export interface Snapshot {
  list: ProductList;
  places: PlaceList['places'];
}

/** All that is sold and where, live. */
export class Catalogue {
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly products: LiveProducts;
  readonly #api: ApiClient;
  readonly #places: LiveCollection<Place>;
  #currency = $state('');
  readonly amounts = $derived.by(() => new Amounts(this.#currency));
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

  constructor({ list, places }: Snapshot, { api, network, ended }: Surroundings) {
    this.#api = api;
    this.#currency = list.currency;
    this.clock = new Clock(list.now);
    this.products = new LiveProducts(list.products);
    this.#places = new LiveCollection(places);
    this.channel = new LiveChannel({
      name: 'orders',
      cursor: cursorIn(list.at, 'orders'),
      network,
      now: () => this.clock.read(),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
      ended,
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => stops.forEach((stop) => stop());
  }

  takePlace(place: Place): void {
    this.#places.upsert(place);
  }

  /** Something was done here that only an event tells: while none can come, it is asked for. */
  expectNews(): void {
    if (this.channel.status !== 'live') this.channel.renew();
  }

  #apply(event: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(event.at);
    if (event.type === 'place.updated') this.takePlace(v.parse(events.orders[event.type], event.data));
    else this.products.apply(event, replayed);
  }

  async #reload(): Promise<Cursor> {
    const list = await answerOf(this.#api.products.$get());
    const { places } = await answerOf(this.#api.places.$get());
    this.clock.hear(list.now);
    this.#currency = list.currency;
    this.products.replace(list.products);
    this.#places.replace(places);
    return cursorIn(list.at, 'orders');
  }
}
