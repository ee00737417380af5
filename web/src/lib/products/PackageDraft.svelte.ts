import type { EditPackage, NewPackage, Package } from '$contract/products/products';
import type { Amounts } from '$lib/money';
import { uuidv7 } from 'uuidv7';

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
}

/** A package as it is being written: its own copy, which nothing that arrives meanwhile disturbs. */
export class PackageDraft {
  readonly id: string;
  typed: Typed = $state({ name: '', description: '', price: '', active: true, lines: [] });
  troubles = $state.raw<{ price?: string; lines?: string }>({});
  #from = $state('');
  #seenAt: number | undefined = $state();

  /** @param it undefined for a new one */
  constructor(
    it: Package | undefined,
    private readonly amounts: Amounts,
  ) {
    this.id = it?.id ?? uuidv7();
    if (it) this.typed = typedOf(it, amounts);
    this.#seenAt = it?.updatedAt;
    this.#from = JSON.stringify(this.typed);
  }

  get dirty(): boolean {
    return JSON.stringify(this.typed) !== this.#from;
  }

  /** Whether somebody has changed the package since. */
  isOlderThan({ updatedAt }: Package): boolean {
    return this.#seenAt !== undefined && updatedAt > this.#seenAt;
  }

  /** What was typed stays, and is to replace what somebody else has made of it meanwhile. */
  insist(it: Package): void {
    this.#seenAt = it.updatedAt;
    this.#from = JSON.stringify(typedOf(it, this.amounts));
  }

  add(id: string): void {
    if (this.typed.lines.every((line) => line.id !== id)) this.typed.lines.push({ id, quantity: 1 });
  }

  remove(index: number): void {
    this.typed.lines.splice(index, 1);
  }

  /** What is to be sent, or nothing while something cannot be read: then `troubles` say what. */
  created(): NewPackage | undefined {
    const content = this.#content();
    return content && { id: this.id, ...content };
  }

  edited(): EditPackage | undefined {
    const content = this.#content();
    return content && { ...content, active: this.typed.active, seenAt: this.#seenAt ?? 0 };
  }

  #content(): Omit<NewPackage, 'id'> | undefined {
    const { name, lines } = this.typed;
    const price = this.amounts.read(this.typed.price);
    const products = lines.flatMap(({ id, quantity }) => (quantity === null ? [] : [{ id, quantity }]));
    const counted = products.length === lines.length;
    this.troubles = {
      ...(price === undefined && { price: `Type an amount such as ${this.amounts.typed(4_900)}.` }),
      ...(!counted && { lines: 'Enter a quantity for each product.' }),
    };
    if (price === undefined || !counted) return undefined;
    return { name, description: this.typed.description.trim() || null, price, products };
  }
}

const typedOf = ({ name, description, price, active, products }: Package, amounts: Amounts): Typed => ({
  ...{ name, active, description: description ?? '', price: amounts.typed(price) },
  lines: products.map(({ id, quantity }) => ({ id, quantity })),
});
