/** The cart of a till. Its prices and totals are a preview; the server's count. */
import { amountOf, grossOf, type Totals, totalsOf } from '$contract/money';
import { type Discount, discounted, GiveDiscount, givenAgain } from '$contract/sales/discounts';
import type { EditedLines } from '$contract/sales/moves';
import { Order } from '$contract/sales/orders/orders';
import { LineNumber, type Sale, type SaleLine } from '$contract/sales/payments/payments';
import { type Product, Quantity } from '$contract/products/products';
import { tolerant } from '$contract/tolerant';
import { Id } from '$contract/values';
import { uuidv7 } from '$lib/uuidv7';
import * as v from 'valibot';
import type { LiveTill } from './LiveTill.svelte';

/** A line as it is kept: `line` is its number in the edited order, which keeps its price; null for a new one. */
const Entry = v.object({
  key: v.string(),
  line: v.nullable(LineNumber),
  productId: Id,
  quantity: Quantity,
  discount: v.nullable(GiveDiscount),
});
type Entry = v.InferOutput<typeof Entry>;

export interface CartLine {
  /** Its identity in this cart: a product may stand in several lines. */
  key: string;
  product: Product;
  name: string;
  /** Of one piece: as it was sold, or at present. */
  price: number;
  taxRate: number;
  quantity: number;
  /** Available pieces, including those that the edited order already holds. */
  left: number;
  discount: Discount | null;
  /** Its share of the order's discount. */
  share: number;
  /** Its value after discounts. */
  amount: number;
  /** Whether another line of this product has another price. */
  repriced: boolean;
}

const MOST_LINES = 100;
export const MOST_PIECES = 9_999;

const KeptCart = v.object({
  id: Id,
  entries: v.array(Entry),
  discount: v.nullable(GiveDiscount),
  edited: v.nullable(Order),
});

export class Cart {
  #entries = $state.raw<readonly Entry[]>([]);
  #discount = $state.raw<GiveDiscount | null>(null);
  /** The next order's id. A retry keeps it. */
  #id = uuidv7();
  #edited = $state.raw<Order>();
  #chosen = $state<string>();
  #status = $state('');

