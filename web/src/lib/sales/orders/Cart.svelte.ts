/** What somebody is about to order. Prices and totals are a preview: the server's count. It stays until it has become an order. */
import { type Totals, totalsOf } from '$contract/money';
import type { OrderedLines } from '$contract/sales/moves';
import type { Order } from '$contract/sales/orders/orders';
import type { Product } from '$contract/products/products';
import { uuidv7 } from 'uuidv7';
import type { LiveTill } from './LiveTill.svelte';

/** A line as the cart shows it. */
export interface CartLine {
  product: Product;
  quantity: number;
  /** How many could be had now, those that this order holds already included. */
  left: number;
}

const MOST_LINES = 100;
const MOST_PIECES = 9_999;

export class Cart {
  #wanted = $state.raw<OrderedLines>([]);
  /** Of the order that it becomes: the same while it is tried again. */
  #id = uuidv7();
  #edited = $state.raw<Order>();
  #chosen = $state<string>();
  #said = $state('');
  readonly #till: () => LiveTill;

  readonly lines: readonly CartLine[] = $derived.by(() =>
    this.#wanted.flatMap(({ productId, quantity }) => {
      const product = this.#till().products.get(productId);
      return product ? [{ product, quantity, left: product.stock + this.#held(productId) }] : [];
    }),
  );
  readonly pieces: number = $derived(this.#wanted.reduce((all, { quantity }) => all + quantity, 0));
  readonly totals: Totals = $derived.by(() => {
    const sale = this.#edited && this.#till().sale(this.#edited.id);
    return totalsOf(
      this.lines.map(({ product, quantity }) => ({ price: product.price, quantity })),
      sale ?? this.#till().rules,
    );
  });
  /** How the edited order stands by now, where it is not as it was when it was put back here. */
  readonly overtaken: Order | undefined = $derived.by(() => {
    const now = this.#edited && this.#till().get(this.#edited.id);
    return now && this.#edited && now.version > this.#edited.version ? now : undefined;
  });

  constructor(till: () => LiveTill) {
    this.#till = till;
  }

  get id(): string {
    return this.#id;
  }

  /** What is asked for. */
  get wanted(): OrderedLines {
    return this.#wanted;
  }

  /** The order whose lines these are, as it was seen when they were put here. */
  get edited(): Order | undefined {
    return this.#edited;
  }

  /** The line that keys act on. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** What the last act did, for those who do not see it. */
  get said(): string {
    return this.#said;
  }

  choose(productId: string): void {
    this.#chosen = productId;
  }

  /** Says something where the cart is. */
  say(words: string): void {
    this.#said = words;
  }

  quantity(productId: string): number {
    return this.#wanted.find((line) => line.productId === productId)?.quantity ?? 0;
  }

  /** One more. @returns whether there was one to add */
  add(product: Product): boolean {
    const quantity = this.quantity(product.id) + 1;
    this.#chosen = product.id;
    if (quantity > product.stock + this.#held(product.id)) {
      this.#said = quantity === 1 ? `${product.name} is sold out.` : `${product.name}: no more available.`;
      return false;
    }
    if (quantity === 1 && this.#wanted.length === MOST_LINES) {
      this.#said = `An order has at most ${MOST_LINES} lines.`;
      return false;
    }
    this.put(product.id, quantity);
    this.#said = `${product.name}, ${quantity} in the cart.`;
    return true;
  }

  /** So many of it; none takes it out. */
  put(productId: string, quantity: number): void {
    const known = this.#wanted.some((line) => line.productId === productId);
    const line = { productId, quantity: Math.min(quantity, MOST_PIECES) };
    if (quantity < 1) return this.remove(productId);
    this.#wanted = known
      ? this.#wanted.map((it) => (it.productId === productId ? line : it))
      : [...this.#wanted, line];
    this.#chosen = productId;
  }

  remove(productId: string): void {
    const at = this.#wanted.findIndex((line) => line.productId === productId);
    if (at === -1) return;
    const name = this.#till().products.get(productId)?.name ?? 'It';
    this.#wanted = this.#wanted.toSpliced(at, 1);
    this.#chosen = (this.#wanted[at] ?? this.#wanted.at(-1))?.productId;
    this.#said = `${name} was removed.`;
  }

  /** Empty, and the next order's. */
  clear(): void {
    this.#wanted = [];
    this.#id = uuidv7();
    this.#edited = undefined;
    this.#chosen = undefined;
    this.#said = '';
  }

  /** Puts an order's lines back. */
  edit(order: Order): void {
    this.clear();
    this.#edited = order;
    this.#wanted = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  }

  /** It has become that order already, although no answer came: what is here now is a change of it. */
  adopt(order: Order): void {
    this.#edited = order;
  }

  /** What the edited order holds: of that there is enough, whatever the shelf says. */
  #held(productId: string): number {
    return this.#edited?.lines.find((line) => line.productId === productId)?.quantity ?? 0;
  }
}
