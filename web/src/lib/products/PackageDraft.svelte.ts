import type { EditPackage, NewPackage, Package } from '$contract/products/products';
import { Draft } from '$lib/Draft.svelte';
import type { Amounts } from '$lib/money';
import { uuidv7 } from '$lib/uuidv7';
import { rateOf, type TypedRate, typedRate } from './rates';

interface Line {
  id: string;
  quantity: number | null;
}
interface Typed {
  name: string;
  description: string;
  price: string;
  active: boolean;
  lines: Line[];
  taxRate: TypedRate;
}

export class PackageDraft extends Draft<Package, Typed> {
  readonly id: string;
  troubles = $state.raw<{ price?: string; lines?: string; taxRate?: string }>({});

  /** @param it undefined for a new package */
  constructor(
    it: Package | undefined,
    private readonly amounts: Amounts,
  ) {
    super(it, {
      typedOf: (row) => typedOf(row, amounts),
      versionOf: ({ updatedAt }) => updatedAt,
    });
    this.id = it?.id ?? uuidv7();
  }

  add(id: string): void {
    if (this.typed.lines.every((line) => line.id !== id)) this.typed.lines.push({ id, quantity: 1 });
  }

  remove(index: number): void {
    this.typed.lines.splice(index, 1);
  }

  /** The request's body; undefined where a field cannot be read: see `troubles`. */
  content(): NewPackage | EditPackage | undefined {
    const { name, lines, active } = this.typed;
    const price = this.amounts.read(this.typed.price);
    const products = lines.flatMap(({ id, quantity }) => (quantity === null ? [] : [{ id, quantity }]));
    const counted = products.length === lines.length;
    const taxRate = rateOf(this.typed.taxRate);
    this.troubles = {
      ...(price === undefined && { price: `Type an amount such as ${this.amounts.typed(4_900)}.` }),
      ...(!counted && { lines: 'Enter a quantity for each product.' }),
      ...(taxRate === undefined && { taxRate: 'Enter a percentage.' }),
    };
    if (price === undefined || !counted || taxRate === undefined) return undefined;
    const description = this.typed.description.trim() || null;
    const content = { name, description, price, products, taxRate };
    return this.seen ? { ...content, active, seenAt: this.seen.updatedAt } : { id: this.id, ...content };
  }
}

const typedOf = (it: Package | undefined, amounts: Amounts): Typed => ({
  name: it?.name ?? '',
  description: it?.description ?? '',
  price: it ? amounts.typed(it.price) : '',
  active: it?.active ?? true,
  lines: it?.products.map(({ id, quantity }) => ({ id, quantity })) ?? [],
  taxRate: typedRate(it?.taxRate ?? null),
});
