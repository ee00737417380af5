import type { Package, Product } from '$contract/products/products';

/** "12 free, 3 held, 40 sold" */
export function stockWords({ stock, held, sold }: Pick<Product, 'stock' | 'held' | 'sold'>): string {
  const parts = [`${stock} available`, held > 0 && `${held} held`, sold > 0 && `${sold} sold`];
  return parts.filter(Boolean).join(', ');
}

/** "3 short: sold without network" */
export const shortWords = (short: number): string => `${short} short: sold without network`;

/** A name whose numbers keep their unit beside them: "0.33 l", "0.33 / l". */
export const unbroken = (name: string): string =>
  name.replaceAll(/(?<=\d) (?=(?:\/ ?)?\p{L}{1,2}(?!\p{L}))|(?<=\d \/) (?=\p{L})/gu, '\u00A0');

/** "+12", "−3" */
export const difference = (quantity: number): string => (quantity < 0 ? `−${-quantity}` : `+${quantity}`);

/** How many of a package the free stock allows; undefined without products. */
export function packagesLeft(
  { products }: Pick<Package, 'products'>,
  stockOf: (id: string) => number,
): number | undefined {
  if (products.length === 0) return undefined;
  return Math.min(...products.map(({ id, quantity }) => Math.floor(stockOf(id) / quantity)));
}
