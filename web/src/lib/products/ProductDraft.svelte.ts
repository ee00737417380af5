import type { EditProduct, NewProduct, Product } from '$contract/products/products';
import type { Amounts } from '$lib/money';
import { uuidv7 } from 'uuidv7';

/** What is typed of a product. The empty string is none; so is null of a number. */
interface Typed {
  name: string;
  sku: string;
  barcode: string;
  category: string;
  price: string;
  lowAt: number | null;
  /** Of a new one only. */
  stock: number | null;
  active: boolean;
}
type Content = Omit<EditProduct, 'seenAt' | 'active'>;

/** A product as it is being written: its own copy, which nothing that arrives meanwhile disturbs. */
export class ProductDraft {
  readonly id: string;
  typed: Typed = $state({
    ...{ name: '', sku: '', barcode: '', category: '', price: '' },
    ...{ lowAt: 5, stock: 0, active: true },
  });
  troubles = $state.raw<Partial<Record<keyof Typed, string>>>({});
  #from = $state('');
  #seenAt: number | undefined = $state();

  /** @param product undefined for a new one */
  constructor(
    product: Product | undefined,
    private readonly amounts: Amounts,
  ) {
    this.id = product?.id ?? uuidv7();
    if (product) this.typed = typedOf(product, amounts);
    this.#seenAt = product?.updatedAt;
    this.#from = JSON.stringify(this.typed);
  }

  get dirty(): boolean {
    return JSON.stringify(this.typed) !== this.#from;
  }

  /** Whether somebody has changed the product since. Its stock is not part of it. */
  isOlderThan({ updatedAt }: Product): boolean {
    return this.#seenAt !== undefined && updatedAt > this.#seenAt;
  }

  /** What was typed stays, and is to replace what somebody else has made of it meanwhile. */
  insist(product: Product): void {
    this.#seenAt = product.updatedAt;
    this.#from = JSON.stringify(typedOf(product, this.amounts));
  }

  /** What is to be sent, or nothing while something cannot be read: then `troubles` say what. */
  created(): NewProduct | undefined {
    const content = this.#content();
    const { stock } = this.typed;
    if (stock === null) this.troubles = { ...this.troubles, stock: pieces };
    return content && stock !== null ? { id: this.id, ...content, stock } : undefined;
  }

  edited(): EditProduct | undefined {
    const content = this.#content();
    return content && { ...content, active: this.typed.active, seenAt: this.#seenAt ?? 0 };
  }

  #content(): Content | undefined {
    const { name, sku, lowAt } = this.typed;
    const price = this.amounts.read(this.typed.price);
    this.troubles = {
      ...(price === undefined && { price: `Type an amount such as ${this.amounts.typed(450)}.` }),
      ...(lowAt === null && { lowAt: pieces }),
    };
    if (price === undefined || lowAt === null) return undefined;
    const [barcode, category] = [this.typed.barcode.trim() || null, this.typed.category.trim() || null];
    return { name, sku, barcode, category, price, lowAt };
  }
}

const pieces = 'Enter a quantity.';

const typedOf = (product: Product, amounts: Amounts): Typed => ({
  name: product.name,
  sku: product.sku,
  barcode: product.barcode ?? '',
  category: product.category ?? '',
  price: amounts.typed(product.price),
  lowAt: product.lowAt,
  stock: null,
  active: product.active,
});
