import { events } from '$contract/events';
import type { Product, ProductFacts } from '$contract/products/products';
import { StockChange } from '$contract/products/products';
import type { Envelope } from '$contract/wire';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import * as v from 'valibot';

const told = events.orders;

/** Products and their stock, kept true by what `orders` tells: of a snapshot with that channel's cursor, by whoever follows it. */
export class LiveProducts {
  readonly #rows: LiveCollection<Product>;
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());
  #adjusted = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** By name, as the server sorts them. */
  readonly all: readonly Product[] = $derived.by(() => this.#rows.rows.toSorted(byName));

  constructor(products: readonly Product[]) {
    this.#rows = new LiveCollection(products);
  }

  get(id: string): Product | undefined {
    return this.#rows.get(id);
  }

  /** When this product last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** How often its stock was adjusted by hand since the page came: its history grows with it. */
  adjustments(id: string): number {
    return this.#adjusted.get(id) ?? 0;
  }

  /** A new snapshot. */
  replace(products: readonly Product[]): void {
    this.#rows.replace(products);
    // What was adjusted meanwhile nobody told.
    this.#adjusted = new Map(products.map(({ id }) => [id, this.adjustments(id) + 1]));
  }

  /** The answer to a change of one's own. Its stock is left to the events, each of which counts once. */
  take(product: Product | ProductFacts): void {
    const known = this.#rows.get(product.id);
    if (known && product.updatedAt >= known.updatedAt) {
      const { stock, held, sold } = known;
      this.#rows.upsert({ ...product, stock, held, sold });
    } else if (!known && 'stock' in product) this.#rows.upsert(product);
  }

  /** One event of `orders`; those that are not about products are left alone. */
  apply({ type, data }: Envelope, replayed: boolean): void {
    if (type === 'product.created') this.#put(v.parse(told[type], data), replayed);
    else if (type === 'stock.changed') this.#move(v.parse(StockChange, data), replayed);
    else if (type === 'product.updated') {
      const facts = v.parse(told[type], data);
      const known = this.#rows.get(facts.id);
      if (known) this.#put({ ...known, ...facts }, replayed);
    }
  }

  #move({ changes }: StockChange, replayed: boolean): void {
    for (const { id, stock, held, sold } of changes) {
      const known = this.#rows.get(id);
      if (!known) continue;
      this.#put(
        { ...known, stock: known.stock + stock, held: known.held + held, sold: known.sold + sold },
        replayed,
      );
      // A sale's goods only change their shelf: what comes from nowhere was put there by hand.
      if (stock + held + sold !== 0)
        this.#adjusted = new Map(this.#adjusted).set(id, this.adjustments(id) + 1);
    }
  }

  #put(product: Product, replayed: boolean): void {
    this.#rows.upsert(product);
    if (!replayed) this.#touched = new Map(this.#touched).set(product.id, performance.now());
  }
}

const order = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
const byName = (a: Product, b: Product): number => order.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
