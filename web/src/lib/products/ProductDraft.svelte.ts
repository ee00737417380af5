import type { EditProduct, NewProduct, Product, TileColor } from '$contract/products/products';
import { Draft } from '$lib/Draft.svelte';
import type { Amounts } from '$lib/money';
import { uuidv7 } from '$lib/uuidv7';
import { rateOf, type TypedRate, typedRate } from './rates';

/** An empty string or null means none. */
interface Typed {
  name: string;
  sku: string;
  barcode: string;
  category: string;
  price: string;
  lowAt: number | null;
  /** Only for a new product. */
  stock: number | null;
  active: boolean;
  taxRate: TypedRate;
  favourite: boolean;
  color: TileColor | null;
}

/** A product being edited, without its stock. */
export class ProductDraft extends Draft<Product, Typed> {
  readonly id: string;
  troubles = $state.raw<Partial<Record<keyof Typed, string>>>({});

  /** @param product undefined for a new product */
  constructor(
    product: Product | undefined,
    private readonly amounts: Amounts,
    barcode = '',
  ) {
    super(product, {
      typedOf: (it) => ({ ...typedOf(it, amounts), ...(!it && { barcode }) }),
      versionOf: ({ updatedAt }) => updatedAt,
    });
    this.id = product?.id ?? uuidv7();
  }

  /** The request's body; undefined where a field cannot be read: see `troubles`. */
  content(): NewProduct | EditProduct | undefined {
    const { name, sku, lowAt, stock, active, favourite, color } = this.typed;
    const price = this.amounts.read(this.typed.price);
    const taxRate = rateOf(this.typed.taxRate);
    this.troubles = {
      ...(price === undefined && { price: `Type an amount such as ${this.amounts.typed(450)}.` }),
      ...(lowAt === null && { lowAt: pieces }),
      ...(!this.seen && stock === null && { stock: pieces }),
      ...(taxRate === undefined && { taxRate: 'Enter a percentage.' }),
    };
    if (price === undefined || lowAt === null || taxRate === undefined) return undefined;
    const [barcode, category] = [this.typed.barcode.trim() || null, this.typed.category.trim() || null];
    const content = { name, sku, barcode, category, price, lowAt, taxRate, favourite, color };
    if (this.seen) return { ...content, active, seenAt: this.seen.updatedAt };
    return stock === null ? undefined : { id: this.id, ...content, stock };
  }
}

const pieces = 'Enter a quantity.';

const typedOf = (product: Product | undefined, amounts: Amounts): Typed => ({
  name: product?.name ?? '',
  sku: product?.sku ?? '',
  barcode: product?.barcode ?? '',
  category: product?.category ?? '',
  price: product ? amounts.typed(product.price) : '',
  lowAt: product?.lowAt ?? 5,
  stock: product ? null : 0,
  active: product?.active ?? true,
  taxRate: typedRate(product?.taxRate ?? null),
  favourite: product?.favourite ?? false,
  color: product?.color ?? null,
});
