/**
 * A till: orders with their money, what is sold, and one's own open drawer. Three channels tell of them, whose cursors come
 * from one snapshot. When one of them resets, everything is replaced from one new snapshot, and all three stand where it
 * does: what it knows already is not told again, what it does not know yet is. So a difference of stock counts once.
 */
import { events } from '$contract/events';
import type { Till } from '$contract/sales/orders/orders';
import type { Drawer, Sale } from '$contract/sales/payments/payments';
import type { Product } from '$contract/products/products';
import type { Cursor } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';
import { Amounts } from '$lib/money';
import { LiveProducts } from '$lib/products/LiveProducts.svelte';
import * as v from 'valibot';
import { type Heard, LiveOrders } from './LiveOrders.svelte';
import { LiveSales } from '$lib/sales/report/LiveSales.svelte';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** One's own channel, which the page around follows. */
  own: LiveChannel;
  /** The workplace's. */
  zone: string;
  /** The session or the right has ended. */
  ended(): void;
  heard?(what: Heard): void;
}

type Rules = Pick<Till, 'currency' | 'taxRate' | 'taxIncluded'>;

export class LiveTill {
  readonly orders: LiveOrders;
  readonly channel: LiveChannel;
  readonly products: LiveProducts;
  readonly #it: Surroundings;
  readonly #sales: LiveSales;
  #rules: Rules;
  #drawer: Drawer | null;
  #ownAt: Cursor;
  #leave: (() => void) | undefined;
  #running = false;
  #loading: Promise<Till> | undefined;

  readonly amounts: Amounts = $derived.by(() => new Amounts(this.#rules.currency));
  /** What is sold, by name. */
  readonly catalogue: readonly Product[] = $derived.by(() =>
    this.products.all.filter(({ active }) => active),
  );
  readonly categories: readonly string[] = $derived.by(() =>
    [...new Set(this.catalogue.flatMap(({ category }) => category ?? []))].toSorted((a, b) =>
      a.localeCompare(b, 'en'),
    ),
  );

  constructor(snapshot: Till, it: Surroundings) {
    this.#it = it;
    this.#rules = $state.raw(rulesIn(snapshot));
    this.#drawer = $state.raw(snapshot.drawer);
    this.#sales = new LiveSales(snapshot.sales);
    this.products = new LiveProducts(snapshot.products);
    this.#ownAt = cursorIn(snapshot.at, it.own.name);
    const { network } = it;
    this.orders = new LiveOrders(snapshot, it.zone, {
      network,
      reload: async () => cursorIn((await this.#load()).at, 'orders'),
      ended: () => it.ended(),
      ...(it.heard && { heard: it.heard }),
      also: (event, replayed) => this.products.apply(event, replayed),
    });
    this.channel = new LiveChannel({
      name: 'tills',
      cursor: cursorIn(snapshot.at, 'tills'),
      network,
      now: () => this.orders.clock.read(),
      apply: (event) => this.#sales.apply(event),
      reload: async () => cursorIn((await this.#load()).at, 'tills'),
      ended: () => it.ended(),
    });
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    this.#running = true;
    const stops = [this.orders.start(), this.channel.start()];
    this.#sit();
    return () => {
      this.#running = false;
      this.#leave?.();
      stops.forEach((stop) => stop());
    };
  }

  get rules(): Rules {
    return this.#rules;
  }

  /** One's own open drawer. */
  get drawer(): Drawer | null {
    return this.#drawer;
  }

  /** The money of an order. */
  sale(orderId: string): Sale | undefined {
    return this.#sales.get(orderId);
  }

  /** @param entry the journal's number that told it */
  takeSale(sale: Sale, entry: number): void {
    this.#sales.take(sale, entry);
  }

  /** Follows one's own channel from where the snapshot stands; whoever sat there before leaves. */
  #sit(): void {
    this.#leave?.();
    if (!this.#running) return;
    this.#leave = this.#it.own.join({
      cursor: this.#ownAt,
      apply: ({ type, data }) => {
        if (type !== 'drawer.updated') return;
        const drawer = v.parse(events.user[type], data);
        this.#drawer = drawer.closedAt === null ? drawer : null;
      },
      reload: async () => cursorIn((await this.#load()).at, this.#it.own.name),
    });
  }

  /** One snapshot for all: whoever asks while it is on its way shares it. */
  #load(): Promise<Till> {
    return (this.#loading ??= this.#ask().finally(() => (this.#loading = undefined)));
  }

  async #ask(): Promise<Till> {
    const snapshot = await answerOf(this.#it.api.till.$get());
    this.#put(snapshot);
    return snapshot;
  }

  /** All in one go: no event can come between what is replaced and where its channel stands. */
  #put(snapshot: Till): void {
    this.#sales.replace(snapshot.sales);
    this.products.replace(snapshot.products);
    this.#rules = rulesIn(snapshot);
    this.#drawer = snapshot.drawer;
    this.#ownAt = cursorIn(snapshot.at, this.#it.own.name);
    this.orders.channel.seat(this.orders.put(snapshot));
    this.channel.seat(cursorIn(snapshot.at, 'tills'));
    this.#sit();
  }
}

const rulesIn = ({ currency, taxRate, taxIncluded }: Till): Rules => ({ currency, taxRate, taxIncluded });
