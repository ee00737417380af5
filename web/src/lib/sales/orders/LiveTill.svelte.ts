import { MoneyRules } from '$contract/money';
import { Order, type Till } from '$contract/sales/orders/orders';
import { Drawer } from '$contract/sales/drawers/drawers';
import type { Product } from '$contract/products/products';
import { answerOf } from '$lib/live/network';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { Amounts } from '$lib/money';
import { LiveProducts } from '$lib/products/LiveProducts.svelte';
import { saleHandlers } from '$lib/sales/sale-events';
import { LiveOrders, type OrdersDependencies } from './LiveOrders.svelte';

interface Dependencies extends OrdersDependencies {
  /** The person's own channel, followed by the layout. */
  own: LiveChannel<`user.${string}`>;
}

/** A till, live: orders with their money, products, and the person's open drawer. */
export class LiveTill extends LiveOrders<Till, Dependencies> {
  readonly products = new LiveProducts(this.collect(({ products }) => products));
  readonly tills = this.follow('tills', {
    ...saleHandlers(this.putSale),
    'order.updated': [Order, this.put],
    'rules.updated': [MoneyRules, (rules) => (this.latest = { ...this.latest, ...rules })],
  });

  readonly amounts: Amounts = $derived.by(() => new Amounts(this.latest.currency));
  /** Products on sale, by name. */
  readonly catalogue: readonly Product[] = $derived.by(() =>
    this.products.all.filter(({ active }) => active),
  );
  readonly categories: readonly string[] = $derived.by(() =>
    [...new Set(this.catalogue.flatMap(({ category }) => category ?? []))].toSorted((a, b) =>
      a.localeCompare(b, 'en'),
    ),
  );

  constructor(snapshot: Till, it: Dependencies) {
    super(snapshot, it);
    this.follow(this.channel, this.products.handlers);
    this.follow(it.own, {
      'drawer.updated': [
        Drawer,
        (drawer) => (this.latest = { ...this.latest, drawer: drawer.closedAt === null ? drawer : null }),
      ],
    });
  }

  /** Of products without their own. */
  get taxRate(): number {
    return this.latest.taxRate;
  }

  get rules(): MoneyRules {
    return this.latest;
  }

  /** The person's open drawer. */
  get drawer(): Drawer | null {
    return this.latest.drawer;
  }

  /** For the product form: loads a snapshot after another person's change, while no events arrive. */
  expectEvent(): void {
    if (this.channel.status !== 'live') void this.reload();
  }

  protected load(): Promise<Till> {
    return answerOf(this.it.api.till.$get());
  }
}
