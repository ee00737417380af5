import { StockChange, Product, ProductFacts } from '$contract/products/products';
import type { Handlers, EventMeta } from '$lib/live/handlers';
import type { LiveCollection } from '$lib/live/LiveCollection.svelte';

/** Products and their stock, live, for a page that follows `orders`. */
export class LiveProducts {
  /** Handlers for the events of `orders`. */
  readonly handlers: Handlers<'orders'> = {
    'product.created': [Product, (product, event) => this.rows.upsert(product, event)],
    'product.updated': [
      ProductFacts,
      (facts, event) => {
        const known = this.rows.get(facts.id);
        if (known) this.rows.upsert({ ...known, ...facts }, event);
      },
    ],
    'stock.changed': [StockChange, (change, event) => this.#move(change, event)],
  };
  #adjusted = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** In the server's order, by name. */
  readonly all: readonly Product[] = $derived.by(() => this.rows.rows.toSorted(byName));

  /** @param rows without an age: a newer row may contain stock changes whose events come again */
  constructor(private readonly rows: LiveCollection<Product>) {}

  get(id: string): Product | undefined {
    return this.rows.get(id);
  }

  /** When this product last changed while this page was open; 0 for never. */
  touchedAt(id: string): number {
    return this.rows.touchedAt(id);
  }

  /** Grows with each manual adjustment, to load the history again. */
  adjustments(id: string): number {
    return (this.#adjusted.get(id) ?? 0) + this.rows.snapshots;
  }

  /** Shows the answer to a change. Stock comes from events alone, each counted once. */
  take(product: Product | ProductFacts): void {
    const known = this.rows.get(product.id);
    if (known && product.updatedAt >= known.updatedAt) {
      const { stock, held, sold, short } = known;
      this.rows.upsert({ ...product, stock, held, sold, short });
    } else if (!known && 'stock' in product) this.rows.upsert(product);
  }

  #move({ changes }: StockChange, event: EventMeta): void {
    for (const { id, stock, held, sold, short } of changes) {
      const known = this.rows.get(id);
      if (!known) continue;
      const moved = {
        stock: known.stock + stock,
        held: known.held + held,
        sold: known.sold + sold,
        short: known.short + short,
      };
      this.rows.upsert({ ...known, ...moved }, event);
      // A sale moves pieces between stock, held, sold and short: only manual adjustments change what they add up to.
      if (stock + held + sold - short !== 0)
        this.#adjusted = new Map(this.#adjusted).set(id, (this.#adjusted.get(id) ?? 0) + 1);
    }
  }
}

const order = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
const byName = (a: Product, b: Product): number => order.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
