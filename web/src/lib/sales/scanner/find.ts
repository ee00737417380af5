import type { Product } from '$contract/products/products';

/**
 * The product with one of these codes. Caps lock turns capitals around, and scanners send a UPC-A or EAN-8 with or without zeros
 * before it: both count only where no product has the very code.
 */
export function find(catalogue: readonly Product[], codes: readonly string[]): Product | undefined {
  for (const as of [String, small, short]) {
    const wanted = new Set(codes.map(as));
    const found = catalogue.find(
      ({ sku, barcode }) => wanted.has(as(sku)) || (barcode !== null && wanted.has(as(barcode))),
    );
    if (found) return found;
  }
  return undefined;
}

const small = (code: string): string => code.toLowerCase();
/** Numbers of eight to fourteen digits: an EAN, a UPC or a GTIN. */
const short = (code: string): string => (/^\d{8,14}$/.test(code) ? code.replace(/^0+/, '') : code);
