import type { Product } from '$contract/products/products';

/** The product with one of these codes. Caps lock turns capitals around, so the case counts only where it decides. */
export function find(catalogue: readonly Product[], codes: readonly string[]): Product | undefined {
  const small = codes.map((code) => code.toLowerCase());
  const hasOne = (of: readonly string[], as: (code: string) => string) => (it: Product) =>
    of.includes(as(it.sku)) || (it.barcode !== null && of.includes(as(it.barcode)));
  return catalogue.find(hasOne(codes, String)) ?? catalogue.find(hasOne(small, (code) => code.toLowerCase()));
}