  readonly #sale: Sale | undefined = $derived.by(() => this.#edited && this.till().sale(this.#edited.id));
  readonly #priced = $derived.by(() => {
    const found = this.#entries.flatMap((entry) => {
      const product = this.till().products.get(entry.productId);
      return product ? [{ entry, product, ...this.#soldAs(entry, product) }] : [];
    });
    const bare = found.map(({ entry, ...line }) => ({ ...line, key: entry.key, quantity: entry.quantity }));
    return discounted(
      bare,
      found.map(({ entry }) => entry.discount),
      this.#discount,
    );
  });

  readonly lines: readonly CartLine[] = $derived.by(() =>
    this.#priced.lines.map((line) => {
      const { product } = line;
      const others = this.#priced.lines.filter((it) => it.product.id === product.id);
      const elsewhere = this.quantity(product.id) - line.quantity;
      return {
        ...line,
        left: product.stock + this.#held(product.id) - elsewhere,
        amount: amountOf(line),
        repriced: others.some(({ price }) => price !== line.price),
      };
    }),
  );
  readonly pieces: number = $derived(this.#entries.reduce((all, { quantity }) => all + quantity, 0));
  readonly totals: Totals = $derived.by(() => totalsOf(this.lines, this.taxIncluded));
  /** The value before discounts. */
  readonly gross: number = $derived(this.lines.reduce((all, line) => all + grossOf(line), 0));
  /** The edited order as another person changed it since. */
  readonly overtaken: Order | undefined = $derived.by(() => {
    const now = this.#edited && this.till().get(this.#edited.id);
    return now && this.#edited && now.version > this.#edited.version ? now : undefined;
  });

  /** @param sellsOn whether more than the shown stock may be sold: a till without network does not know the stock */
  constructor(
    private readonly till: () => LiveTill,
    private readonly sellsOn: () => boolean = () => false,
  ) {}

  get id(): string {
    return this.#id;
  }

  get taxIncluded(): boolean {
    return this.#sale?.taxIncluded ?? this.till().rules.taxIncluded;
  }

  /** As the server takes them. */
  get orderedLines(): EditedLines {
    return this.#entries.map(({ line, productId, quantity, discount }) => ({
      ...(line !== null && { line }),
      ...{ productId, quantity, discount },
    }));
  }

  /** The whole order's discount as it was given. */
  get given(): GiveDiscount | null {
    return this.#discount;
  }

  /** What the whole order's discount takes off. */
  get discount(): Discount | null {
    return this.#priced.discount;
  }

  /** The order that is being edited, as it was when editing began. */
  get edited(): Order | undefined {
    return this.#edited;
  }

  /** The key of the line that keys act on. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** The result of the last action, for screen readers. */
  get status(): string {
    return this.#status;
  }

  choose(key: string): void {
    this.#chosen = key;
  }

  announce(words: string): void {
    this.#status = words;
  }

  /** The pieces of a product in all its lines. */
  quantity(productId: string): number {
    return this.#entries.reduce((all, it) => (it.productId === productId ? all + it.quantity : all), 0);
  }

  /** Adds one piece at the present price. @returns whether one was available */
  add(product: Product): boolean {
    const pieces = this.quantity(product.id) + 1;
    const entry = this.#entries.findLast((it) => it.productId === product.id && this.#isPresent(it, product));
    this.#chosen = entry?.key ?? this.#chosen;
    const there = product.stock + this.#held(product.id);
    if (pieces > there && !this.sellsOn()) {
      this.#status = pieces === 1 ? `${product.name} is sold out.` : `${product.name}: no more available.`;
      return false;
    }
    if (entry) this.#replace({ ...entry, quantity: entry.quantity + 1 });
    else if (!this.#append(product)) return false;
    this.#status = `${product.name}, ${pieces} in the cart${pieces > there ? `, ${there} in stock as far as this till knows` : ''}.`;
    return true;
  }

  /** Sets a line's quantity; 0 removes it. What is more than was sold at another price becomes a line at the present one. */
  put(key: string, quantity: number): void {
    const entry = this.#entries.find((it) => it.key === key);
    const product = entry && this.till().products.get(entry.productId);
    if (!entry || !product) return;
    if (quantity < 1) return this.remove(key);
    this.#chosen = key;
    const sold = this.#soldLine(entry)?.quantity ?? 0;
    const most = this.#isPresent(entry, product) ? MOST_PIECES : sold;
    this.#replace({ ...entry, quantity: Math.min(quantity, most) });
    for (let more = Math.min(quantity, MOST_PIECES) - most; more > 0; more -= 1)
      if (!this.add(product)) return;
  }

  remove(key: string): void {
    const at = this.#entries.findIndex((it) => it.key === key);
    const entry = this.#entries[at];
    if (!entry) return;
    const name = this.till().products.get(entry.productId)?.name ?? 'It';
    this.#entries = this.#entries.toSpliced(at, 1);
    this.#chosen = (this.#entries[at] ?? this.#entries.at(-1))?.key;
    this.#status = `${name} was removed.`;
  }

  /** Takes something off a line, or off the whole order without a key; null takes nothing off. */
  discountBy(give: GiveDiscount | null, key?: string): void {
    if (key === undefined) this.#discount = give;
    const entry = this.#entries.find((it) => it.key === key);
    if (entry) this.#replace({ ...entry, discount: give });
  }

  /** A line's discount as it was given. */
  givenOn(key: string): GiveDiscount | null {
    return this.#entries.find((it) => it.key === key)?.discount ?? null;
  }

  /** Empties the cart for the next order. */
  clear(): void {
    this.#entries = [];
    this.#discount = null;
    this.#id = uuidv7();
    this.#edited = undefined;
    this.#chosen = undefined;
    this.#status = '';
  }

  edit(order: Order): void {
    this.clear();
    this.#edited = order;
    const sale = this.till().sale(order.id);
    this.#discount = sale?.discount ? givenAgain(sale.discount) : null;
    this.#entries = (sale?.lines ?? []).flatMap(({ line, productId, quantity, discount }) =>
      productId === null
        ? []
        : [{ key: `line ${line}`, line, productId, quantity, discount: discount && givenAgain(discount) }],
    );
  }

  /** Continues with the goods of an order that went back to the cart, at present prices. */
  resume({ lines, discount }: Sale): void {
    this.clear();
    this.#discount = discount && givenAgain(discount);
    this.#entries = lines.flatMap(({ productId, quantity, discount: own }) =>
      productId === null
        ? []
        : [{ key: uuidv7(), line: null, productId, quantity, discount: own && givenAgain(own) }],
    );
  }

  /** Continues as an edit of that order, which this cart became although its answer was lost. */
  adopt(order: Order): void {
    this.#edited = order;
  }

  get kept(): unknown {
    const [id, entries, edited] = [this.#id, this.#entries, this.#edited ?? null];
    return entries.length > 0 || edited ? { id, entries, edited, discount: this.#discount } : undefined;
  }

  set kept(kept: unknown) {
    const { success, output } = v.safeParse(tolerant(KeptCart), kept);
    if (!success) return;
    this.#id = output.id;
    this.#entries = output.entries;
    this.#discount = output.discount;
    this.#edited = output.edited ?? undefined;
  }

  #append(product: Product): boolean {
    if (this.#entries.length === MOST_LINES) {
      this.#status = `An order has at most ${MOST_LINES} lines.`;
      return false;
    }
    const entry = { key: uuidv7(), line: null, productId: product.id, quantity: 1, discount: null };
    this.#entries = [...this.#entries, entry];
    this.#chosen = entry.key;
    return true;
  }

  #replace(entry: Entry): void {
    this.#entries = this.#entries.map((it) => (it.key === entry.key ? entry : it));
  }

  /** The line of the edited order that an entry continues. */
  #soldLine({ line }: Pick<Entry, 'line'>): SaleLine | undefined {
    return line === null ? undefined : this.#sale?.lines.find((it) => it.line === line);
  }

  #soldAs(entry: Entry, product: Product): Pick<SaleLine, 'name' | 'price' | 'taxRate'> {
    const { name, price, taxRate } = this.#soldLine(entry) ?? this.#present(product);
    return { name, price, taxRate };
  }

  #present({ name, price, taxRate }: Product): Pick<SaleLine, 'name' | 'price' | 'taxRate'> {
    return { name, price, taxRate: taxRate ?? this.till().rules.taxRate };
  }

  /** Whether one more piece would be like those of the line. */
  #isPresent(entry: Entry, product: Product): boolean {
    const [sold, now] = [this.#soldAs(entry, product), this.#present(product)];
    return sold.price === now.price && sold.name === now.name && sold.taxRate === now.taxRate;
  }

  /** Pieces that the edited order already holds: they are not in the stock. */
  #held(productId: string): number {
    return (this.#edited?.lines ?? []).reduce(
      (all, line) => (line.productId === productId ? all + line.quantity : all),
      0,
    );
  }
}
