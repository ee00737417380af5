/** The cart of a till. Its prices and totals are a preview; the server's count. */
import { type Totals, totalsOf } from '$contract/money';
import { OrderedLines } from '$contract/sales/moves';
import { Order } from '$contract/sales/orders/orders';
import type { Product } from '$contract/products/products';
import { tolerant } from '$contract/tolerant';
import { Id } from '$contract/values';
import { uuidv7 } from '$lib/uuidv7';
import * as v from 'valibot';
import type { LiveTill } from './LiveTill.svelte';

export interface CartLine {
  product: Product;
  quantity: number;
  /** Available pieces, including those that the edited order already holds. */
  left: number;
}

const MOST_LINES = 100;
const MOST_PIECES = 9_999;

const KeptCart = v.object({ id: Id, lines: OrderedLines, edited: v.nullable(Order) });

export class Cart {
  #orderedLines = $state.raw<OrderedLines>([]);
  /** The next order's id. A retry keeps it. */
  #id = uuidv7();
  #edited = $state.raw<Order>();
  #chosen = $state<string>();
  #status = $state('');

  readonly lines: readonly CartLine[] = $derived.by(() =>
    this.#orderedLines.flatMap(({ productId, quantity }) => {
      const product = this.till().products.get(productId);
      return product ? [{ product, quantity, left: product.stock + this.#held(productId) }] : [];
    }),
  );
  readonly pieces: number = $derived(this.#orderedLines.reduce((all, { quantity }) => all + quantity, 0));
  readonly totals: Totals = $derived.by(() => {
    const sale = this.#edited && this.till().sale(this.#edited.id);
    return totalsOf(
      this.lines.map(({ product, quantity }) => ({ price: product.price, quantity })),
      sale ?? this.till().rules,
    );
  });
  /** The edited order as another person changed it since. */
  readonly overtaken: Order | undefined = $derived.by(() => {
    const now = this.#edited && this.till().get(this.#edited.id);
    return now && this.#edited && now.version > this.#edited.version ? now : undefined;
  });

  constructor(private readonly till: () => LiveTill) {}

  get id(): string {
    return this.#id;
  }

  get orderedLines(): OrderedLines {
    return this.#orderedLines;
  }

  /** The order that is being edited, as it was when editing began. */
  get edited(): Order | undefined {
    return this.#edited;
  }

  /** The product of the line that keys act on. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** The result of the last action, for screen readers. */
  get status(): string {
    return this.#status;
  }

  choose(productId: string): void {
    this.#chosen = productId;
  }

  announce(words: string): void {
    this.#status = words;
  }

  quantity(productId: string): number {
    return this.#orderedLines.find((line) => line.productId === productId)?.quantity ?? 0;
  }

  /** Adds one piece. @returns whether one was available */
  add(product: Product): boolean {
    const quantity = this.quantity(product.id) + 1;
    this.#chosen = product.id;
    if (quantity > product.stock + this.#held(product.id)) {
      this.#status = quantity === 1 ? `${product.name} is sold out.` : `${product.name}: no more available.`;
      return false;
    }
    if (quantity === 1 && this.#orderedLines.length === MOST_LINES) {
      this.#status = `An order has at most ${MOST_LINES} lines.`;
      return false;
    }
    this.put(product.id, quantity);
    this.#status = `${product.name}, ${quantity} in the cart.`;
    return true;
  }

  /** Sets the quantity; 0 removes the line. */
  put(productId: string, quantity: number): void {
    const known = this.#orderedLines.some((line) => line.productId === productId);
    const line = { productId, quantity: Math.min(quantity, MOST_PIECES) };
    if (quantity < 1) return this.remove(productId);
    this.#orderedLines = known
      ? this.#orderedLines.map((it) => (it.productId === productId ? line : it))
      : [...this.#orderedLines, line];
    this.#chosen = productId;
  }

  remove(productId: string): void {
    const at = this.#orderedLines.findIndex((line) => line.productId === productId);
    if (at === -1) return;
    const name = this.till().products.get(productId)?.name ?? 'It';
    this.#orderedLines = this.#orderedLines.toSpliced(at, 1);
    this.#chosen = (this.#orderedLines[at] ?? this.#orderedLines.at(-1))?.productId;
    this.#status = `${name} was removed.`;
  }

  /** Empties the cart for the next order. */
  clear(): void {
    this.#orderedLines = [];
    this.#id = uuidv7();
    this.#edited = undefined;
    this.#chosen = undefined;
    this.#status = '';
  }

  edit(order: Order): void {
    this.clear();
    this.#edited = order;
    this.#orderedLines = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  }

  /** Continues as an edit of that order, which this cart became although its answer was lost. */
  adopt(order: Order): void {
    this.#edited = order;
  }

  get kept(): unknown {
    const [id, lines, edited] = [this.#id, this.#orderedLines, this.#edited ?? null];
    return lines.length > 0 || edited ? { id, lines, edited } : undefined;
  }

  set kept(kept: unknown) {
    const { success, output } = v.safeParse(tolerant(KeptCart), kept);
    if (!success) return;
    this.#id = output.id;
    this.#orderedLines = output.lines;
    this.#edited = output.edited ?? undefined;
  }

  /** Pieces that the edited order already holds: they are not in the stock. */
  #held(productId: string): number {
    return this.#edited?.lines.find((line) => line.productId === productId)?.quantity ?? 0;
  }
}
